// OTLP as OpenTelemetry's own SDK sends it, JSON and protobuf, and what a wrong request is answered.
import { gzipSync } from 'node:zlib'
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtoTraces } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

let server: RealServer
beforeAll(async () => {
  server = await startRealServer({ args: ['--token', 'secret'] })
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
})

const authorization = { authorization: 'Bearer secret' }

async function ask(query: string): Promise<unknown[][]> {
  const response = await fetch(`${server.url}/v1/workspaces/default/query`, {
    method: 'POST',
    headers: authorization,
    body: JSON.stringify({ query }),
  })
  const { tables } = (await response.json()) as { tables: { rows: unknown[][] }[] }
  return tables[0]?.rows ?? []
}

function post(path: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) {
  const type = { 'content-type': 'application/json' }
  return fetch(server.url + path, {
    method: 'POST',
    body: Buffer.from(body),
    headers: { ...type, ...authorization, ...headers },
  })
}

const kinds = {
  json: { Logs: JsonLogs, Metrics: JsonMetrics, Traces: JsonTraces },
  protobuf: { Logs: ProtoLogs, Metrics: ProtoMetrics, Traces: ProtoTraces },
}

describe.each(Object.entries(kinds))('the SDK, %s', (kind, { Logs, Metrics, Traces }) => {
  const name = `shop-${kind}`
  const resource = defaultResource().merge(resourceFromAttributes({ 'service.name': name, 'service.version': '1.2' }))
  const to = (signal: string) => ({ url: `${server.url}/v1/${signal}`, headers: authorization })

  test('logs', async () => {
    const provider = new LoggerProvider({
      resource,
      processors: [new SimpleLogRecordProcessor({ exporter: new Logs(to('logs')) })],
    })
    const logger = provider.getLogger('lib', '3')
    logger.emit({
      severityNumber: 13,
      severityText: 'WARN',
      body: 'careful',
      attributes: { n: 1, d: 0.5, list: ['a'] },
    })
    logger.emit({ body: { nested: { yes: true } }, eventName: 'happened' })
    await provider.forceFlush()
    await provider.shutdown()
    expect(
      await ask(
        `OTelLogs | where ServiceName == '${name}' | order by Body desc
         | project Body, SeverityNumber, SeverityText, n = tolong(Attributes.n), l = tostring(Attributes.list[0]), ScopeName, ScopeVersion, EventName`,
      ),
    ).toEqual([
      ['{"nested":{"yes":true}}', 0, '', null, '', 'lib', '3', 'happened'],
      ['careful', 13, 'WARN', 1, 'a', 'lib', '3', ''],
    ])
    expect(
      await ask(
        `AppTraces | where AppRoleName == '${name}' and Message == 'careful' | project SeverityLevel, AppVersion`,
      ),
    ).toEqual([[2, '1.2']])
  })

  test('metrics', async () => {
    const reader = new PeriodicExportingMetricReader({
      exporter: new Metrics(to('metrics')),
      exportIntervalMillis: 60_000,
    })
    const provider = new MeterProvider({ resource, readers: [reader] })
    const meter = provider.getMeter('lib')
    meter.createCounter('sold', { unit: '1', description: 'things' }).add(3, { kind: 'book' })
    meter.createHistogram('took', { unit: 'ms' }).record(12)
    await provider.forceFlush()
    await provider.shutdown()
    expect(
      await ask(
        `OTelMetrics | where ServiceName == '${name}' | summarize take_any(*) by Name | order by Name asc
         | project Name, MetricType, Unit, Value, Count, Sum, k = tostring(Attributes.kind), IsMonotonic, AggregationTemporality`,
      ),
    ).toEqual([
      ['sold', 'Sum', '1', 3, null, null, 'book', true, 'Cumulative'],
      ['took', 'Histogram', 'ms', null, 1, 12, '', null, 'Cumulative'],
    ])
  })

  test('traces', async () => {
    const processor = new SimpleSpanProcessor(new Traces(to('traces')))
    const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] })
    const span = provider
      .getTracer('lib')
      .startSpan('GET /a', { kind: 1, attributes: { 'http.response.status_code': 200 } })
    span.recordException(new TypeError('bad'))
    span.end()
    await provider.forceFlush()
    await provider.shutdown()
    const { traceId, spanId } = span.spanContext()
    expect(
      await ask(
        `OTelSpans | where ServiceName == '${name}' | project Name, Kind, TraceId, SpanId, Success, e = tostring(Events[0].name)`,
      ),
    ).toEqual([['GET /a', 'Server', traceId, spanId, true, 'exception']])
    expect(
      await ask(
        `AppRequests | where AppRoleName == '${name}' | join kind=inner AppExceptions on OperationId
         | project Id, ResultCode, Success, ExceptionType, OuterMessage, ParentId1`,
      ),
    ).toEqual([[spanId, '200', true, 'TypeError', 'bad', spanId]])
  })
})

const log = (body: string, more: object = {}) =>
  JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: body }, ...more }] }] }] })

