// What a run's rows become: alerts. Pure. https://learn.microsoft.com/azure/sentinel/create-analytics-rules and …/security-alert-schema
import type { Cell, Column, Row } from '@conshelf/kql'
import { guidOf } from '../../core/ids.ts'
import { type Severity, severities } from '../../resources/kinds/sentinel/parts.ts'
import { distinctEntities, type StoredEntity } from '../entities/entities.ts'
import { entityTypes } from '../entities/types.ts'
import { filled, type QueryRule, tacticNames, triggers } from './rule.ts'

export interface Result {
  readonly columns: readonly Pick<Column, 'name' | 'type'>[]
  readonly rows: readonly Row[]
}

/** A run of a rule. Instants as text. */
export interface Run {
  readonly ruleId: string
  readonly at: string
  readonly from: string
  readonly to: string
}

export interface AlertDraft {
  /** The same for the same run, so that a run that is repeated makes the same alerts. */
  readonly id: string
  readonly name: string
  readonly description: string
  readonly severity: Severity
  readonly tactics: readonly string[]
  readonly techniques: readonly string[]
  readonly entities: readonly StoredEntity[]
  readonly customDetails: Readonly<Record<string, readonly string[]>>
  readonly start: string
  readonly end: string
  readonly rows: number
}

/** Alerts of one run: 149 for a row each and one for all, and so on. */
export const mostAlerts = { Scheduled: 150, NRT: 30 } as const
const mostEntities = 500
const mostEntityBytes = 64 * 1024
const mostValues = 50
const mostDetailBytes = 2 * 1024

export function alertsOf(rule: QueryRule, { columns, rows }: Result, run: Run): readonly AlertDraft[] {
  if (!triggers[rule.trigger](rows.length, rule.threshold)) return []
  return groupsOf(rule, rows).map((group, at) => draft(rule, columns, group, run, at))
}

function groupsOf({ isPerResult, kind }: QueryRule, rows: readonly Row[]): readonly (readonly Row[])[] {
  if (!isPerResult || rows.length === 0) return [rows]
  const most = mostAlerts[kind]
  if (rows.length <= most) return rows.map((row) => [row])
  return [...rows.slice(0, most - 1).map((row) => [row]), rows]
}

function draft(rule: QueryRule, columns: Result['columns'], rows: readonly Row[], run: Run, index: number): AlertDraft {
  const cellsOf = (column: string): readonly string[] => {
    const at = columns.findIndex(({ name }) => name === column)
    return at === -1 ? [] : rows.map((row) => textOf(row[at] ?? null))
  }
  const first = (column: string | undefined): string => (column === undefined ? '' : (cellsOf(column)[0] ?? ''))
  const named = rule.nameFormat === undefined ? '' : filled(rule.nameFormat, first).trim()
  const described = rule.descriptionFormat === undefined ? '' : filled(rule.descriptionFormat, first).trim()
  const severity = severities.find((each) => each.toLowerCase() === first(rule.severityColumn).toLowerCase())
  const tactics = (first(rule.tacticsColumn).match(/\w+/g) ?? []).filter((name) => tacticNames.includes(name))
  const times = cellsOf('TimeGenerated')
    .filter((time) => time !== '')
    .toSorted()
  return {
    id: guidOf(`${run.ruleId.toLowerCase()} ${run.at} ${index}`),
    name: named || rule.name,
    description: described || rule.description,
    severity: severity ?? rule.severity,
    tactics: tactics.length > 0 ? tactics : rule.tactics,
    techniques: rule.techniques,
    entities: entitiesOf(rule, cellsOf),
    customDetails: detailsOf(rule, cellsOf),
    start: times[0] ?? run.from,
    end: times.at(-1) ?? run.to,
    rows: rows.length,
  }
}

const textOf = (cell: Cell): string => (cell === null ? '' : String(cell))

function entitiesOf({ mappings }: QueryRule, cellsOf: (column: string) => readonly string[]): readonly StoredEntity[] {
  const share = Math.floor(mostEntities / Math.max(1, mappings.length))
  const found = mappings.flatMap(({ type, fields }) => {
    const cells = fields.map(({ identifier, column }) => ({ identifier, values: cellsOf(column) }))
    const entities = Array.from({ length: cells[0]?.values.length ?? 0 }, (_, row): StoredEntity => {
      const own = cells.map(({ identifier, values }) => [identifier, values[row] ?? ''] as const)
      return { Type: entityTypes[type]?.stored ?? type, ...Object.fromEntries(own.filter(([, value]) => value !== '')) }
    })
    return distinctEntities(entities.filter((entity) => Object.keys(entity).length > 1)).slice(0, share)
  })
  return fitting(distinctEntities(found), mostEntityBytes).map((entity, at) => ({ $id: String(at + 1), ...entity }))
}

/** As many from the beginning as make a text of so many bytes. */
function fitting<T>(items: readonly T[], most: number): readonly T[] {
  let bytes = 2
  const end = items.findIndex((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 16
    return bytes > most
  })
  return end === -1 ? items : items.slice(0, end)
}

function detailsOf(
  { customDetails }: QueryRule,
  cellsOf: (column: string) => readonly string[],
): Readonly<Record<string, readonly string[]>> {
  let left = mostDetailBytes
  const details = Object.entries(customDetails).map(([name, column]) => {
    const values = [...new Set(cellsOf(column).filter((value) => value !== ''))].slice(0, mostValues)
    const kept = values.filter((value) => {
      left -= Buffer.byteLength(value)
      return left >= 0
    })
    return [name, kept] as const
  })
  return Object.fromEntries(details)
}
