// Where a record of a log shipper (Fluentd, Fluent Bit, Vector, …) belongs: lines of containers to ContainerLogV2, all else
// to a custom table named after its tag. Used by the receiver of every such protocol.
import type { JsonFields } from '../../json/records.ts'
import type { Json, TableRow } from '../../types.ts'
import { containerRow } from './container-log.ts'

export interface ShippedRecord {
  /** What the shipper calls the stream: tag, index, source. */
  readonly tag: string
  /** The custom table, when the sender chose it; absent: named after the tag. */
  readonly table?: string
  readonly time?: string
  readonly fields: JsonFields
  /** The record as it came, for the error table. */
  readonly raw?: string
}

export function shippedRow(record: ShippedRecord): TableRow {
  return containerRow(record) ?? customRow(record)
}

function customRow({ tag, table, time, fields, raw }: ShippedRecord): TableRow {
  return {
    table: customTable(table ?? tag),
    fields: customColumns(fields),
    misfits: 'leave out',
    ...(time !== undefined && { time }),
    ...(raw !== undefined && { raw }),
  }
}

const longestName = 90

/** `app.web-1` -> `app_web_1_CL`. */
export function customTable(tag: string): string {
  const plain = tag.replace(/_CL$/, '').replace(/[^A-Za-z0-9_]+/g, '_')
  const name = /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`
  return `${/[A-Za-z0-9]/.test(name) ? name.slice(0, longestName) : 'Logs'}_CL`
}

/** Columns that the pipeline sets: what a record says of the same name is kept under another one. */
const ownColumns =
  /^(?:TenantId|Type|TimeGenerated|_ResourceId|_SubscriptionId|_ItemId|_TimeReceived|_BilledSize|_IsBillable|_OriginalTimeGenerated)$/

/** Names of fields as names of columns; two that become the same stay apart. */
function customColumns(fields: JsonFields): Record<string, Json> {
  const columns: Record<string, Json> = {}
  for (const [field, value] of Object.entries(fields)) {
    let name = field.replace(/[^A-Za-z0-9_]/g, '_').slice(0, 400)
    if (name === '' || ownColumns.test(name)) name = `${name}_`
    while (Object.hasOwn(columns, name)) name = `${name}_`
    columns[name] = value
  }
  return columns
}
