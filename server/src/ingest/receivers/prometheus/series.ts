// A Prometheus series and what is known of it -> rows of PrometheusMetrics and PrometheusExemplars; shared by remote write,
// the text format and the scraper. https://prometheus.io/docs/concepts/data_model/
import type { Decoded, Json, TableRow } from '../../types.ts'

export type Labels = Readonly<Record<string, string>>

export interface Series {
  readonly name: string
  /** Without the name, in the order of their names. */
  readonly labels: Labels
  readonly metricType?: string
  readonly unit?: string
}

/** Types by the numbers that remote write has for them. */
export const metricTypes = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
] as const

/** Of pairs as they came; a text says why they are no series. */
export function seriesOf(pairs: readonly (readonly [string, string])[]): Series | string {
  const sorted = pairs.every((pair, i) => i === 0 || (pairs[i - 1]?.[0] ?? '') < pair[0])
    ? pairs
    : pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  let name = ''
  const labels: Record<string, string> = {}
  for (const [i, [label, value]] of sorted.entries()) {
    if (label === '') return 'a label has no name'
    if (label === sorted[i - 1]?.[0]) return `the label '${label}' comes twice`
    if (label === '__proto__') return `'${label}' cannot name a label`
    if (label === '__name__') name = value
    // An empty value is the same as no label.
    else if (value !== '') labels[label] = value
  }
  if (name === '') return 'the label __name__ is missing'
  return { name, labels }
}

export interface Sample {
  /** Milliseconds since 1970; absent: time of arrival. */
  readonly millis: number | undefined
  readonly value: number
  readonly isStale?: boolean
}

export function sampleRow(series: Series, { millis, value, isStale }: Sample): Decoded {
  const time = millis === undefined ? undefined : instantOfMillis(millis)
  if (time === null) return { rejected: `the time ${millis} is out of range` }
  const own: Record<string, Json> = isStale ? { IsStale: true } : { Value: value }
  return rowOf('PrometheusMetrics', series, time, own)
}

export function histogramRow(series: Series, millis: number, histogram: Json, isStale: boolean): Decoded {
  const time = instantOfMillis(millis)
  if (time === null) return { rejected: `the time ${millis} is out of range` }
  return rowOf('PrometheusMetrics', series, time, isStale ? { IsStale: true } : { Histogram: histogram })
}

export function exemplarRow(series: Series, { millis, value }: Sample, labels: Labels): Decoded {
  const time = millis === undefined ? undefined : instantOfMillis(millis)
  if (time === null) return { rejected: `the time ${millis} is out of range` }
  const traceId = labels.trace_id ?? labels.traceID ?? labels.TraceID
  const spanId = labels.span_id ?? labels.spanID ?? labels.SpanID
  return rowOf('PrometheusExemplars', { name: series.name, labels: series.labels }, time, {
    Value: value,
    ExemplarLabels: labels,
    ...(traceId !== undefined && { TraceId: traceId }),
    ...(spanId !== undefined && { SpanId: spanId }),
  })
}

export interface Metadata {
  readonly family: string
  readonly metricType: string
  readonly help: string
  readonly unit: string
}

export function metadataRow({ family, metricType, help, unit }: Metadata): TableRow {
  return { table: 'PrometheusMetadata', fields: { Name: family, MetricType: metricType, Help: help, Unit: unit } }
}

function rowOf(
  table: string,
  { name, labels, metricType, unit }: Series,
  time: string | undefined,
  own: Record<string, Json>,
): TableRow {
  const fields = own
  fields.Name = name
  fields.Labels = labels
  if (metricType !== undefined) fields.MetricType = metricType
  if (unit !== undefined && unit !== '') fields.Unit = unit
  return time === undefined ? { table, fields } : { table, fields, time }
}

const earliest = -62_135_596_800_000
const latest = 253_402_300_799_999
let lastMillis = Number.NaN
let lastText = ''

/** Null: beyond what a datetime holds. Series of one scrape have the same time. */
function instantOfMillis(millis: number): string | null {
  if (millis === lastMillis) return lastText
  if (!(millis >= earliest && millis <= latest)) return null
  lastMillis = millis
  lastText = new Date(millis).toISOString()
  return lastText
}
