// Functions of windows that fit a line or a curve to the samples.
import { PromqlError } from '../errors.ts'
import { isInfinite, Sum } from '../numbers.ts'
import type { Window } from './windows.ts'

interface Line {
  readonly slope: number
  /** At the time that was asked for. */
  readonly intercept: number
}

/** Least squares, with seconds from `origin` on. */
function fitted({ times, values, from, to }: Window, origin: number): Line {
  const [x, y, xy, xx] = [new Sum(), new Sum(), new Sum(), new Sum()]
  const first = values[from] ?? 0
  let isConstant = true
  for (let i = from; i < to; i++) {
    const value = values[i] ?? 0
    const seconds = ((times[i] ?? 0) - origin) / 1000
    if (i > from && value !== first) isConstant = false
    x.add(seconds)
    y.add(value)
    xy.add(seconds * value)
    xx.add(seconds * seconds)
  }
  if (isConstant)
    return isInfinite(first) ? { slope: Number.NaN, intercept: Number.NaN } : { slope: 0, intercept: first }
  const count = to - from
  const [sumX, sumY] = [x.total + x.lost, y.total + y.lost]
  const covariance = xy.total + xy.lost - (sumX * sumY) / count
  const slope = covariance / (xx.total + xx.lost - (sumX * sumX) / count)
  return { slope, intercept: sumY / count - (slope * sumX) / count }
}

export function derivative(window: Window): number | undefined {
  return window.to - window.from < 2 ? undefined : fitted(window, window.times[window.from] ?? 0).slope
}

export function predicted(window: Window): number | undefined {
  if (window.to - window.from < 2) return undefined
  const { slope, intercept } = fitted(window, window.now)
  return slope * (window.scalars[0] ?? Number.NaN) + intercept
}

/** https://prometheus.io/docs/prometheus/latest/querying/functions/#double_exponential_smoothing */
export function smoothed({ values, from, to, scalars }: Window): number | undefined {
  const [factor = Number.NaN, trendFactor = Number.NaN] = scalars
  checkFactor('smoothing', 'sf', factor)
  checkFactor('trend', 'tf', trendFactor)
  if (to - from < 2) return undefined
  let before = 0
  let level = values[from] ?? 0
  let trend = (values[from + 1] ?? 0) - level
  for (let i = from + 1; i < to; i++) {
    if (i > from + 1) trend = trendFactor * (level - before) + (1 - trendFactor) * trend
    const next = factor * (values[i] ?? 0) + (1 - factor) * (level + trend)
    before = level
    level = next
  }
  return level
}

function checkFactor(what: string, short: string, factor: number): void {
  if (factor <= 0 || factor >= 1)
    throw new PromqlError('execution', `invalid ${what} factor. Expected: 0 < ${short} < 1, got: ${factor.toFixed(6)}`)
}
