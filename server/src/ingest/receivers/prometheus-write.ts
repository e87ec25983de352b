// Prometheus remote write, 1.0 and 2.0: a snappy block of protobuf -> rows of PrometheusMetrics, of its exemplars and its
// metadata, and from there along routes. https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/
import type { RouteItem } from '../../content/kinds/route.ts'
import { exactReal } from '../json/exact.ts'
import { type Decoded, type Json, MalformedBody, type Receiver } from '../types.ts'
import { inBatches, wholeBody, wholeBodyBytes } from './body.ts'
import {
  exemplarRow,
  histogramRow,
  type Metadata,
  metadataRow,
  metricTypes,
  type Series,
  sampleRow,
  seriesOf,
} from './prometheus/series.ts'
import { messageOf } from './protobuf/messages.ts'
import {
  doubleIn,
  doubleOfBits,
  doublesIn,
  type Fields,
  integerIn,
  integersIn,
  listIn,
  messageIn,
  numberIn,
  textIn,
} from './protobuf/values.ts'
import { createRouters, routed } from './routes.ts'
import { unsnappy } from './snappy.ts'

const versions = {
  'prometheus.WriteRequest': { message: messageOf('remote-write', 'WriteRequest'), rows: rowsOfFirst },
  'io.prometheus.write.v2.Request': { message: messageOf('remote-write', 'Request'), rows: rowsOfSecond },
} as const

export type RemoteWriteMessage = keyof typeof versions

/** The message that a Content-Type announces; undefined: none that we know. */
export function remoteWriteMessage(contentType: string): RemoteWriteMessage | undefined {
  const [type, ...parameters] = contentType.split(';').map((part) => part.trim())
  if (type?.toLowerCase() !== 'application/x-protobuf') return undefined
  const named = parameters
    .find((parameter) => /^proto=/i.test(parameter))
    ?.slice(6)
    .replace(/^"(.*)"$/, '$1')
  if (named === undefined) return 'prometheus.WriteRequest'
  return named in versions ? (named as RemoteWriteMessage) : undefined
}

export function prometheusWrite(routes: () => readonly RouteItem[]): Receiver {
  const routers = createRouters(routes, 'PrometheusMetrics')
  return {
    name: 'prometheus-write',
    async *decode(body, head) {
      const version = remoteWriteMessage(head.contentType)
      if (version === undefined) throw new MalformedBody(`'${head.contentType}' is no message of remote write`)
      const { message, rows } = versions[version]
      const request = message.decode(unsnappy(await wholeBody(body), wholeBodyBytes)) as Fields
      const router = routers(head.parameters.routes)
      for await (const batch of inBatches(rows(request))) yield routed(batch, 'PrometheusMetrics', router)
    },
  }
}

function* rowsOfFirst(request: Fields): Generator<Decoded> {
  for (const entry of listIn(request, 'timeseries')) yield* rowsOfEntry(entry, seriesOf(pairsIn(entry)), pairsIn)
  for (const entry of listIn(request, 'metadata')) {
    yield metadataRow({
      family: textIn(entry, 'metricFamilyName'),
      metricType: metricTypes[numberIn(entry, 'type')] ?? 'unknown',
      help: textIn(entry, 'help'),
      unit: textIn(entry, 'unit'),
    })
  }
}

function pairsIn(message: Fields): (readonly [string, string])[] {
  return listIn(message, 'labels').map((label) => [textIn(label, 'name'), textIn(label, 'value')])
}

function* rowsOfSecond(request: Fields): Generator<Decoded> {
  const symbols = (request.symbols ?? []) as readonly string[]
  if (symbols.length > 0 && symbols[0] !== '') throw new MalformedBody('the first symbol must be empty')
  const textOf = (ref: number): string => {
    const text = symbols[ref]
    if (text === undefined) throw new MalformedBody(`there is no symbol ${ref}`)
    return text
  }
  const pairsOf = (message: Fields): (readonly [string, string])[] => {
    const refs = (message.labelsRefs ?? []) as readonly number[]
    if (refs.length % 2 === 1) throw new MalformedBody('the label references are not in pairs')
    return refs.flatMap((ref, i) => (i % 2 === 0 ? [[textOf(ref), textOf(refs[i + 1] ?? 0)] as const] : []))
  }
  const told = new Set<string>()
  for (const entry of listIn(request, 'timeseries')) {
    const series = seriesOf(pairsOf(entry))
    const metadata = typeof series === 'string' ? undefined : metadataOf(series, messageIn(entry, 'metadata'), textOf)
    const known = typeof series === 'string' || !metadata ? series : { ...series, ...typeAndUnit(metadata) }
    yield* rowsOfEntry(entry, known, pairsOf)
    const key = JSON.stringify(metadata)
    if (!metadata || told.has(key)) continue
    told.add(key)
    yield metadataRow(metadata)
  }
}

