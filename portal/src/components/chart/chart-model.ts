// A result table and its render wishes -> what is to be drawn, as plain data. No library and no colours here.
import type { Cell, RenderInfo, ResultTable, Row, ScalarType } from '../../api/types.ts'
import { type Roles, rolesOf, unfoldSeries } from './chart-columns.ts'
import { type Stack, type Visualization, visualizationOf } from './visualization.ts'

/** x: milliseconds since 1970, a number, or a category's name, as the axis says. */
export type Point = readonly [x: number | string, y: number | null]

export interface Series {
  readonly name: string
  readonly points: readonly Point[]
}

export interface XyChart {
  readonly kind: 'xy'
  readonly shape: 'line' | 'area' | 'column' | 'bar' | 'scatter'
  readonly stack: Stack
  readonly x: { readonly scale: 'time' | 'number' | 'category'; readonly title: string; readonly log: boolean }
  readonly y: { readonly title: string; readonly log: boolean; readonly min?: number; readonly max?: number }
  readonly series: readonly Series[]
  readonly legend: boolean
  readonly title?: string
  /** What had to be left out, in words for the reader. */
  readonly notes: readonly string[]
}

export interface PieChart {
  readonly kind: 'pie'
  readonly slices: readonly { readonly name: string; readonly value: number }[]
  readonly legend: boolean
  readonly title?: string
}

export interface CardChart {
  readonly kind: 'card'
  readonly values: readonly { readonly name: string; readonly value: Cell; readonly type: ScalarType }[]
  readonly title?: string
}

export interface NoChart {
  readonly kind: 'none'
  readonly reason: string
}

export type ChartModel = XyChart | PieChart | CardChart | NoChart

const mostSeries = 60
const mostCategories = 500
const mostSlices = 24

export function chartModel(table: ResultTable, render: RenderInfo): ChartModel {
  const visualization = visualizationOf(render)
  if (!visualization)
    return { kind: 'none', reason: `${render.visualization} is not drawn here; the rows are in the table.` }
  if (table.rows.length === 0) return { kind: 'none', reason: 'No rows, nothing to draw.' }
  const title = render.title ? { title: render.title } : {}
  if (visualization.shape === 'card') return { kind: 'card', values: cardValues(table), ...title }
  const points = unfoldSeries(table)
  const roles = rolesOf(points, render, visualization)
  if (typeof roles === 'string') return { kind: 'none', reason: roles }
  const legend = render.legend !== 'hidden'
  if (visualization.shape === 'pie') return { kind: 'pie', slices: slices(points, roles), legend, ...title }
  return { ...xyChart(points, render, { ...visualization, shape: visualization.shape }, roles), legend, ...title }
}

function cardValues({ columns, rows }: ResultTable): CardChart['values'] {
  return columns.map(({ name, type }, index) => ({ name, type, value: rows[0]?.[index] ?? null }))
}

function slices({ columns, rows }: ResultTable, { x, ys }: Roles): PieChart['slices'] {
  const totals = new Map<string, number>()
  const type = columns[x]?.type ?? 'string'
  for (const row of rows) {
    const name = categoryName(row[x] ?? null, type)
    totals.set(name, (totals.get(name) ?? 0) + (toNumber(row[ys[0] ?? -1]) ?? 0))
  }
  const all = [...totals].map(([name, value]) => ({ name, value })).sort((a, b) => b.value - a.value)
  if (all.length <= mostSlices) return all
  const rest = all.slice(mostSlices - 1)
  const other = { name: `Other (${rest.length})`, value: rest.reduce((sum, { value }) => sum + value, 0) }
  return [...all.slice(0, mostSlices - 1), other]
}

type XyShape = XyChart['shape']

function xyChart(
  table: ResultTable,
  render: RenderInfo,
  { shape, stack }: Visualization & { readonly shape: XyShape },
  roles: Roles,
): Omit<XyChart, 'legend'> {
  const column = table.columns[roles.x]
  const scale = scaleOf(column?.type ?? 'string', shape)
  const all = collect(table, roles, scale, render.accumulate === true)
  const kept = shape === 'scatter' ? all.slice(0, mostSeries) : aligned(largest(all, mostSeries), scale, stack)
  const cut =
    scale === 'category' ? kept.map(({ name, points }) => ({ name, points: points.slice(0, mostCategories) })) : kept
  const categories = Math.max(0, ...kept.map(({ points }) => points.length))
  const notes = [
    ...(all.length > mostSeries ? [`The ${mostSeries} largest of ${all.length} series are drawn.`] : []),
    ...(scale === 'category' && categories > mostCategories
      ? [`The first ${mostCategories} of ${categories} values are drawn.`]
      : []),
    ...(render.ySplit && render.ySplit !== 'none' ? [`ysplit=${render.ySplit} is drawn on one axis.`] : []),
  ]
  return {
    kind: 'xy',
    shape,
    stack,
    x: { scale, title: render.xTitle || (scale === 'time' ? '' : (column?.name ?? '')), log: render.xAxis === 'log' },
    y: { title: render.yTitle || yTitle(table, roles), log: render.yAxis === 'log', ...bounds(render) },
    series: cut,
    notes,
  }
}

