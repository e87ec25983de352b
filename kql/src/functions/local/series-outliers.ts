// series_outliers: how far a value lies outside of Tukey's fences. https://learn.microsoft.com/kusto/query/series-outliers-function
//
// The score above a range of percentiles [low, high] is (x - high) / (high - low), below it (x - low) / (high - low), and 0 inside;
// percentiles interpolate linearly. "ctukey" multiplies with a factor that brings normally distributed values to the scores of
// "tukey"; Kusto's authors give the rule, and an example, at https://stackoverflow.com/q/75264555. The factor for the 10th and 90th
// percentile is taken from that example's result; for others the constants that it is made of are not published. Where the range is
// a single value, whatever lies outside is infinitely far from it.
import type { Cell } from '../../model.ts'
import { ArgumentError, type FunctionTable, local } from '../define.ts'
import { readSeries, seriesText } from './series-cells.ts'

interface Kind {
  readonly low: number
  readonly high: number
  readonly factor: number
}

const kinds: Readonly<Record<string, Kind>> = {
  tukey: { low: 25, high: 75, factor: 1 },
  ctukey: { low: 10, high: 90, factor: 2.772605605507915 },
}

function percentile(sorted: readonly number[], percent: number): number {
  const place = (percent / 100) * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN]
  return below + (above - below) * (place - Math.floor(place))
}

/** A score for each value, 0 for those that are missing; undefined for an unknown kind. */
export function outlierScores(values: readonly (number | null)[], kind: string): readonly number[] | undefined {
  const found = kinds[kind.toLowerCase()]
  if (!found) return undefined
  const sorted = values.filter((v) => v !== null).sort((a, b) => a - b)
  const [low, high] = [percentile(sorted, found.low), percentile(sorted, found.high)]
  const score = (distance: number): number => (distance / (high - low)) * found.factor
  return values.map((v) => (v === null || (v >= low && v <= high) ? 0 : score(v > high ? v - high : v - low)))
}

function outliers([series, kind, ignored, low, high, testPoints]: readonly Cell[]): Cell {
  const values = readSeries(series)
  if (!values) return null
  const name = String(kind ?? 'ctukey').toLowerCase()
  const isCustom = name === 'ctukey' && (Number(low ?? 10) !== 10 || Number(high ?? 90) !== 90)
  if (isCustom) throw new ArgumentError('Kusto publishes the scale of "ctukey" for percentiles 10 and 90 only')
  if (testPoints !== undefined) throw new ArgumentError('Kusto does not document test points of series_outliers')
  const present = values.map((v) => (v === null || !Number.isFinite(v) || v === ignored ? null : v))
  const scores = outlierScores(present, name)
  return scores ? seriesText(scores) : null
}

export const seriesOutliers: FunctionTable = {
  series_outliers: local(['dynamic', 'string', 'real', 'real', 'real', 'long'], outliers),
}
