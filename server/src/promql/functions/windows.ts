// Functions over range vectors: for each series and time, of the samples in its window.
// https://prometheus.io/docs/prometheus/latest/querying/functions/
import { PromqlError } from '../errors.ts'
import { labelValue, metricName, withoutName } from '../labels.ts'
import { Mean, quantile, Sum } from '../numbers.ts'
import { Gathering, type StoredSeries, sameLabels, timeAt } from '../values.ts'
import type { EvaluatedCall, PromqlFunction, Signature } from './function.ts'
import { derivative, predicted, smoothed } from './trends.ts'

/** Samples from `from` up to but not including `to`; at least one. */
export interface Window {
  readonly times: Float64Array
  readonly values: Float64Array
  from: number
  to: number
  start: number
  end: number
  range: number
  /** Time of evaluation. */
  now: number
  /** Values of the scalar arguments. */
  scalars: number[]
}

/** Undefined: no value. */
type OfWindow = (window: Window) => number | undefined

const matrixOnly: Signature = { args: ['matrix'], returns: 'vector' }

interface Options extends Signature {
  readonly keepsName?: boolean
  readonly check?: (call: EvaluatedCall) => void
}

function overWindows(of: OfWindow, options: Options = matrixOnly): PromqlFunction {
  const { keepsName = false, check, ...signature } = options
  const at = signature.args.indexOf('matrix')
  return {
    ...signature,
    async apply(call) {
      check?.(call)
      const { timeline } = call
      const { series, range, end } = call.windows(at)
      const scalars = signature.args.flatMap((type, i) => (type === 'scalar' ? [call.scalar(i)] : []))
      const gathering = new Gathering(timeline)
      const seen = new Set<string>()
      for (const stored of series) {
        await call.breathe()
        const fresh = withoutStale(stored)
        const labels = keepsName ? stored.labels : withoutName(stored.labels)
        const out = gathering.seriesOf(labels)
        const window = windowOf(fresh, range)
        let has = false
        for (let index = 0; index < timeline.count; index++) {
          if (!moved(window, end(index))) continue
          window.now = timeAt(timeline, index)
          window.scalars = scalars.map((values) => values[index] ?? 0)
          const value = of(window)
          if (value === undefined) continue
          gathering.set(out, index, value)
          has = true
        }
        if (has && seen.has(labels.key)) throw new PromqlError('execution', sameLabels)
        if (has) seen.add(labels.key)
      }
      return { type: 'vector', series: gathering.series }
    },
  }
}

function windowOf({ times, values }: StoredSeries, range: number): Window {
  return { times, values, from: 0, to: 0, start: 0, end: 0, range, now: 0, scalars: [] }
}

/** Moves a window on to where it ends next; whether it holds samples. Its ends never go back. */
function moved(window: Window, end: number): boolean {
  const { times, range } = window
  window.start = end - range
  window.end = end
  while (window.to < times.length && (times[window.to] ?? 0) <= end) window.to++
  while (window.from < window.to && (times[window.from] ?? 0) <= window.start) window.from++
  return window.from < window.to
}

const freshOnes = new WeakMap<StoredSeries, StoredSeries>()

export function withoutStale(series: StoredSeries): StoredSeries {
  const { stale, labels, times, values } = series
  if (!stale?.includes(1)) return series
  const known = freshOnes.get(series)
  if (known) return known
  const isFresh = (_: number, i: number) => stale[i] !== 1
  const fresh = { labels, times: times.filter(isFresh), values: values.filter(isFresh) }
  freshOnes.set(series, fresh)
  return fresh
}

const at = (values: Float64Array, index: number): number => values[index] ?? Number.NaN

function* valuesIn({ values, from, to }: Window): Generator<number> {
  for (let i = from; i < to; i++) yield at(values, i)
}

interface RateOptions {
  readonly isCounter: boolean
  readonly isRate: boolean
}

/** https://prometheus.io/docs/prometheus/latest/querying/functions/#rate */
function extrapolated({ times, values, from, to, start, end, range }: Window, { isCounter, isRate }: RateOptions) {
  const last = to - 1
  if (last <= from) return undefined
  let result = at(values, last) - at(values, from)
  if (isCounter) {
    for (let i = from + 1; i < to; i++) if (at(values, i) < at(values, i - 1)) result += at(values, i - 1)
  }
  const sampled = (at(times, last) - at(times, from)) / 1000
  const between = sampled / (last - from)
  const threshold = between * 1.1
  let toStart = (at(times, from) - start) / 1000
  let toEnd = (end - at(times, last)) / 1000
  if (toStart >= threshold) toStart = between / 2
  // A counter began at zero at the earliest.
  if (isCounter && result > 0 && at(values, from) >= 0)
    toStart = Math.min(toStart, sampled * (at(values, from) / result))
  if (toEnd >= threshold) toEnd = between / 2
  const factor = (sampled + toStart + toEnd) / sampled
  return result * (isRate ? factor / (range / 1000) : factor)
}

function lastTwo({ times, values, from, to }: Window, isRate: boolean): number | undefined {
  if (to - from < 2) return undefined
  const interval = at(times, to - 1) - at(times, to - 2)
  if (interval === 0) return undefined
  const [before, last] = [at(values, to - 2), at(values, to - 1)]
  const change = isRate && last < before ? last : last - before
  return isRate ? change / (interval / 1000) : change
}

