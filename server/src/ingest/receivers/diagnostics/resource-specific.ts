// Resource-specific mode: a record as a row of its category's table. Members of the record and its properties fill the
// columns of the same name, whatever case and separators; content says where the other columns come from.
// https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs#resource-specific
import type { Column } from '@conshelf/kql'
import { isFields, type JsonFields } from '../../json/records.ts'
import type { Json, TableRow } from '../../types.ts'
import type { FieldMapping } from './field-mappings.ts'
import type { DiagnosticRecord } from './record.ts'
import { resourceParts } from './resource-id.ts'

export type RowOf = (record: DiagnosticRecord, raw: string) => TableRow

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
    if (record.resourceId !== undefined) addResource(row, names, record.resourceId)
    if (names.has('SourceSystem')) row.SourceSystem ??= 'Azure'
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

function addResource(row: Record<string, Json>, names: ColumnNames, id: string): void {
  const { subscriptionId, resourceGroup, provider, type, name } = resourceParts(id)
  const parts = {
    ResourceId: id,
    SubscriptionId: subscriptionId,
    ResourceGroup: resourceGroup,
    ResourceProvider: provider,
    ResourceProviderValue: provider,
    ResourceType: type,
    Resource: name,
  }
  for (const [column, value] of Object.entries(parts)) if (value !== '' && names.has(column)) row[column] ??= value
}

/** Finds the column that a member's name means: `error_info` is ErrorInfo, `clientIP` ClientIp. */
class ColumnNames {
  readonly #columns: ReadonlySet<string>
  readonly #plain: ReadonlyMap<string, string>
  readonly #known = new Map<string, string | undefined>()

  constructor(columns: readonly Column[]) {
    this.#columns = new Set(columns.map(({ name }) => name))
    this.#plain = new Map(columns.map(({ name }) => [plainName(name), name] as const).filter(([p]) => !notOfRecords.has(p)))
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
