// What one run of a rule finds: rows of its query -> series by dimensions and resource -> bins of time -> whether each series
// breaches. Pure. https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-types#log-alerts
import type { Cell, Column, Row } from '@conshelf/kql'
import { parseInstant } from '../core/time-range.ts'
import { armPath } from '../resources/arm-id.ts'
import type { Condition, DimensionRule, Operator } from './rule.ts'

export interface Answer {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
}

export interface DimensionValue {
  readonly name: string
  readonly value: string
}

/** What one alert is about. */
export interface Series {
  readonly dimensions: readonly DimensionValue[]
  /** ARM id out of the resource column; absent: the scope of the rule. */
  readonly target?: string
}

export interface Outcome extends Series {
  readonly key: string
  /** Of each bin, the oldest first; null: nothing to measure. */
  readonly bins: readonly (number | null)[]
  /** Of the newest bin that breaches, else of the newest. */
  readonly value: number | null
  readonly isMet: boolean
}

export interface Judged {
  readonly condition: Condition
  /** With a scope of many resources: rows of other types are not looked at. */
  readonly targetResourceTypes: readonly string[]
  /** .NET ticks: where the newest bin ends. */
  readonly end: bigint
  /** Of a bin, in ticks. */
  readonly window: bigint
  /** Whether the query reads more than the bins; rows outside them do not count then. */
  readonly readsMore: boolean
}

export const seriesKey = ({ dimensions, target }: Series): string =>
  JSON.stringify([target?.toLowerCase() ?? '', ...dimensions.map(({ name, value }) => [name, value])])

/** `known`: series with an open alert, which are judged although no row speaks of them. Throws MissingColumn. */
export function evaluate(judged: Judged, answer: Answer, known: readonly Series[]): readonly Outcome[] {
  const { condition } = judged
  const place = placesOf(condition, judged.targetResourceTypes, answer.columns)
  const found = new Map<string, { readonly series: Series; readonly bins: (number | null)[][] }>()
  const ensure = (series: Series) => {
    const key = seriesKey(series)
    const entry = found.get(key) ?? { series, bins: Array.from({ length: condition.periods }, () => []) }
    found.set(key, entry)
    return entry
  }
  const isSplit = place.dimensions.length > 0 || place.resource !== undefined
  if (!isSplit) ensure({ dimensions: [] })
  for (const series of known) ensure(series)
  for (const row of answer.rows) {
    const bin = binOf(judged, place.time === undefined ? undefined : row[place.time])
    const series = bin === undefined ? undefined : seriesOf(row, place, judged.targetResourceTypes)
    if (bin === undefined || !series) continue
    ensure(series).bins[bin]?.push(place.measure === undefined ? 0 : numberOf(row[place.measure]))
  }
  return [...found].map(([key, { series, bins }]) => ({ key, ...series, ...judge(condition, bins) }))
}

/** A column that the rule names and the answer does not have. */
export class MissingColumn extends Error {}

interface Places {
  readonly time: number | undefined
  readonly measure: number | undefined
  readonly resource: number | undefined
  readonly dimensions: readonly (DimensionRule & { readonly at: number })[]
}

function placesOf(condition: Condition, types: readonly string[], columns: readonly Column[]): Places {
  const find = (name: string) => columns.findIndex((column) => column.name === name)
  const need = (name: string) => {
    const at = find(name)
    if (at === -1) throw new MissingColumn(`the result of the query has no column '${name}'`)
    return at
  }
  const time = columns.findIndex(({ name, type }) => name === 'TimeGenerated' && type === 'datetime')
  const ownId = types.length > 0 ? find('_ResourceId') : -1
  const resource = condition.resourceIdColumn === undefined ? ownId : need(condition.resourceIdColumn)
  return {
    time: time === -1 ? undefined : time,
    measure: condition.measure === undefined ? undefined : need(condition.measure),
    resource: resource === -1 ? undefined : resource,
    dimensions: condition.dimensions.map((dimension) => ({ ...dimension, at: need(dimension.name) })),
  }
}

/** Undefined: the row lies in none. Without a time all rows are in the newest. */
function binOf({ condition, end, window, readsMore }: Judged, cell: Cell | undefined): number | undefined {
  const newest = condition.periods - 1
  if (newest === 0 && !readsMore) return 0
  const time = typeof cell === 'string' ? parseInstant(cell) : undefined
  if (time === undefined) return cell === undefined ? newest : undefined
  const back = (end - time - 1n) / window
  if (time < end && back <= BigInt(newest)) return newest - Number(back)
  // A time that the query moved is still one of the range that it was given.
  if (readsMore) return undefined
  return time >= end ? newest : 0
}

function seriesOf(row: Row, { dimensions, resource }: Places, types: readonly string[]): Series | undefined {
  const values: DimensionValue[] = []
  for (const { name, operator, values: listed, at } of dimensions) {
    const value = textOf(row[at])
    const isListed = listed.includes('*') || listed.includes(value)
    if (isListed !== (operator === 'Include')) return undefined
    values.push({ name, value })
  }
  const target = resource === undefined ? '' : textOf(row[resource])
  if (types.length > 0 && target !== '' && !types.includes(armPath(target)?.type ?? '')) return undefined
  return { dimensions: values, ...(target === '' ? {} : { target }) }
}

const textOf = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell))

function numberOf(cell: Cell | undefined): number | null {
  if (cell === null || cell === undefined || cell === '') return null
  const number = Number(cell)
  return Number.isNaN(number) ? null : number
}

function judge(condition: Condition, bins: readonly (readonly (number | null)[])[]) {
  const values = bins.map((rows) => aggregate(condition, rows))
  const breaches = values.map((value) => value !== null && compare[condition.operator](value, condition.threshold))
  const newest = breaches.lastIndexOf(true)
  return {
    bins: values,
    value: values[newest === -1 ? values.length - 1 : newest] ?? null,
    isMet: breaches.filter(Boolean).length >= condition.minFailing,
  }
}

/** An empty bin counts 0 rows, and has no other measure. */
function aggregate({ aggregation }: Condition, rows: readonly (number | null)[]): number | null {
  if (aggregation === 'Count') return rows.length
  const numbers = rows.filter((value) => value !== null)
  if (numbers.length === 0) return null
  const total = numbers.reduce((sum, value) => sum + value, 0)
  switch (aggregation) {
    case 'Total':
      return total
    case 'Average':
      return total / numbers.length
    case 'Minimum':
      return numbers.reduce((least, value) => Math.min(least, value))
    case 'Maximum':
      return numbers.reduce((most, value) => Math.max(most, value))
  }
}

const compare: Readonly<Record<Operator, (value: number, threshold: number) => boolean>> = {
  Equals: (value, threshold) => value === threshold,
  GreaterThan: (value, threshold) => value > threshold,
  GreaterThanOrEqual: (value, threshold) => value >= threshold,
  LessThan: (value, threshold) => value < threshold,
  LessThanOrEqual: (value, threshold) => value <= threshold,
}
