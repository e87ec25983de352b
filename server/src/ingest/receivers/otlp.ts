// OTLP over HTTP: logs, metrics and traces, as protobuf or JSON, to OTelLogs, OTelMetrics and OTelSpans, and from there along
// the routes that content describes. Parameter `routes`: which of their sets. https://opentelemetry.io/docs/specs/otlp/
import { isUtf8 } from 'node:buffer'
import type { RouteItem } from '../../content/kinds/route.ts'
import { parseExact } from '../json/exact.ts'
import { type Decoded, MalformedBody, type Receiver, type TableRow } from '../types.ts'
import { inBatches, wholeBody } from './body.ts'
import { logRow, logsScope } from './otlp/logs.ts'
import { metricPoints } from './otlp/metrics.ts'
import { type Origin, resourceOrigin, scopeOrigin } from './otlp/source.ts'
import { spanRow, spansScope } from './otlp/spans.ts'
import { type Message, messageOf } from './protobuf/messages.ts'
import { type Fields, listIn, WireFault } from './protobuf/values.ts'
import { createRouters, routed } from './routes.ts'

export type OtlpSignal = 'logs' | 'metrics' | 'traces'

interface Signal {
  readonly request: Message
  readonly table: string
  readonly resources: string
  readonly scopes: string
  readonly records: string
  readonly scope: (resource: Origin, entry: Fields) => Origin
  /** The rows of an entry of `records`, or why it has none. */
  readonly rows: (record: Fields, origin: Origin) => Iterable<Decoded>
}

const signals: Readonly<Record<OtlpSignal, Signal>> = {
  logs: {
    request: messageOf('otlp', 'Logs'),
    table: 'OTelLogs',
    resources: 'resourceLogs',
    scopes: 'scopeLogs',
    records: 'logRecords',
    scope: logsScope,
    rows: (record, origin) => [attempt(() => logRow(record, origin))],
  },
  metrics: {
    request: messageOf('otlp', 'Metrics'),
    table: 'OTelMetrics',
    resources: 'resourceMetrics',
    scopes: 'scopeMetrics',
    records: 'metrics',
    scope: scopeOrigin,
    rows: pointRows,
  },
  traces: {
    request: messageOf('otlp', 'Traces'),
    table: 'OTelSpans',
    resources: 'resourceSpans',
    scopes: 'scopeSpans',
    records: 'spans',
    scope: spansScope,
    rows: (record, origin) => [attempt(() => spanRow(record, origin))],
  },
}

export function otlp(name: OtlpSignal, routes: () => readonly RouteItem[]): Receiver {
  const signal = signals[name]
  const routers = createRouters(routes, signal.table)
  return {
    name: `otlp-${name}`,
    async *decode(body, head) {
      const bytes = await wholeBody(body)
      const request = isJson(head.contentType) ? jsonBody(bytes) : (signal.request.decode(bytes) as Fields)
      const router = routers(head.parameters.routes)
      for await (const batch of inBatches(recordsOf(request, signal))) yield routed(batch, signal.table, router)
    },
  }
}

const answers: Readonly<Record<OtlpSignal, { readonly message: Message; readonly rejected: string }>> = {
  logs: { message: messageOf('otlp', 'LogsAnswer'), rejected: 'rejectedLogRecords' },
  metrics: { message: messageOf('otlp', 'MetricsAnswer'), rejected: 'rejectedDataPoints' },
  traces: { message: messageOf('otlp', 'TracesAnswer'), rejected: 'rejectedSpans' },
}
const status = messageOf('otlp', 'Status')

/** What the sender is told of a request that was taken. */
export function otlpAnswer(
  signal: OtlpSignal,
  { rejected, message: errorMessage }: { readonly rejected: number; readonly message: string },
  contentType: string,
): Uint8Array {
  const { message, rejected: name } = answers[signal]
  if (isJson(contentType)) {
    return jsonBytes({ partialSuccess: rejected === 0 ? {} : { [name]: String(rejected), errorMessage } })
  }
  return message.encode(rejected === 0 ? {} : { partialSuccess: { [name]: rejected, errorMessage } })
}

/** google.rpc.Status, as OTLP has its errors. */
export function otlpStatus(
  value: { readonly code: number; readonly message: string },
  contentType: string,
): Uint8Array {
  return isProtobufType(contentType) ? status.encode(value) : jsonBytes(value)
}

function jsonBytes(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}

/** Where records of the signal go. */
export function otlpTable(signal: OtlpSignal): string {
  return signals[signal].table
}

export function isProtobufType(contentType: string): boolean {
  return /^application\/x-protobuf\b/i.test(contentType.trim())
}

export function isJson(contentType: string): boolean {
  return /^application\/json\b/i.test(contentType.trim())
}

function jsonBody(bytes: Buffer): Fields {
  if (!isUtf8(bytes)) throw new MalformedBody('the body is not UTF-8')
  try {
    const value = parseExact(bytes.toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  } catch (error) {
    throw new MalformedBody(`the body is not JSON: ${error instanceof Error ? error.message : error}`)
  }
  throw new MalformedBody('the body is not a JSON object')
}

/** A fault above the records spoils the request, one inside a record that record. */
function* recordsOf(request: Fields, signal: Signal): Generator<Decoded> {
  try {
    for (const resource of listIn(request, signal.resources)) {
      const origin = resourceOrigin(resource)
      for (const scope of listIn(resource, signal.scopes)) {
        const own = signal.scope(origin, scope)
        for (const record of listIn(scope, signal.records)) yield* signal.rows(record, own)
      }
    }
  } catch (error) {
    if (error instanceof WireFault) throw new MalformedBody(error.message)
    throw error
  }
}

function* pointRows(metric: Fields, origin: Origin): Generator<Decoded> {
  const found = attempt(() => metricPoints(metric, origin))
  if (found && 'rejected' in found) yield found
  else for (const point of found?.points ?? []) yield attempt(() => found?.row(point) as TableRow)
}

function attempt<T>(make: () => T): T | { readonly rejected: string } {
  try {
    return make()
  } catch (error) {
    if (error instanceof WireFault) return { rejected: error.message }
    throw error
  }
}
