// Series as cells: JSON arrays of numbers, read and written as the SQL of the other series functions does (functions/json.ts).
import type { Cell } from '../../model.ts'

const special: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

function numberOf(element: unknown): number | null {
  if (typeof element === 'number') return element
  return typeof element === 'string' && Object.hasOwn(special, element) ? (special[element] ?? null) : null
}

/** Elements of an array as numbers, null for what is none; undefined for what is no array. */
export function readSeries(cell: Cell | undefined): readonly (number | null)[] | undefined {
  if (typeof cell !== 'string' || !cell.startsWith('[')) return undefined
  const value: unknown = JSON.parse(cell)
  return Array.isArray(value) ? value.map(numberOf) : undefined
}

/** The numbers of an array; undefined where it is none, or an element is missing or not finite. */
export function finiteSeries(cell: Cell | undefined): readonly number[] | undefined {
  const elements = readSeries(cell)
  const numbers = elements?.filter((e) => e !== null && Number.isFinite(e)) as number[] | undefined
  return numbers?.length === elements?.length ? numbers : undefined
}

export function realText(n: number): string {
  if (Number.isNaN(n)) return '"NaN"'
  if (!Number.isFinite(n)) return n > 0 ? '"Infinity"' : '"-Infinity"'
  return Number.isInteger(n) && Math.abs(n) < 1e15 ? `${n}.0` : String(n)
}

export const seriesText = (numbers: readonly number[]): string => `[${numbers.map(realText).join(',')}]`

function columnText(column: number | bigint | readonly number[]): string {
  if (typeof column === 'bigint') return String(column)
  return typeof column === 'number' ? realText(column) : JSON.stringify(seriesText(column))
}

/** A result of several columns. Reals are written as such. */
export const columnsText = (columns: readonly (number | bigint | readonly number[])[]): string =>
  `[${columns.map(columnText).join(',')}]`
