// Resource-specific mode: a record as a row of its category's table. Members of the record and its properties fill the
// columns of the same name, whatever case and separators; content says where the other columns come from.
// https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs#resource-specific
import type { Column } from '@conshelf/kql'
import { isFields, type JsonFields } from '../../json/records.ts'
import type { Json, TableRow } from '../../types.ts'
import type { FieldMapping } from './field-mappings.ts'
import type { DiagnosticRecord } from './record.ts'
import { type ResourceParts, resourceParts } from './resource-id.ts'

type RowOf = (record: DiagnosticRecord, raw: string) => TableRow

/** Columns that the pipeline fills or that belong to the workspace. */
const notOfRecords: ReadonlySet<string> = new Set([
  'tenantid',
  'type',
  'timegenerated',
  'resourceid',
  'isbillable',
  'billedsize',
  'itemid',
  'timereceived',
])

export function resourceSpecific(table: string, columns: readonly Column[], mapping: FieldMapping): RowOf {
  const names = new ColumnNames(columns)
  const ofResource = [...resourceColumns].filter(([column]) => names.has(column))
  const hasResourceId = names.has('ResourceId')
  const hasSourceSystem = names.has('SourceSystem')
  const explicit = [...mapping.columns].filter(([column]) => names.has(column))
  return (record, raw) => {
    const source = record.properties === undefined ? record.fields : { ...record.fields, properties: record.properties }
    const row: Record<string, Json> = {}
    for (const [column, value] of explicit) setIfAny(row, column, value(source))
    fill(row, names, source)
    for (const from of mapping.from) {
      const members = from(source)
      if (isFields(members)) fill(row, names, members)
    }
    if (record.resourceId !== undefined) {
      const parts = resourceParts(record.resourceId)
      for (const [column, value] of ofResource)
        if (row[column] === undefined) setIfAny(row, column, value(parts) || null)
      if (hasResourceId) row.ResourceId = record.resourceId
    }
    if (hasSourceSystem && row.SourceSystem === undefined) row.SourceSystem = 'Azure'
    return {
      table,
      fields: row,
      raw,
      misfits: 'leave out',
      ...(record.resourceId !== undefined && { resourceId: record.resourceId }),
      ...(record.time !== undefined && { time: record.time }),
    }
  }
}

function fill(row: Record<string, Json>, names: ColumnNames, members: JsonFields): void {
  for (const name in members) {
    const column = names.of(name)
    if (column !== undefined && row[column] === undefined) setIfAny(row, column, members[name])
  }
}

function setIfAny(row: Record<string, Json>, column: string, value: Json | undefined): void {
  if (value !== undefined && value !== null) row[column] = value
}

/** Columns that say where a row comes from, unless the record fills them. */
const resourceColumns: ReadonlyMap<string, (parts: ResourceParts) => string> = new Map([
  ['SubscriptionId', (parts) => parts.subscriptionId],
  ['ResourceGroup', (parts) => parts.resourceGroup],
  ['ResourceProvider', (parts) => parts.provider],
  ['ResourceProviderValue', (parts) => parts.provider],
  ['ResourceType', (parts) => parts.type],
  ['Resource', (parts) => parts.name],
])

/** Finds the column that a member's name means: `error_info` is ErrorInfo, `clientIP` ClientIp. */
class ColumnNames {
  readonly #columns: ReadonlySet<string>
  readonly #plain: ReadonlyMap<string, string>
  readonly #known = new Map<string, string | undefined>()

  constructor(columns: readonly Column[]) {
    this.#columns = new Set(columns.map(({ name }) => name))
    this.#plain = new Map(
      columns.map(({ name }) => [plainName(name), name] as const).filter(([p]) => !notOfRecords.has(p)),
    )
  }

  has(column: string): boolean {
    return this.#columns.has(column)
  }

  of(member: string): string | undefined {
    if (this.#known.has(member)) return this.#known.get(member)
    const column = this.#plain.get(plainName(member))
    if (this.#known.size < 5_000) this.#known.set(member, column)
    return column
  }
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
