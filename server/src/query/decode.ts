// Raw engine cells <-> the compiler's cells, by column type. Used for answers and around local stages.
import type { Cell, Column, Row, ScalarType } from '@conshelf/kql'

type Decode = (raw: Cell) => Cell

/** Types whose raw cell is the cell already have no entry. */
const decoders: Readonly<Partial<Record<ScalarType, Decode>>> = {
  // Comparisons and their like are numbers to the engine.
  bool: (raw) => (typeof raw === 'number' ? raw !== 0 : raw),
  long: wholeNumber,
  timespan: wholeNumber,
  real: (raw) => (typeof raw === 'string' ? realOf(raw) : raw),
  decimal: (raw) => (typeof raw === 'number' ? String(raw) : raw),
}

function wholeNumber(raw: Cell): Cell {
  if (typeof raw !== 'string') return raw
  const number = Number(raw)
  return Number.isSafeInteger(number) ? number : BigInt(raw)
}

function realOf(raw: string): number {
  if (raw === 'inf' || raw === '+inf') return Number.POSITIVE_INFINITY
  if (raw === '-inf') return Number.NEGATIVE_INFINITY
  return raw.endsWith('nan') ? Number.NaN : Number(raw)
}

/** A function from the engine's rows to rows of cells; rows that need no change are passed through. */
export function rowDecoder(columns: readonly Column[]): (raw: Row) => Row {
  const changes = columns.flatMap(({ type }, index) => {
    const decode = decoders[type]
    return decode ? [{ index, decode }] : []
  })
  if (changes.length === 0) return (raw) => raw
  return (raw) => {
    const row = raw.slice()
    for (const { index, decode } of changes) row[index] = decode(row[index] ?? null)
    return row
  }
}

/** Rows of cells as NDJSON for a scratch table: its columns are `c0`, `c1`, … and `ordinal`, the place of the row. */
export function encodeRows(rows: readonly Row[]): Uint8Array {
  const lines = rows.map((row, ordinal) => {
    const cells = row.map((cell, index) => `"c${index}":${encoded(cell)},`)
    return `{${cells.join('')}"ordinal":${ordinal}}\n`
  })
  return new TextEncoder().encode(lines.join(''))
}

function encoded(cell: Cell): string {
  if (typeof cell === 'bigint') return cell.toString()
  if (typeof cell !== 'number' || Number.isFinite(cell)) return JSON.stringify(cell)
  if (Number.isNaN(cell)) return '"nan"'
  return cell > 0 ? '"inf"' : '"-inf"'
}