test.each<[string, string | Uint8Array, Record<string, string>, number, object]>([
  ['no JSON', '{"resourceLogs":[', {}, 400, { code: 3, message: expect.stringContaining('not JSON') }],
  ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, 400, { code: 3 }],
  ['gzip that is cut off', gzipSync(log('a')).subarray(0, 30), { 'content-encoding': 'gzip' }, 400, { code: 3 }],
  ['another encoding', log('a'), { 'content-encoding': 'br' }, 415, { code: 3 }],
  ['another type', log('a'), { 'content-type': 'text/plain' }, 415, { code: 3 }],
  ['no token', log('a'), { authorization: '' }, 401, { code: 16 }],
  ['another workspace', log('a'), { 'x-conshelf-workspace': 'nowhere' }, 404, { code: 5 }],
])('refused: %s', async (name, body, headers, status, expected) => {
  const response = await post('/v1/logs', body, headers)
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(await response.json()).toMatchObject(expected)
  const next = await post('/v1/logs', log(`after ${name}`))
  expect([next.status, await next.json()]).toEqual([200, { partialSuccess: {} }])
  expect(await ask(`OTelLogs | where Body == 'after ${name}' | count`)).toEqual([[1]])
})

test('a wrong protobuf is refused as a protobuf status', async () => {
  const response = await post('/v1/traces', Buffer.from('not protobuf'), { 'content-type': 'application/x-protobuf' })
  expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/x-protobuf'])
  const [tag, code] = Buffer.from(await response.arrayBuffer())
  expect([tag, code]).toEqual([8, 3])
})

test('a record that makes no sense is told of, the others are stored', async () => {
  const records = [{ body: { stringValue: 'fine' } }, { traceId: 'short' }, { body: { stringValue: 'too' } }]
  const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] })
  const response = await post('/v1/logs', body)
  expect([response.status, await response.json()]).toEqual([
    200,
    { partialSuccess: { rejectedLogRecords: '1', errorMessage: expect.stringContaining("'traceId'") } },
  ])
  expect(await ask(`OTelLogs | where Body in ('fine', 'too') | count`)).toEqual([[2]])
  expect(await ask(`ConshelfIngestionErrors_CL | where Receiver == 'otlp-logs' | count`)).toEqual([[1]])
})

test('the same Idempotency-Key stores once; numbers beyond 2^53 and nanoseconds stay', async () => {
  const body = log('once', {
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n + 123_456n),
    attributes: [{ key: 'big', value: { intValue: '9007199254740993' } }],
  })
  for (let time = 0; time < 2; time++)
    expect((await post('/v1/logs', body, { 'idempotency-key': 'k' })).status).toBe(200)
  expect(
    await ask(
      `OTelLogs | where Body == 'once' | project tostring(Attributes.big), toint(tolong(TimeGenerated - datetime(1970-01-01)) % 10000)`,
    ),
  ).toEqual([['9007199254740993', 1234]])
})

test('routes are switched by request', async () => {
  const resource = { attributes: [{ key: 'telemetry.sdk.name', value: { stringValue: 'x' } }] }
  const of = (text: string) =>
    JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [{ body: { stringValue: text } }] }] }] })
  await post('/v1/logs', of('both'))
  await post('/v1/logs?routes=none', of('one'))
  expect(await ask(`AppTraces | where Message in ('both', 'one') | project Message`)).toEqual([['both']])
})

test("a stream of a data collection rule brings it to the rule's workspace", async () => {
  const provider = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/conshelf/providers'
  const response = await fetch(
    `${server.url}${provider}/Microsoft.Insights/dataCollectionRules/otlp?api-version=2023-03-11`,
    {
      method: 'PUT',
      headers: { ...authorization, 'content-type': 'application/json' },
      body: JSON.stringify({
        location: 'here',
        properties: {
          destinations: {
            logAnalytics: [
              { workspaceResourceId: `${provider}/Microsoft.OperationalInsights/workspaces/default`, name: 'here' },
            ],
          },
          dataFlows: [{ streams: ['Microsoft-OTelLogs'], destinations: ['here'] }],
        },
      }),
    },
  )
  const { properties } = (await response.json()) as { properties: { immutableId: string } }
  const path = `/dataCollectionRules/${properties.immutableId}/streams`
  expect((await post(`${path}/Microsoft-OTelLogs/otlp/v1/logs`, log('by rule'))).status).toBe(200)
  expect(await ask(`OTelLogs | where Body == 'by rule' | count`)).toEqual([[1]])
  const refused = await Promise.all([
    post(`${path}/Microsoft-OTelLogs/otlp/v1/traces`, '{}'),
    post(`${path}/Microsoft-Other/otlp/v1/logs`, '{}'),
    post('/dataCollectionRules/dcr-none/streams/Microsoft-OTelLogs/otlp/v1/logs', '{}'),
  ])
  expect(
    await Promise.all(refused.map(async (one) => [one.status, ((await one.json()) as { code: number }).code])),
  ).toEqual([
    [400, 3],
    [400, 3],
    [404, 5],
  ])
})
