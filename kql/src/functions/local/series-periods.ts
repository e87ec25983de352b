// Periods of a series and their scores. https://learn.microsoft.com/kusto/query/series-periods-detect-function
//
// Kusto does not publish its score. Ours is the autocorrelation of the ranks of the values, which outliers do not disturb, times
// the square root of the share of the series that takes part in it, so that of equal periods the shorter scores more; a line that
// explains most of the series is taken out before, for it hides them. It agrees with the results that the documentation prints
// (docs/kql-differences.md).
import type { Cell } from '../../model.ts'
import { ArgumentError, type FunctionTable, local } from '../define.ts'
import { columnsText, finiteSeries } from './series-cells.ts'

export interface Period {
  readonly length: number
  /** From 0 to 1. */
  readonly score: number
}

/** The shortest period that Kusto looks for; the longest is half of the series. */
const shortest = 4
const mostValidated = 16

/** The series without the line through it, where that explains more than half of its variance. */
function withoutTrend(values: readonly number[]): readonly number[] {
  const [x, y] = [(values.length - 1) / 2, values.reduce((sum, v) => sum + v, 0) / values.length]
  const slope =
    values.reduce((sum, v, i) => sum + (i - x) * (v - y), 0) / values.reduce((sum, _v, i) => sum + (i - x) ** 2, 0)
  const rest = values.map((v, i) => v - slope * (i - x))
  const variance = (of: readonly number[]): number => of.reduce((sum, v) => sum + (v - y) ** 2, 0)
  return variance(rest) < variance(values) / 2 ? rest : values
}

/** Places in the order of values, from 0; equal values share their average place. */
function ranks(values: readonly number[]): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const places = new Float64Array(values.length)
  for (let start = 0, end = 0; start < order.length; start = end) {
    const value = values[order[start] ?? 0]
    while (end < order.length && values[order[end] ?? 0] === value) end += 1
    for (let i = start; i < end; i += 1) places[order[i] ?? 0] = (start + end - 1) / 2
  }
  return places
}

/** The score of each lag from 0 to half of the series; undefined for a series of equal values. */
function scoresByLag(values: readonly number[]): Float64Array | undefined {
  const middle = (values.length - 1) / 2
  const centred = ranks(values).map((rank) => rank - middle)
  const product = (lag: number): number => {
    let sum = 0
    for (let i = lag; i < centred.length; i += 1) sum += (centred[i] ?? 0) * (centred[i - lag] ?? 0)
    return sum
  }
  const whole = product(0)
  if (whole === 0) return undefined
  const scale = (lag: number): number => whole * Math.sqrt((values.length - lag) / values.length)
  return Float64Array.from({ length: (values.length >> 1) + 1 }, (_, lag) => product(lag) / scale(lag))
}

/**
 * A period is a lag that scores more than all between its half and one and a half of it, and more than noise would (95 %). A peak
 * needs a lag behind it: half of the series is none.
 */
function isPeak(scores: Float64Array, lag: number, noise: number): boolean {
  const score = scores[lag] ?? 0
  if (lag + 1 >= scores.length || score <= noise) return false
  return scores
    .subarray(Math.ceil(lag / 2), Math.floor(lag * 1.5) + 1)
    .every((other, i) => other < score || i + Math.ceil(lag / 2) === lag)
}

/** All periods of a series, the best first. */
export function periodsOf(values: readonly number[]): readonly Period[] {
  if (values.length < 2 * shortest) return []
  const scores = scoresByLag(withoutTrend(values))
  if (!scores) return []
  const noise = 1.96 / Math.sqrt(values.length)
  return Array.from(scores, (score, length) => ({ length, score: Math.min(score, 1) }))
    .filter(({ length }) => length >= shortest && isPeak(scores, length, noise))
    .sort((a, b) => b.score - a.score)
}

/** Zeros behind the periods that were found. */
function detect([series, least, most, count]: readonly Cell[]): Cell {
  const values = finiteSeries(series)
  const wanted = Number(count ?? Number.NaN)
  if (!values || least === null || most === null || !(wanted >= 0)) return null
  const found = periodsOf(values).filter(({ length }) => length >= Number(least) && length <= Number(most))
  const padded = Array.from({ length: wanted }, (_, i): Period => found[i] ?? { length: 0, score: 0 })
  return columnsText([padded.map((p) => p.length), padded.map((p) => p.score)])
}

/** A period is confirmed by a detected one that differs from it by less than one bin. */
function validate([series, ...asked]: readonly Cell[]): Cell {
  const values = finiteSeries(series)
  if (!values || asked.includes(null)) return null
  if (asked.length > mostValidated) throw new ArgumentError(`at most ${mostValidated} periods are validated at once`)
  const found = periodsOf(values)
  const lengths = asked.map(Number)
  const scores = lengths.map((length) => found.find((p) => Math.abs(p.length - length) < 1)?.score ?? 0)
  return columnsText([lengths, scores])
}

export const seriesPeriods: FunctionTable = {
  series_periods_detect: local(['dynamic', 'real', 'real', 'long'], detect),
  series_periods_validate: local(['dynamic', ...new Array<'real'>(mostValidated).fill('real')], validate),
}