function metadataOf(
  { name }: Series,
  message: Fields | undefined,
  textOf: (ref: number) => string,
): Metadata | undefined {
  if (!message) return undefined
  const metricType = metricTypes[numberIn(message, 'type')] ?? 'unknown'
  const [help, unit] = [textOf(numberIn(message, 'helpRef')), textOf(numberIn(message, 'unitRef'))]
  if (metricType === 'unknown' && help === '' && unit === '') return undefined
  const hasParts = metricType === 'histogram' || metricType === 'gaugehistogram' || metricType === 'summary'
  return { family: hasParts ? name.replace(/_(?:bucket|sum|count)$/, '') : name, metricType, help, unit }
}

function typeAndUnit({ metricType, unit }: Metadata): Partial<Series> {
  return { metricType, ...(unit !== '' && { unit }) }
}

type PairsOf = (message: Fields) => readonly (readonly [string, string])[]

/** A sample of what is no series is refused by itself. */
function* rowsOfEntry(entry: Fields, series: Series | string, pairsOf: PairsOf): Generator<Decoded> {
  const samples = listIn(entry, 'samples')
  const histograms = listIn(entry, 'histograms')
  if (typeof series === 'string') {
    for (let i = 0; i < samples.length + histograms.length; i++) yield { rejected: series }
    return
  }
  for (const sample of samples) {
    const { value, low } = doubleOfBits(sample.value)
    yield sampleRow(series, { millis: numberIn(sample, 'timestamp'), value, isStale: isStale(value, low) })
  }
  for (const histogram of histograms) {
    const { value, low } = doubleOfBits(histogram.sum)
    const json = histogramOf(histogram, value)
    yield histogramRow(series, numberIn(histogram, 'timestamp'), json, isStale(value, low))
  }
  for (const exemplar of listIn(entry, 'exemplars')) {
    const labels = Object.fromEntries(pairsOf(exemplar).filter(([name]) => name !== '__proto__'))
    const millis = numberIn(exemplar, 'timestamp')
    yield exemplarRow(series, { millis, value: doubleIn(exemplar, 'value') ?? 0 }, labels)
  }
}

/** The bits 0x7ff0000000000002. https://prometheus.io/docs/specs/prw/remote_write_spec/#stale-markers */
function isStale(value: number, low: number): boolean {
  return low === 2 && Number.isNaN(value)
}

const resetHints = ['unknown', 'yes', 'no', 'gauge']

/** As remote write has it: spans of buckets with deltas of integers, or counts that may be fractions. */
function histogramOf(histogram: Fields, sum: number): Json {
  const isFloat = Object.hasOwn(histogram, 'countFloat')
  return {
    count: isFloat ? real(doubleIn(histogram, 'countFloat') ?? 0) : integerIn(histogram, 'countInt'),
    sum: real(sum),
    schema: integerIn(histogram, 'schema'),
    zeroThreshold: real(doubleIn(histogram, 'zeroThreshold') ?? 0),
    zeroCount: isFloat ? real(doubleIn(histogram, 'zeroCountFloat') ?? 0) : integerIn(histogram, 'zeroCountInt'),
    ...sideOf(histogram, 'positive', isFloat),
    ...sideOf(histogram, 'negative', isFloat),
    customValues: doublesIn(histogram, 'customValues').map(real),
    resetHint: resetHints[numberIn(histogram, 'resetHint')] ?? 'unknown',
  }
}

function sideOf(histogram: Fields, side: 'positive' | 'negative', isFloat: boolean): { readonly [name: string]: Json } {
  const spans = listIn(histogram, `${side}Spans`).map((span) => ({
    offset: integerIn(span, 'offset'),
    length: integerIn(span, 'length'),
  }))
  const counts = isFloat
    ? { [`${side}Counts`]: doublesIn(histogram, `${side}Counts`).map(real) }
    : { [`${side}Deltas`]: integersIn(histogram, `${side}Deltas`) }
  return { [`${side}Spans`]: spans, ...counts }
}

function real(value: number): Json {
  return Number.isFinite(value) ? exactReal(value) : String(value)
}