function counted(window: Window, differs: (value: number, before: number) => boolean): number {
  let count = 0
  for (let i = window.from + 1; i < window.to; i++) {
    if (differs(at(window.values, i), at(window.values, i - 1))) count++
  }
  return count
}

function extreme({ values, from, to }: Window, isMore: (value: number, best: number) => boolean): number {
  let best = from
  for (let i = from; i < to; i++) {
    if (isMore(at(values, i), at(values, best)) || Number.isNaN(at(values, best))) best = i
  }
  return best
}

function variance(window: Window): number {
  const [mean, squares] = [new Sum(), new Sum()]
  let count = 0
  for (const value of valuesIn(window)) {
    count++
    const delta = value - (mean.total + mean.lost)
    mean.add(delta / count)
    squares.add(delta * (value - (mean.total + mean.lost)))
  }
  return (squares.total + squares.lost) / count
}

function deviation(window: Window): number {
  const middle = quantile(0.5, [...valuesIn(window)])
  return quantile(
    0.5,
    [...valuesIn(window)].map((value) => Math.abs(value - middle)),
  )
}

function sumOf(window: Window): number {
  const sum = new Sum()
  for (const value of valuesIn(window)) sum.add(value)
  return sum.value
}

function meanOf(window: Window): number {
  const mean = new Mean()
  for (const value of valuesIn(window)) mean.add(value)
  return mean.value
}

/** What counts is said by the name, which is all that a sample has. */
function checkCounter(call: EvaluatedCall): void {
  const arg = call.arg(0)
  if (!arg) return
  const names = new Set(call.windows(0).series.map(({ labels }) => labelValue(labels, metricName)))
  for (const name of names) {
    if (name === '' || /_(?:total|sum|count|bucket)$/.test(name)) continue
    const hint = 'metric might not be a counter, name does not end in _total/_sum/_count/_bucket'
    call.inform(`${hint}: ${JSON.stringify(name)}`, arg)
  }
}

function checkQuantile(call: EvaluatedCall): void {
  const arg = call.arg(0)
  const wrong = call.scalar(0).find((q) => !(q >= 0 && q <= 1))
  if (arg && wrong !== undefined) call.warn(`quantile value should be between 0 and 1, got ${wrong}`, arg)
}

const counter: Options = { ...matrixOnly, check: checkCounter }
const seconds = (millis: number): number => millis / 1000

export const windowFunctions: Readonly<Record<string, PromqlFunction>> = {
  rate: overWindows((w) => extrapolated(w, { isCounter: true, isRate: true }), counter),
  increase: overWindows((w) => extrapolated(w, { isCounter: true, isRate: false }), counter),
  delta: overWindows((w) => extrapolated(w, { isCounter: false, isRate: false })),
  irate: overWindows((w) => lastTwo(w, true), counter),
  idelta: overWindows((w) => lastTwo(w, false)),
  changes: overWindows((w) =>
    counted(w, (value, before) => value !== before && !(Number.isNaN(value) && Number.isNaN(before))),
  ),
  resets: overWindows((w) => counted(w, (value, before) => value < before)),
  deriv: overWindows(derivative),
  predict_linear: overWindows(predicted, { args: ['matrix', 'scalar'], returns: 'vector' }),
  double_exponential_smoothing: overWindows(smoothed, { args: ['matrix', 'scalar', 'scalar'], returns: 'vector' }),
  sum_over_time: overWindows(sumOf),
  avg_over_time: overWindows(meanOf),
  count_over_time: overWindows((w) => w.to - w.from),
  present_over_time: overWindows(() => 1),
  last_over_time: overWindows((w) => at(w.values, w.to - 1), { ...matrixOnly, keepsName: true }),
  first_over_time: overWindows((w) => at(w.values, w.from), { ...matrixOnly, keepsName: true }),
  min_over_time: overWindows((w) =>
    at(
      w.values,
      extreme(w, (value, best) => value < best),
    ),
  ),
  max_over_time: overWindows((w) =>
    at(
      w.values,
      extreme(w, (value, best) => value > best),
    ),
  ),
  ts_of_min_over_time: overWindows((w) =>
    seconds(
      at(
        w.times,
        extreme(w, (value, best) => value <= best),
      ),
    ),
  ),
  ts_of_max_over_time: overWindows((w) =>
    seconds(
      at(
        w.times,
        extreme(w, (value, best) => value >= best),
      ),
    ),
  ),
  ts_of_first_over_time: overWindows((w) => seconds(at(w.times, w.from))),
  ts_of_last_over_time: overWindows((w) => seconds(at(w.times, w.to - 1))),
  stddev_over_time: overWindows((w) => Math.sqrt(variance(w))),
  stdvar_over_time: overWindows(variance),
  mad_over_time: overWindows(deviation),
  quantile_over_time: overWindows((w) => quantile(w.scalars[0] ?? Number.NaN, [...valuesIn(w)]), {
    args: ['scalar', 'matrix'],
    returns: 'vector',
    check: checkQuantile,
  }),
}
