// The beta distribution and Welch's test. https://learn.microsoft.com/kusto/query/beta-cdf-function
import type { Cell } from '../../model.ts'
import { type FunctionTable, local } from '../define.ts'

/** Stirling's series, far enough out to be exact. */
function logGamma(x: number): number {
  let [shift, y] = [1, x]
  for (; y < 15; y += 1) shift *= y
  const [z, z2] = [1 / y, 1 / (y * y)]
  const series =
    z * (1 / 12 - z2 * (1 / 360 - z2 * (1 / 1260 - z2 * (1 / 1680 - z2 * (1 / 1188 - z2 * (691 / 360360))))))
  return (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + series - Math.log(shift)
}

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b)

/** The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method. */
function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const away = (v: number): number => (Math.abs(v) < tiny ? tiny : v)
  let [c, d] = [1, 1 / away(1 - ((a + b) * x) / (a + 1))]
  let value = d
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    value *= c * d
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    value *= c * d
    if (Math.abs(c * d - 1) < 1e-16) break
  }
  return value
}

/** The regularized incomplete beta function. */
function cumulative(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b))
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b
}

const maxShape = 10_000
const isShape = (v: number): boolean => v > 0 && v <= maxShape

function numbers(cells: readonly Cell[]): readonly number[] | undefined {
  return cells.some((c) => c === null || c === undefined) ? undefined : cells.map(Number)
}

function betaCdf(cells: readonly Cell[]): Cell {
  const [x = 0, a = 0, b = 0] = numbers(cells) ?? []
  if (!numbers(cells)) return null
  return x >= 0 && x <= 1 && isShape(a) && isShape(b) ? cumulative(x, a, b) : Number.NaN
}

/** By halving, down to neighbouring numbers. What is no probability gives null, as the documentation's example prints it. */
function betaInv(cells: readonly Cell[]): Cell {
  const [p = 0, a = 0, b = 0] = numbers(cells) ?? []
  if (!numbers(cells)) return null
  if (!(isShape(a) && isShape(b))) return Number.NaN
  if (!(p > 0 && p <= 1)) return null
  let [low, high] = [0, 1]
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return high
    if (cumulative(middle, a, b) < p) low = middle
    else high = middle
  }
}

/** Two-sided: how likely means differ at least as much by chance. https://learn.microsoft.com/kusto/query/welch-test-function */
function welch(cells: readonly Cell[]): Cell {
  const given = numbers(cells)
  if (!given) return null
  const [m1 = 0, v1 = 0, n1 = 0, m2 = 0, v2 = 0, n2 = 0] = given
  const [s1, s2] = [v1 / n1, v2 / n2]
  const t2 = (m1 - m2) ** 2 / (s1 + s2)
  const freedom = (s1 + s2) ** 2 / (s1 ** 2 / (n1 - 1) + s2 ** 2 / (n2 - 1))
  return Number.isFinite(t2) && freedom > 0 ? cumulative(freedom / (freedom + t2), freedom / 2, 0.5) : Number.NaN
}

export const betaFunctions: FunctionTable = {
  beta_cdf: local(['real', 'real', 'real'], betaCdf),
  beta_inv: local(['real', 'real', 'real'], betaInv),
  welch_test: local(['real', 'real', 'real', 'real', 'real', 'real'], welch),
}
