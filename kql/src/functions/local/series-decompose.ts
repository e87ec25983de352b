// series_decompose and what builds on it: season, trend and the rest of a series, anomalies in it, its continuation.
// https://learn.microsoft.com/kusto/query/series-decompose-function
import type { Cell } from '../../model.ts'
import { ArgumentError, type FunctionTable, local } from '../define.ts'
import { columnsText, finiteSeries, seriesText } from './series-cells.ts'
import { outlierScores } from './series-outliers.ts'
import { periodsOf } from './series-periods.ts'

interface Parts {
  readonly baseline: readonly number[]
  readonly seasonal: readonly number[]
  readonly trend: readonly number[]
  readonly residual: readonly number[]
}

/** The least score of a period that `-1` stands for. */
const decomposeThreshold = 0.6
const seasonalThreshold = 0.7

/** The period that `-1` stands for, 0 for none. */
function detectedPeriod(learned: readonly number[], threshold: number): number {
  const best = periodsOf(learned)[0]
  return best && best.score >= threshold ? best.length : 0
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** At each place the median of what was learned at the same place of all periods. */
function seasonalPart(length: number, learned: readonly number[], period: number): readonly number[] {
  if (period > learned.length && length > learned.length)
    throw new ArgumentError(`a period of ${period} bins cannot be learned from ${learned.length} points`)
  const phases = Array.from({ length: Math.min(period, length) }, (): number[] => [])
  learned.forEach((v, i) => void phases[i % period]?.push(v))
  const medians = phases.map(median)
  return Array.from({ length }, (_, i) => medians[i % period] ?? 0)
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length

/** Trends over the places 0, 1, 2, … from the first of them. */
const trends: Readonly<Record<string, (length: number, learned: readonly number[]) => readonly number[]>> = {
  none: (length) => new Array<number>(length).fill(0),
  avg: (length, learned) => new Array<number>(length).fill(mean(learned)),
  linefit: (length, learned) => {
    const [x, y] = [(learned.length - 1) / 2, mean(learned)]
    const spread = learned.reduce((sum, _v, i) => sum + (i - x) ** 2, 0)
    const slope = spread === 0 ? 0 : learned.reduce((sum, v, i) => sum + (i - x) * (v - y), 0) / spread
    return Array.from({ length }, (_, i) => y + slope * (i - x))
  },
}

interface Options {
  /** -1: to be detected; 0: none. */
  readonly seasonality: Cell | undefined
  readonly trend: Cell | undefined
  readonly testPoints: Cell | undefined
  readonly threshold: Cell | undefined
}

/** Undefined where the documentation gives no meaning: elements that are no numbers, nothing to learn from, unknown options. */
function decompose(cell: Cell | undefined, options: Options): Parts | undefined {
  const series = finiteSeries(cell)
  const test = Number(options.testPoints ?? 0)
  const trend = trends[String(options.trend ?? 'avg').toLowerCase()]
  const seasonality = Number(options.seasonality ?? -1)
  if (!series || !trend || test < 0 || test >= series.length || seasonality < -1) return undefined
  const learned = series.slice(0, series.length - test)
  const period =
    seasonality === -1 ? detectedPeriod(learned, Number(options.threshold ?? decomposeThreshold)) : seasonality
  const seasonal =
    period === 0 ? new Array<number>(series.length).fill(0) : seasonalPart(series.length, learned, period)
  const level = trend(
    series.length,
    learned.map((v, i) => v - (seasonal[i] ?? 0)),
  )
  const baseline = seasonal.map((v, i) => v + (level[i] ?? 0))
  return { baseline, seasonal, trend: level, residual: series.map((v, i) => v - (baseline[i] ?? 0)) }
}

const written = (parts: Parts | undefined): Cell =>
  parts ? columnsText([parts.baseline, parts.seasonal, parts.trend, parts.residual]) : null

function anomalies([series, threshold, seasonality, trend, testPoints, method, least]: readonly Cell[]): Cell {
  const parts = decompose(series, { seasonality, trend, testPoints, threshold: least })
  const k = Number(threshold ?? 1.5)
  if (!parts || Number.isNaN(k)) return null
  const scores = outlierScores(parts.residual, String(method ?? 'ctukey'))
  if (!scores) return null
  const flags = scores.map((s) => (s > k ? 1 : s < -k ? -1 : 0))
  return JSON.stringify([`[${flags.join(',')}]`, seriesText(scores), seriesText(parts.baseline)])
}

/** Zeros for a period that is none; https://learn.microsoft.com/kusto/query/series-seasonal-function */
function seasonal([series, period, testPoints]: readonly Cell[]): Cell {
  const seasonality = period === undefined || period === null || Number(period) >= -1 ? period : 0
  const parts = decompose(series, { seasonality, trend: 'none', testPoints, threshold: seasonalThreshold })
  return parts ? seriesText(parts.seasonal) : null
}

export const seriesDecompose: FunctionTable = {
  series_decompose: local(
    ['dynamic', 'long', 'string', 'long', 'real'],
    ([series, seasonality, trend, testPoints, threshold]) =>
      written(decompose(series, { seasonality, trend, testPoints, threshold })),
  ),
  series_decompose_forecast: local(
    ['dynamic', 'long', 'long', 'string', 'real'],
    ([series, testPoints, seasonality, trend, threshold]) =>
      written(decompose(series, { seasonality, trend, testPoints, threshold })),
  ),
  series_decompose_anomalies: local(['dynamic', 'real', 'long', 'string', 'long', 'string', 'real'], anomalies),
  series_seasonal: local(['dynamic', 'long', 'long'], seasonal),
}
