// Rows of tables as a workspace's data export writes them to event hubs and storage: `{"records":[…]}`, an array, or one row a line, each
// with its table in `Type`. Names are taken in any case, as processors on the way change it. Parameter `table`: of rows that do
// not say theirs. https://learn.microsoft.com/azure/azure-monitor/logs/logs-data-export
import type { Content } from '../../content/content.ts'
import { isFields, type JsonFields, readRecords } from '../json/records.ts'
import type { Decoded, Json, Receiver } from '../types.ts'

export function dataExport(content: () => Content): Receiver {
  const tables = new TableNames(content)
  return {
    name: 'data-export',
    async *decode(body, { parameters }) {
      for await (const batch of readRecords(body, { member: 'records' })) {
        yield batch.map((record) =>
          'rejected' in record
            ? { rejected: record.rejected, raw: record.text }
            : rowOf(record.value, record.text, parameters.table ?? '', tables),
        )
      }
    },
  }
}

function rowOf(record: JsonFields, raw: string, otherwise: string, tables: TableNames): Decoded {
  const [named, row] = unwrapped(record) ?? [undefined, record]
  const table = named ?? (memberOf(row, 'type') || otherwise)
  if (table === '')
    return { rejected: "the row says no table: it has no 'Type', and the parameter 'table' is missing", raw }
  const { name, columnOf } = tables.find(table)
  const fields: Record<string, Json> = {}
  for (const [member, value] of Object.entries(row))
    if (!former.has(member.toLowerCase())) fields[columnOf(member)] = value as Json
  const resourceId = memberOf(row, '_resourceid')
  return { table: name, fields, raw, misfits: 'leave out', ...(resourceId !== '' && { resourceId }) }
}

/** Columns of every exported row that tables no longer have, and those of the export itself. */
const former: ReadonlySet<string> = new Set(['mg', 'managementgroupname', 'rawdata', '_internal_workspaceresourceid'])

/** `{"record":{"<table>":{…}}}`: the row, as the collector of observIQ puts it. */
function unwrapped({ record }: JsonFields): readonly [table: string, row: JsonFields] | undefined {
  const found = isFields(record) ? Object.entries(record).find(([, value]) => isFields(value)) : undefined
  return found as [string, JsonFields] | undefined
}

function memberOf(row: JsonFields, name: string): string {
  const found = Object.entries(row).find(([member]) => member.toLowerCase() === name)?.[1]
  return typeof found === 'string' ? found : ''
}

interface NamedTable {
  readonly name: string
  /** The column that a name in any case means; a name that means none as it is. */
  readonly columnOf: (member: string) => string
}

class TableNames {
  readonly #content: () => Content
  readonly #known = new Map<string, NamedTable>()
  #names: ReadonlyMap<string, string> | undefined

  constructor(content: () => Content) {
    this.#content = content
  }

  find(table: string): NamedTable {
    const known = this.#known.get(table)
    if (known) return known
    this.#names ??= new Map(
      this.#content()
        .tableNames()
        .map((name) => [name.toLowerCase(), name]),
    )
    const name = this.#names.get(table.toLowerCase()) ?? table
    const declared = this.#content().table(name)?.columns ?? []
    const columns = new Map(declared.map((column) => [column.name.toLowerCase(), column.name]))
    const made = { name, columnOf: (member: string) => columns.get(member.toLowerCase()) ?? standardName(member) }
    if (this.#known.size < 2_000) this.#known.set(table, made)
    return made
  }
}

/** Every table has these. */
const standard = new Map(
  ['TimeGenerated', 'TenantId', 'Type', '_ResourceId', '_SubscriptionId', '_ItemId', '_IsBillable', '_BilledSize'].map(
    (name) => [name.toLowerCase(), name],
  ),
)

const standardName = (member: string): string => standard.get(member.toLowerCase()) ?? member
