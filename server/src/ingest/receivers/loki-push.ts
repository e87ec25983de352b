// Loki's push API, JSON and snappy-compressed protobuf, with structured metadata. Streams whose labels name a pod go to
// ContainerLogV2, all others to LokiLogs_CL: one table, as streams are told apart by labels there too, of which there may be
// any number. https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs
import { parseExact } from '../json/exact.ts'
import { isFields, type JsonFields } from '../json/records.ts'
import { type Decoded, type Json, MalformedBody, type Receiver } from '../types.ts'
import { inBatches, wholeBody, wholeBodyBytes } from './body.ts'
import { type Labels, labelsOf } from './loki/labels.ts'
import { messageOf } from './protobuf/messages.ts'
import { bigintIn, type Fields, listIn, messageIn, numberIn, textIn } from './protobuf/values.ts'
import { containerRow } from './shipper/container-log.ts'
import { shippedTime } from './shipper/time.ts'
import { unsnappy } from './snappy.ts'

interface Entry {
  readonly labels: Labels
  readonly time: string | undefined
  readonly line: string
  readonly metadata: JsonFields
}

const pushRequest = messageOf('loki', 'PushRequest')

export const lokiPush: Receiver = {
  name: 'loki-push',
  async *decode(body, head) {
    const bytes = await wholeBody(body)
    const rows = isLokiJson(head.contentType)
      ? jsonRows(bytes)
      : protobufRows(pushRequest.decode(unsnappy(bytes, wholeBodyBytes)) as Fields)
    yield* inBatches(rows)
  },
}

/** All else counts as protobuf, as with Loki. */
export function isLokiJson(contentType: string): boolean {
  return /^application\/json\b/i.test(contentType.trim())
}

function* protobufRows(request: Fields): Generator<Decoded> {
  for (const stream of listIn(request, 'streams')) {
    const labels = checked(labelsOf(textIn(stream, 'labels')))
    for (const entry of listIn(stream, 'entries')) {
      const metadata = listIn(entry, 'structuredMetadata').map((pair) => [textIn(pair, 'name'), textIn(pair, 'value')])
      const time = timeOf(messageIn(entry, 'timestamp'))
      yield rowOf({ labels, time, line: textIn(entry, 'line'), metadata: Object.fromEntries(metadata) })
    }
  }
}

function timeOf(timestamp: Fields | undefined): string | undefined {
  if (!timestamp) return undefined
  const [seconds, nanos] = [bigintIn(timestamp, 'seconds'), numberIn(timestamp, 'nanos')]
  return seconds > 0n ? shippedTime(`${seconds}.${String(nanos).padStart(9, '0')}`) : undefined
}

function* jsonRows(bytes: Buffer): Generator<Decoded> {
  const request = requestOf(bytes)
  const { streams } = request
  if (!Array.isArray(streams)) throw new MalformedBody("loghttp.PushRequest.Streams: 'streams' must be an array")
  for (const stream of streams as readonly Json[]) {
    if (!isFields(stream) || !isFields(stream.stream) || !Array.isArray(stream.values)) {
      throw new MalformedBody("loghttp.Stream: an object with 'stream' and 'values' is expected")
    }
    const labels = checked(textsOf(stream.stream))
    for (const value of stream.values as readonly Json[]) yield entryRow(labels, value)
  }
}

function requestOf(bytes: Buffer): JsonFields {
  let value: Json
  try {
    value = parseExact(bytes.toString('utf8'))
  } catch (error) {
    throw new MalformedBody(`couldn't parse push request: ${error instanceof Error ? error.message : error}`)
  }
  if (isFields(value)) return value
  throw new MalformedBody("couldn't parse push request: an object is expected")
}

function textsOf(fields: JsonFields): Labels {
  const texts: [string, string][] = []
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== 'string') throw new MalformedBody(`the label '${name}' must be a text`)
    texts.push([name, value])
  }
  return Object.fromEntries(texts)
}

function checked(labels: Labels): Labels {
  if (Object.keys(labels).length === 0) throw new MalformedBody('error at least one label pair is required per stream')
  return labels
}

function entryRow(labels: Labels, value: Json): Decoded {
  const [nanos, line, metadata = {}] = Array.isArray(value) ? (value as readonly Json[]) : []
  if (typeof line !== 'string') return { rejected: 'an entry is a time, a line and perhaps metadata' }
  const time = typeof nanos === 'string' && /^\d{1,19}$/.test(nanos) ? nanosTime(nanos) : undefined
  if (time === undefined) return { rejected: 'the time of an entry is its nanoseconds since 1970, as text', raw: line }
  if (!isFields(metadata)) return { rejected: 'the metadata of an entry is an object', raw: line }
  return rowOf({ labels, time, line, metadata })
}

function nanosTime(nanos: string): string | undefined {
  const digits = nanos.padStart(10, '0')
  return shippedTime(`${digits.slice(0, -9).replace(/^0+(?=\d)/, '')}.${digits.slice(-9)}`)
}

function rowOf(entry: Entry): Decoded {
  const { labels, time, line, metadata } = entry
  const timed = time === undefined ? {} : { time }
  const container = containerOf(entry)
  if (container) return container
  const fields: Record<string, Json> = { Labels: labels, Line: line }
  if (Object.keys(metadata).length > 0) fields.StructuredMetadata = metadata
  return { table: 'LokiLogs_CL', fields, misfits: 'leave out', raw: line, ...timed }
}

/** Names that Promtail, Alloy and OpenTelemetry give labels and metadata, and the members of a kubernetes filter. */
const podLabels = {
  pod_name: ['pod', 'pod_name', 'k8s_pod_name'],
  namespace_name: ['namespace', 'namespace_name', 'k8s_namespace_name'],
  container_name: ['container', 'container_name', 'k8s_container_name'],
  container_id: ['container_id', 'k8s_container_id'],
  pod_id: ['pod_uid', 'k8s_pod_uid'],
  host: ['node_name', 'node', 'k8s_node_name'],
} as const

const taken: ReadonlySet<string> = new Set(Object.values(podLabels).flat())

function containerOf({ labels, time, line, metadata }: Entry): Decoded | undefined {
  const all: JsonFields = { ...metadata, ...labels }
  const kubernetes: JsonFields = {}
  for (const [member, names] of Object.entries(podLabels)) {
    const name = names.find((candidate) => typeof all[candidate] === 'string' && all[candidate] !== '')
    if (name !== undefined) kubernetes[member] = all[name] as string
  }
  if (kubernetes.pod_name === undefined || kubernetes.namespace_name === undefined) return undefined
  const more = Object.fromEntries(Object.entries(all).filter(([name]) => !taken.has(name)))
  const fields = { ...more, message: line, kubernetes }
  return containerRow({ tag: '', fields, raw: line, ...(time !== undefined && { time }) })
}
