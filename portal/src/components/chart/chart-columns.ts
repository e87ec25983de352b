// Which column of a result is the x axis, which are measures, which name the series: the rules of the render operator.
import type { Cell, RenderInfo, ResultColumn, ResultTable, Row, ScalarType } from '../../api/types.ts'
import type { Visualization } from './visualization.ts'

export interface Roles {
  readonly x: number
  readonly ys: readonly number[]
  readonly series: readonly number[]
}

/** A text says why the columns do not make this chart. */
export function rolesOf(table: ResultTable, render: RenderInfo, { shape, time }: Visualization): Roles | string {
  const { columns } = table
  const named = (name: string) => columns.findIndex((column) => column.name === name)
  const wantsPlace = time || shape === 'line' || shape === 'area' || shape === 'scatter'
  const x = render.xColumn ? named(render.xColumn) : defaultX(columns, time, wantsPlace, shape !== 'pie')
  if (x < 0) return render.xColumn ? `No column is named ${render.xColumn}.` : missingX(time)
  const series = names(render.series)
    .map(named)
    .filter((index) => index >= 0)
  const wanted = names(render.yColumns)
    .map(named)
    .filter((index) => index >= 0)
  const ys =
    wanted.length > 0
      ? wanted
      : indexes(columns, (type, index) => isNumber(type) && index !== x && !series.includes(index))
  if (ys.length === 0) return 'A chart needs a numeric column besides its x axis.'
  const rest = indexes(columns, (type, index) => isName(type) && index !== x && !ys.includes(index))
  return { x, ys, series: series.length > 0 ? series : rest }
}

/** Time comes first wherever it stands; categories are the first column, unless they split what happened over time. */
function defaultX(columns: readonly ResultColumn[], time: boolean, wantsPlace: boolean, overTime: boolean): number {
  const instant = columns.findIndex(({ type }) => type === 'datetime')
  if (time || (overTime && instant >= 0)) return instant
  if (!wantsPlace) return columns.length > 0 ? 0 : -1
  return columns.findIndex(({ type }) => isNumber(type) || type === 'timespan')
}

function missingX(time: boolean): string {
  return time
    ? 'A time chart needs a datetime column.'
    : 'This chart needs a datetime or numeric column for its x axis.'
}

function names(list: string | readonly string[] | null | undefined): readonly string[] {
  const parts = typeof list === 'string' ? list.split(',') : (list ?? [])
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function indexes(
  columns: readonly ResultColumn[],
  wanted: (type: ScalarType, index: number) => boolean,
): readonly number[] {
  return columns.flatMap(({ type }, index) => (wanted(type, index) ? [index] : []))
}

function isNumber(type: ScalarType): boolean {
  return type === 'int' || type === 'long' || type === 'real' || type === 'decimal'
}

function isName(type: ScalarType): boolean {
  return type === 'string' || type === 'bool' || type === 'guid'
}

/**
 * `make-series` answers with arrays: one row a series, its times and values in dynamic columns. Charts want one row a
 * point. Tables without arrays, or with a datetime column of their own, come back as they are.
 */
export function unfoldSeries(table: ResultTable): ResultTable {
  const arrays = arrayColumns(table)
  if (arrays.size === 0 || table.columns.some(({ type }) => type === 'datetime')) return table
  const columns = table.columns.map((column, index) => ({ ...column, type: arrays.get(index) ?? column.type }))
  return { ...table, columns, rows: table.rows.flatMap((row) => pointRows(row, [...arrays.keys()])) }
}

/** Columns that hold a JSON array in the first row, with the type of its elements. */
function arrayColumns({ columns, rows }: ResultTable): ReadonlyMap<number, ScalarType> {
  const found = columns.flatMap(({ type }, index): [number, ScalarType][] => {
    const elements = type === 'dynamic' ? parseArray(rows[0]?.[index] ?? null) : undefined
    return elements ? [[index, elementType(elements)]] : []
  })
  return new Map(found)
}

function pointRows(row: Row, arrays: readonly number[]): readonly Row[] {
  const values = new Map(arrays.map((index) => [index, parseArray(row[index] ?? null) ?? []]))
  const length = Math.max(0, ...[...values.values()].map((elements) => elements.length))
  return Array.from({ length }, (_, at) =>
    row.map((cell, index) => (values.has(index) ? (values.get(index)?.[at] ?? null) : cell)),
  )
}

function parseArray(cell: Cell): readonly Cell[] | undefined {
  if (typeof cell !== 'string' || !cell.startsWith('[')) return undefined
  try {
    const parsed: unknown = JSON.parse(cell)
    return Array.isArray(parsed)
      ? parsed.map((element) => (isCell(element) ? element : JSON.stringify(element)))
      : undefined
  } catch {
    return undefined
  }
}

function isCell(value: unknown): value is null | boolean | number | string {
  return value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string'
}

function elementType(elements: readonly Cell[]): ScalarType {
  const known = elements.filter((element) => element !== null)
  if (known.every((element) => typeof element === 'number')) return 'real'
  return known.every((element) => /^\d{4}-\d\d-\d\dT/.test(String(element))) ? 'datetime' : 'string'
}