function yTitle({ columns }: ResultTable, { ys }: Roles): string {
  return ys.length === 1 ? (columns[ys[0] ?? -1]?.name ?? '') : ''
}

function bounds({ yMin, yMax }: RenderInfo): { readonly min?: number; readonly max?: number } {
  const min = toNumber(yMin)
  const max = toNumber(yMax)
  return { ...(min === null ? {} : { min }), ...(max === null ? {} : { max }) }
}

function scaleOf(type: ScalarType, shape: XyShape): XyChart['x']['scale'] {
  if (shape === 'bar') return 'category'
  if (type === 'datetime') return 'time'
  const number = type === 'int' || type === 'long' || type === 'real' || type === 'decimal'
  return number && shape !== 'column' ? 'number' : 'category'
}

/** One series for each measure and each combination of names, points in the order of the axis. */
function collect(
  { columns, rows }: ResultTable,
  { x, ys, series }: Roles,
  scale: XyChart['x']['scale'],
  accumulate: boolean,
): readonly Series[] {
  const found = new Map<string, Point[]>()
  const type = columns[x]?.type ?? 'string'
  for (const row of rows) {
    const place = placeOf(row[x] ?? null, type, scale)
    if (place === null) continue
    for (const y of ys) {
      const name = seriesName(row, series, ys.length > 1 || series.length === 0 ? (columns[y]?.name ?? '') : '')
      const points = found.get(name) ?? []
      if (points.length === 0) found.set(name, points)
      points.push([place, toNumber(row[y])])
    }
  }
  const ordered = [...found].map(([name, points]) => ({ name, points: inOrder(points, scale) }))
  return accumulate ? ordered.map(({ name, points }) => ({ name, points: running(points) })) : ordered
}

function seriesName(row: Row, series: readonly number[], measure: string): string {
  const values = series.map((index) => String(row[index] ?? '') || '(empty)').join(', ')
  return [values, measure].filter((part) => part !== '').join(': ')
}

function placeOf(cell: Cell, type: ScalarType, scale: XyChart['x']['scale']): number | string | null {
  if (scale === 'category') return categoryName(cell, type)
  if (cell === null) return null
  const place = scale === 'time' ? Date.parse(String(cell)) : Number(cell)
  return Number.isNaN(place) ? null : place
}

function categoryName(cell: Cell, type: ScalarType): string {
  if (cell === null || cell === '') return '(empty)'
  return type === 'datetime'
    ? String(cell)
        .replace('T', ' ')
        .replace(/(:00)?(\.0+)?Z$/, '')
    : String(cell)
}

function inOrder(points: readonly Point[], scale: XyChart['x']['scale']): readonly Point[] {
  return scale === 'category' ? points : points.toSorted(([a], [b]) => Number(a) - Number(b))
}

function running(points: readonly Point[]): readonly Point[] {
  let sum = 0
  return points.map(([x, y]) => {
    sum += y ?? 0
    return [x, sum] as const
  })
}

function largest(series: readonly Series[], count: number): readonly Series[] {
  if (series.length <= count) return series
  const size = new Map(series.map((one) => [one, one.points.reduce((sum, [, y]) => sum + Math.abs(y ?? 0), 0)]))
  const kept = new Set(series.toSorted((a, b) => (size.get(b) ?? 0) - (size.get(a) ?? 0)).slice(0, count))
  return series.filter((one) => kept.has(one))
}

/** Categories and stacks need every series to have the same places; equal places add up, missing ones count nothing. */
function aligned(series: readonly Series[], scale: XyChart['x']['scale'], stack: Stack): readonly Series[] {
  if (scale !== 'category' && stack === 'none') return series
  const places = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))]
  const order = scale === 'category' ? places : places.toSorted((a, b) => Number(a) - Number(b))
  const sums = series.map(({ points }) => Map.groupBy(points, ([x]) => x))
  const valueAt = (index: number, x: number | string) => sums[index]?.get(x)?.reduce((sum, [, y]) => sum + (y ?? 0), 0)
  const totals = new Map(order.map((x) => [x, series.reduce((sum, _, index) => sum + (valueAt(index, x) ?? 0), 0)]))
  return series.map(({ name }, index) => ({
    name,
    points: order.map((x) => {
      const value = valueAt(index, x)
      if (stack === 'none') return [x, value ?? null] as const
      return [x, stack === 'stacked100' ? (100 * (value ?? 0)) / (totals.get(x) || 1) : (value ?? 0)] as const
    }),
  }))
}

function toNumber(cell: Cell | undefined): number | null {
  if (cell === null || cell === undefined || cell === '') return null
  const number = Number(cell)
  return Number.isFinite(number) ? number : null
}
