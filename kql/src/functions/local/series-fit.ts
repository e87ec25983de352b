// Regressions that need a solver: two lines, polynomials. https://learn.microsoft.com/kusto/query/series-fit-2lines-function
import type { Cell } from '../../model.ts'
import { type FunctionTable, local } from '../define.ts'
import { columnsText, finiteSeries, realText, seriesText } from './series-cells.ts'

interface Fit {
  readonly rsquare: number
  /** Both by one less than the number of points, as series_fit_line has them. */
  readonly variance: number
  readonly rvariance: number
  readonly fitted: readonly number[]
}

interface Line extends Fit {
  readonly slope: number
  readonly interception: number
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length

function fitOf(values: readonly number[], fitted: readonly number[]): Fit {
  const center = mean(values)
  const n = Math.max(1, values.length - 1)
  const variance = values.reduce((sum, v) => sum + (v - center) ** 2, 0) / n
  const rvariance = values.reduce((sum, v, i) => sum + (v - (fitted[i] ?? 0)) ** 2, 0) / n
  return { rsquare: variance === 0 ? 1 : 1 - rvariance / variance, variance, rvariance, fitted }
}

/** Least squares over the places `first`, `first` + 1, … */
function fitLine(values: readonly number[], first: number): Line {
  const [x, y] = [first + (values.length - 1) / 2, mean(values)]
  const spread = values.reduce((sum, _v, i) => sum + (first + i - x) ** 2, 0)
  const slope = values.reduce((sum, v, i) => sum + (first + i - x) * (v - y), 0) / spread
  const interception = y - slope * x
  const fitted = values.map((_v, i) => y + slope * (first + i - x))
  return { ...fitOf(values, fitted), slope, interception }
}

interface TwoLines extends Fit {
  readonly split: number
  readonly left: Line
  readonly right: Line
}

/**
 * The split with the greatest rsquare, the first of equals; each side has the two points that a line needs. The split is the last
 * place of the left side, and the right line counts its places from there: so Kusto's own series_shapes_fl reads them,
 * https://learn.microsoft.com/kusto/functions-library/series-shapes-fl
 */
function twoLines(cell: Cell | undefined): TwoLines | undefined {
  const values = finiteSeries(cell)
  let best: TwoLines | undefined
  for (let split = 1; values && split < values.length - 2; split++) {
    const [left, right] = [fitLine(values.slice(0, split + 1), 0), fitLine(values.slice(split + 1), 1)]
    const fit = fitOf(values, [...left.fitted, ...right.fitted])
    if (!best || fit.rsquare > best.rsquare) best = { ...fit, split, left, right }
  }
  return best
}

const lineColumns = (line: Line): readonly number[] => [
  line.rsquare,
  line.slope,
  line.interception,
  line.variance,
  line.rvariance,
]

function twoLinesColumns(cell: Cell | undefined): Cell {
  const fit = twoLines(cell)
  if (!fit) return null
  const total = [fit.rsquare, BigInt(fit.split), fit.variance, fit.rvariance, fit.fitted] as const
  return columnsText([...total, ...lineColumns(fit.right), ...lineColumns(fit.left)])
}

function twoLinesBag(cell: Cell | undefined): Cell {
  const fit = twoLines(cell)
  if (!fit) return null
  const line = (l: Line): string => {
    const [rsquare, slope, interception, variance, rvariance] = lineColumns(l).map(realText)
    return `{"rsquare":${rsquare},"slope":${slope},"interception":${interception},"variance":${variance},"rvariance":${rvariance}}`
  }
  const [rsquare, variance, rvariance] = [fit.rsquare, fit.variance, fit.rvariance].map(realText)
  return `{"rsquare":${rsquare},"split_idx":${fit.split},"variance":${variance},"rvariance":${rvariance},"line_fit":${seriesText(fit.fitted)},"right":${line(fit.right)},"left":${line(fit.left)}}`
}

/**
 * Solves least squares by reflections, which keep the precision that normal equations lose. Undefined without a unique solution.
 */
function leastSquares(matrix: readonly (readonly number[])[], values: readonly number[]): number[] | undefined {
  const width = matrix[0]?.length ?? 0
  const sizes = Array.from({ length: width }, (_, j) => Math.hypot(...matrix.map((row) => row[j] ?? 0)) || 1)
  const rows = matrix.map((row, i) => [...row.map((v, j) => v / (sizes[j] ?? 1)), values[i] ?? 0])
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0
  for (let k = 0; k < width; k++) {
    const norm = Math.hypot(...rows.slice(k).map((row) => row[k] ?? 0))
    if (norm < 1e-13) return undefined
    const mirror = rows.map((row, i) => (i < k ? 0 : (row[k] ?? 0)))
    mirror[k] = at(k, k) + (at(k, k) >= 0 ? norm : -norm)
    const size = mirror.reduce((sum, m) => sum + m * m, 0)
    for (let j = k; j <= width; j++) {
      const factor = (2 * mirror.reduce((sum, m, i) => sum + m * at(i, j), 0)) / size
      rows.forEach((row, i) => {
        row[j] = (row[j] ?? 0) - factor * (mirror[i] ?? 0)
      })
    }
  }
  const solution = new Array<number>(width).fill(0)
  for (let k = width - 1; k >= 0; k--) {
    const known = solution.reduce((sum, s, j) => (j > k ? sum + s * at(k, j) : sum), 0)
    solution[k] = (at(k, width) - known) / at(k, k)
  }
  return solution.map((s, j) => s / (sizes[j] ?? 1))
}

/** https://learn.microsoft.com/kusto/query/series-fit-poly-function; coefficients come from the highest power down. */
function polynomial([ySeries, xSeries, order]: readonly Cell[]): Cell {
  const y = finiteSeries(ySeries)
  const x = xSeries === undefined ? y?.map((_v, i) => i + 1) : finiteSeries(xSeries)
  const degree = Number(order ?? 1)
  if (!y || !x || x.length !== y.length || degree < 0 || y.length <= degree) return null
  const powers = Array.from({ length: degree + 1 }, (_, i) => degree - i)
  const coefficients = leastSquares(
    x.map((v) => powers.map((p) => v ** p)),
    y,
  )
  if (!coefficients) return null
  const fitted = x.map((v) => coefficients.reduce((sum, c) => sum * v + c, 0))
  const fit = fitOf(y, fitted)
  return columnsText([fit.rsquare, coefficients, fit.variance, fit.rvariance, fitted])
}

export const seriesFit: FunctionTable = {
  series_fit_2lines: local(['dynamic'], ([series]) => twoLinesColumns(series)),
  series_fit_2lines_dynamic: local(['dynamic'], ([series]) => twoLinesBag(series)),
  series_fit_poly: local(['dynamic', 'dynamic', 'long'], polynomial),
}
