// histogram_quantile of classic histograms: series with cumulative counts, and upper bounds in the label `le`.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
import { dropped, type Labels, labelValue, metricName } from '../labels.ts'
import { isInfinite } from '../numbers.ts'
import { Gathering, type Series, type Value } from '../values.ts'
import type { EvaluatedCall, PromqlFunction } from './function.ts'

interface Bucket {
  readonly bound: number
  count: number
}

const withoutBound: ReadonlySet<string> = new Set([metricName, 'le'])

interface Part {
  readonly bound: number
  readonly series: Series
}

async function histogramQuantile(call: EvaluatedCall): Promise<Value> {
  const quantiles = call.scalar(0)
  const gathering = new Gathering(call.timeline)
  checkQuantile(call, quantiles)
  for (const { labels, parts } of histogramsOf(call)) {
    await call.breathe()
    const out = gathering.seriesOf(labels)
    for (let index = 0; index < call.timeline.count; index++) {
      const buckets = parts
        .filter(({ series }) => series.present[index] === 1)
        .map(({ bound, series }) => ({ bound, count: series.values[index] ?? 0 }))
      if (buckets.length === 0) continue
      const { value, wasForced } = quantileOf(quantiles[index] ?? Number.NaN, buckets)
      gathering.set(out, index, value)
      const arg = call.arg(1)
      if (wasForced && arg) call.inform(forced, arg)
    }
  }
  return { type: 'vector', series: gathering.series }
}

const forced = 'input to histogram_quantile needed to be fixed for monotonicity'

function checkQuantile(call: EvaluatedCall, quantiles: Float64Array): void {
  const arg = call.arg(0)
  const wrong = quantiles.find((q) => !(q >= 0 && q <= 1))
  if (arg && wrong !== undefined) call.warn(`quantile value should be between 0 and 1, got ${wrong}`, arg)
}

function histogramsOf(call: EvaluatedCall): Iterable<{ readonly labels: Labels; readonly parts: readonly Part[] }> {
  const histograms = new Map<string, { labels: Labels; parts: Part[] }>()
  for (const series of call.vector(1)) {
    const text = labelValue(series.labels, 'le')
    const bound = boundOf(text)
    const arg = call.arg(1)
    if (bound === undefined) {
      const name = JSON.stringify(labelValue(series.labels, metricName))
      const message = `bucket label "le" is missing or has a malformed value of ${JSON.stringify(text)} for metric name ${name}`
      if (arg) call.warn(message, arg)
      continue
    }
    const labels = dropped(series.labels, withoutBound)
    const histogram = histograms.get(labels.key) ?? { labels, parts: [] }
    histogram.parts.push({ bound, series })
    histograms.set(labels.key, histogram)
  }
  return histograms.values()
}

function boundOf(text: string): number | undefined {
  if (/^\+?inf(?:inity)?$/i.test(text)) return Number.POSITIVE_INFINITY
  if (/^-inf(?:inity)?$/i.test(text)) return Number.NEGATIVE_INFINITY
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}

function quantileOf(q: number, unordered: readonly Bucket[]): { readonly value: number; readonly wasForced: boolean } {
  const found = (value: number, wasForced = false) => ({ value, wasForced })
  if (Number.isNaN(q)) return found(Number.NaN)
  if (q < 0) return found(Number.NEGATIVE_INFINITY)
  if (q > 1) return found(Number.POSITIVE_INFINITY)
  const buckets = merged(unordered.toSorted((a, b) => (a.bound === b.bound ? 0 : a.bound - b.bound)))
  const last = buckets.at(-1)
  if (last?.bound !== Number.POSITIVE_INFINITY || buckets.length < 2) return found(Number.NaN)
  const wasForced = madeMonotonic(buckets)
  if (last.count === 0 || Number.isNaN(last.count)) return found(Number.NaN)
  const rank = q * last.count
  const at = buckets.slice(0, -1).findIndex(({ count }) => count >= rank)
  if (at < 0) return found(buckets.at(-2)?.bound ?? Number.NaN, wasForced)
  const bucket = buckets[at]
  const before = at > 0 ? buckets[at - 1] : undefined
  if (!bucket || (!before && bucket.bound <= 0)) return found(bucket?.bound ?? Number.NaN, wasForced)
  const [start, below] = before ? [before.bound, before.count] : [0, 0]
  return found(start + (bucket.bound - start) * ((rank - below) / (bucket.count - below)), wasForced)
}

/** Buckets with the same bound are one. */
function merged(sorted: readonly Bucket[]): Bucket[] {
  const buckets: Bucket[] = []
  for (const { bound, count } of sorted) {
    const last = buckets.at(-1)
    if (last?.bound === bound) last.count += count
    else buckets.push({ bound, count })
  }
  return buckets
}

const tolerance = 1e-12

/** Counts never fall; whether more than rounding had to be put right. */
function madeMonotonic(buckets: readonly Bucket[]): boolean {
  let wasForced = false
  let before = buckets[0]?.count ?? 0
  for (const bucket of buckets.slice(1)) {
    const { count } = bucket
    if (count === before) continue
    if (areClose(before, count)) bucket.count = before
    else if (count < before) {
      bucket.count = before
      wasForced = true
    } else before = count
  }
  return wasForced
}

function areClose(a: number, b: number): boolean {
  if (isInfinite(a) || isInfinite(b)) return false
  return Math.abs(a - b) / (Math.abs(a) + Math.abs(b)) < tolerance
}

export const histogramFunctions: Readonly<Record<string, PromqlFunction>> = {
  histogram_quantile: { args: ['scalar', 'vector'], returns: 'vector', apply: histogramQuantile },
}
