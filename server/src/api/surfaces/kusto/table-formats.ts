// From a format of Kusto's ingestion to the receiver that reads it.
// https://learn.microsoft.com/kusto/ingestion-supported-formats
import type { Column } from '@conshelf/kql'
import { standardColumns, type Workspace } from '../../../catalog/types.ts'
import { ServerError } from '../../../core/errors.ts'
import { delimited } from '../../../ingest/receivers/delimited.ts'
import type { Receiver } from '../../../ingest/types.ts'
import type { ApiParts } from '../../parts.ts'

export interface TableFormat {
  readonly receiver: Receiver
  /** For the head of the request. */
  readonly parameters: Readonly<Record<string, string>>
}

const separators: Readonly<Record<string, ',' | '\t' | '|'>> = { csv: ',', tsv: '\t', psv: '|' }
const json: ReadonlySet<string> = new Set(['json', 'multijson'])

/** Throws tableNotFound or invalidArgument. */
export function tableFormat(
  parts: Pick<ApiParts, 'tables' | 'receivers'>,
  workspace: Workspace,
  table: string,
  format: string,
): TableFormat {
  const definition = parts.tables.definition(workspace, table)
  if (!definition) throw new ServerError('tableNotFound', { reason: `Table '${table}' was not found.` })
  const name = format.toLowerCase()
  if (json.has(name)) return { receiver: parts.receivers.json, parameters: { table } }
  const separator = Object.hasOwn(separators, name) ? separators[name] : undefined
  if (!separator)
    throw new ServerError('invalidArgument', {
      reason: `the format '${format}' is not taken; those that are: Csv, Tsv, Psv, Json, MultiJSON`,
      target: 'streamFormat',
    })
  const { timeColumn } = definition
  const shown = definition.columns.filter((column) => !column.hidden)
  return { receiver: delimited({ table, separator, timeColumn, ...ordersOf(shown, timeColumn) }), parameters: {} }
}

/** The order of the table's own columns, and the order with its time, where that is among those it lists. */
function ordersOf(shown: readonly Column[], timeColumn: string) {
  const standard = new Set([...standardColumns.map(({ name }) => name), 'SourceSystem'])
  const columns = shown.filter(({ name }) => !standard.has(name))
  const withTime = shown.filter(({ name }) => !standard.has(name) || name === timeColumn)
  return { columns, ...(withTime.length > columns.length ? { withTime } : {}) }
}
