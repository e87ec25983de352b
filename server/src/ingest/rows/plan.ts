// What ingestion knows of a table while it writes rows of it: column by column, which conversion applies.
import { type Column, nearest, type ScalarType } from '@conshelf/kql'
import { isCustomLogName } from '../../catalog/declared.ts'
import {
  readsAll,
  type StoredTable,
  standardColumns,
  type TableDefinition,
  type Tables,
  type Workspace,
} from '../../catalog/types.ts'
import { errorTable } from '../error-table.ts'
import { numberText } from '../json/exact.ts'
import type { Json } from '../types.ts'
import { type Coercion, canonicalGuid, coercions } from './coerce.ts'
import { engineInstant } from './instant.ts'

export interface ColumnPlan {
  readonly type: ScalarType
  /** Undefined: the pipeline sets the column itself, what a record says of it is dropped. */
  readonly convert: Coercion | undefined
}

export interface TablePlan {
  readonly workspace: Workspace
  readonly table: string
  readonly timeColumn: string
  readonly columns: ReadonlyMap<string, ColumnPlan>
  readonly grows: boolean
  /** It has all the columns it may have: other properties go into AdditionalFields. */
  readonly full: boolean
  readonly isBillable: 'True' | 'False'
  readonly definition: TableDefinition | undefined
  readonly stored: StoredTable | undefined
}

const ownColumns: ReadonlySet<string> = new Set(standardColumns.map(({ name }) => name))

/** https://learn.microsoft.com/azure/azure-monitor/logs/cost-logs#data-size-calculation */
const freeTables: ReadonlySet<string> = new Set(['AzureActivity', 'Heartbeat', 'Operation', 'Usage', errorTable])

/** Plans by workspace and table, renewed when the catalog has changed. */
export class TablePlans {
  readonly #tables: Tables
  readonly #plans = new Map<string, TablePlan>()

  constructor(tables: Tables) {
    this.#tables = tables
  }

  /** Undefined: nobody declares the table and it may not be made. */
  find(workspace: Workspace, table: string): TablePlan | undefined {
    const key = `${workspace.database}.${table}`
    const definition = this.#tables.definition(workspace, table)
    const stored = this.#tables.stored(workspace, table)
    const known = this.#plans.get(key)
    if (known && known.definition === definition && known.stored === stored) return known
    if (!definition && !isCustomLogName(table)) return undefined
    // They show rows of other tables.
    if (definition?.searchResults || definition?.restoredLogs) return undefined
    const made = makePlan(workspace, table, definition, stored, known?.full ?? false)
    this.#plans.set(key, made)
    return made
  }

  /** Adds columns, or finds that the table is full. */
  async grow(plan: TablePlan, columns: readonly Column[]): Promise<TablePlan> {
    const { workspace, table } = plan
    const stored = await this.#tables.prepare(workspace, table, columns)
    const full = columns.some(({ name }) => !stored.columns.has(name))
    const made = makePlan(workspace, table, this.#tables.definition(workspace, table), stored, full)
    this.#plans.set(`${workspace.database}.${table}`, made)
    return made
  }

  /** Before an insert: the table exists, with every column that its definition promises. */
  async prepare({ workspace, table }: TablePlan): Promise<void> {
    await this.#tables.prepare(workspace, table, [])
  }

  /** The name that was probably meant. */
  nearest(workspace: Workspace, table: string): string | undefined {
    return nearest(table, this.#tables.catalog([workspace], readsAll).allNames())
  }
}

function makePlan(
  workspace: Workspace,
  table: string,
  definition: TableDefinition | undefined,
  stored: StoredTable | undefined,
  full: boolean,
): TablePlan {
  const grows = definition?.grows ?? true
  const columns = new Map<string, ColumnPlan>()
  if (!grows)
    for (const { name, type } of definition?.columns ?? []) columns.set(name, { type, convert: coercions[type] })
  for (const [name, type] of stored?.columns ?? []) columns.set(name, { type, convert: coercions[type] })
  const timeColumn = definition?.timeColumn ?? 'TimeGenerated'
  for (const { name, type } of standardColumns) columns.set(name, { type, convert: undefined })
  if (!ownColumns.has(timeColumn)) columns.set(timeColumn, { type: 'datetime', convert: undefined })
  const isBillable = freeTables.has(table) ? 'False' : 'True'
  return { workspace, table, timeColumn, columns, grows, full, isBillable, definition, stored }
}

const columnName = /^[A-Za-z0-9_]{1,500}$/
const suffixTypes: Readonly<Record<string, ScalarType>> = {
  s: 'string',
  d: 'real',
  b: 'bool',
  t: 'datetime',
  g: 'string',
}

/**
 * The column that a growing table gets for a property; undefined when its name cannot be one. A declared type counts
 * before the suffix of the name, that before the value.
 * https://learn.microsoft.com/azure/azure-monitor/logs/data-collector-api#record-type-and-properties
 */
export function newColumn(plan: TablePlan, name: string, value: Json): Column | undefined {
  if (!columnName.test(name)) return undefined
  const declared = plan.definition?.columns.find((column) => column.name === name)
  if (declared) return { name, type: declared.type }
  const suffix = /_([sdbtg])$/.exec(name)?.[1]
  return { name, type: suffix === undefined ? typeOfValue(value) : (suffixTypes[suffix] as ScalarType) }
}

function typeOfValue(value: Json): ScalarType {
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'long'
  if (typeof value === 'number') return 'real'
  if (typeof value !== 'string') return typeOfStructure(value)
  if (canonicalGuid(value) !== undefined) return 'string'
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value) && engineInstant(value) !== undefined ? 'datetime' : 'string'
}

/** Only a long keeps an integer that JavaScript's numbers do not. */
function typeOfStructure(value: Json): ScalarType {
  const number = numberText(value)
  if (number === undefined) return 'dynamic'
  return /^-?\d+$/.test(number) ? 'long' : 'real'
}
