// Frequent patterns: which values of the columns many rows share. A pattern is closed when no further column has the same value in
// all of its rows; only such patterns are found, each once, and exactly: nothing is sampled.
// https://learn.microsoft.com/kusto/query/basket-plugin
import { CompileError, codes, nowhere } from '../diagnostics.ts'
import type { Cell } from '../model.ts'

/** Distinct rows as numbers of values, a value of one column being another than that of the next, and the weights of each row. */
export interface Coded {
  readonly columns: number
  readonly rows: readonly (readonly number[])[]
  /** Weights of a row in each of the sets that are counted. */
  readonly weights: readonly (readonly number[])[]
  readonly sets: number
  /** The cell behind each number. */
  readonly cells: readonly Cell[]
}

export interface Pattern {
  /** The value of each column, undefined where it is free. */
  readonly values: readonly (number | undefined)[]
  readonly rows: readonly number[]
  /** Total weight in each set. */
  readonly totals: readonly number[]
}

/** A set of values none of which follows from the others, with the rows that have them all. */
interface Free {
  readonly values: readonly number[]
  readonly rows: readonly number[]
}

/** Visits of rows beyond which a search gives up; some seconds. */
const maxVisits = 400_000_000
const tooMany =
  'the columns have too many patterns in common; take fewer columns, fewer dimensions or a higher threshold'

export function coded(rows: readonly (readonly Cell[])[], columns: number, sets: number): Coded {
  const numbers = Array.from({ length: columns }, () => new Map<Cell, number>())
  const cells: Cell[] = []
  const numberOf = (cell: Cell, column: number): number => {
    const known = numbers[column]?.get(cell)
    if (known !== undefined) return known
    numbers[column]?.set(cell, cells.length)
    return cells.push(cell) - 1
  }
  const weighted = rows.map((row) => ({ row, weights: row.slice(columns, columns + sets).map((w) => Number(w ?? 0)) }))
  const counting = weighted.filter(({ weights }) => weights.some((w) => w > 0))
  return {
    columns,
    rows: counting.map(({ row }) => row.slice(0, columns).map(numberOf)),
    weights: counting.map(({ weights }) => weights),
    sets,
    cells,
  }
}

export function totalsOf(data: Coded, rows: readonly number[]): readonly number[] {
  return Array.from({ length: data.sets }, (_, set) => {
    let total = 0
    for (const row of rows) total += data.weights[row]?.[set] ?? 0
    return total
  })
}

/** The value of each column that all of the rows share. */
export function sharedValues(data: Coded, rows: readonly number[]): readonly (number | undefined)[] {
  const first = data.rows[rows[0] ?? -1] ?? []
  return first.map((value, column) => (rows.every((r) => data.rows[r]?.[column] === value) ? value : undefined))
}

export const allRows = (data: Coded): readonly number[] => data.rows.map((_row, i) => i)

/** The rows that have each value, by its number. */
export function rowsByValue(data: Coded): readonly (readonly number[])[] {
  const found: number[][] = data.cells.map(() => [])
  data.rows.forEach((values, row) => {
    for (const value of values) found[value]?.push(row)
  })
  return found
}

function common(a: readonly number[], b: readonly number[]): number[] {
  const found: number[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [x, y] = [a[i] as number, b[j] as number]
    if (x === y) found.push(x)
    if (x <= y) i++
    if (y <= x) j++
  }
  return found
}

const keyOf = (values: readonly (number | undefined)[]): string => values.map((v) => v ?? '').join(',')

/** Whether the rows of a set of values are those of none of its parts, all of which must be known. */
function isFree(values: readonly number[], rows: number, known: ReadonlyMap<string, Free>): boolean {
  return values.every((value) => {
    const part = known.get(keyOf(values.filter((v) => v !== value)))
    return part !== undefined && part.rows.length > rows
  })
}

/**
 * The closed patterns whose totals are frequent, which those of all parts of a frequent pattern must be. `dimensions` limits the
 * values that do not follow from others. Level by level, as Apriori does; the first patterns are the most frequent single values.
 */
export function closedPatterns(
  data: Coded,
  isFrequent: (totals: readonly number[]) => boolean,
  dimensions: number,
): readonly Pattern[] {
  const everything = allRows(data)
  if (everything.length === 0) return []
  const found = new Map<string, Pattern & { readonly by: readonly number[] }>()
  let visits = 0
  const visit = (rows: number): void => {
    visits += rows
    if (visits > maxVisits) throw new CompileError(codes.tooComplex, tooMany, nowhere)
  }
  const close = (free: Free): void => {
    visit(free.rows.length * data.columns)
    const values = sharedValues(data, free.rows)
    const key = keyOf(values)
    if (values.some((v) => v !== undefined) && !found.has(key))
      found.set(key, { values, rows: free.rows, totals: totalsOf(data, free.rows), by: free.values })
  }
  close({ values: [], rows: everything })
  const singles = rankedValues(data, isFrequent, everything.length)
  let level: readonly Free[] = singles.slice()
  for (let size = 1; level.length > 0; size++) {
    level.forEach(close)
    if (size >= dimensions) break
    level = nextLevel(level, (a, b, known) => {
      visit(a.rows.length + b.rows.length)
      const values = [...a.values, b.values.at(-1) as number]
      const rows = common(a.rows, b.rows)
      if (rows.length === 0 || !isFree(values, rows.length, known) || !isFrequent(totalsOf(data, rows)))
        return undefined
      return { values, rows }
    })
  }
  const rank = new Map(singles.map((s, i) => [s.values[0], i]))
  return [...found.values()].sort((a, b) => compareLists(a.by, b.by, (v) => rank.get(v) ?? -1))
}

/** Frequent values that not all rows have: first those from which others follow, then by how frequent they are. */
function rankedValues(data: Coded, isFrequent: (totals: readonly number[]) => boolean, all: number): readonly Free[] {
  return rowsByValue(data)
    .map((rows, value) => ({ values: [value], rows, totals: totalsOf(data, rows) }))
    .filter((f) => f.rows.length < all && isFrequent(f.totals))
    .map((f) => ({ ...f, implied: sharedValues(data, f.rows).filter((v) => v !== undefined).length }))
    .sort((a, b) => b.implied - a.implied || Math.max(...b.totals) - Math.max(...a.totals))
}

function nextLevel(
  level: readonly Free[],
  join: (a: Free, b: Free, known: ReadonlyMap<string, Free>) => Free | undefined,
): readonly Free[] {
  const known = new Map(level.map((f) => [keyOf(f.values), f]))
  const siblings = Map.groupBy(level, (f) => keyOf(f.values.slice(0, -1)))
  const next: Free[] = []
  for (const group of siblings.values()) {
    for (const [i, a] of group.entries()) {
      for (const b of group.slice(i + 1)) {
        const joined = join(a, b, known)
        if (joined) next.push(joined)
      }
    }
  }
  return next
}

function compareLists(a: readonly number[], b: readonly number[], rank: (value: number) => number): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = rank(a[i] as number) - rank(b[i] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Whether one pattern restricts every column that the other does, to the same values. */
export const isWithin = (narrow: readonly (number | undefined)[], wide: readonly (number | undefined)[]): boolean =>
  wide.every((value, column) => value === undefined || narrow[column] === value)
