// Tables that somebody declares, instead of rows bringing them: what may be asked, and what becomes of the table's resource.
// https://learn.microsoft.com/azure/azure-monitor/logs/create-custom-table
import type { Column } from '@conshelf/kql'
import type { TableBody } from '../resources/kinds/table.ts'
import { InvalidResource } from '../resources/resource.ts'
import { columnsByName } from './growth.ts'
import { changedRetention } from './retention.ts'
import { standardColumns, type TableChange, type TableDefinition } from './types.ts'

const customLogName = /^[A-Za-z_][A-Za-z0-9_]{0,99}_CL$/

export const isCustomLogName = (name: string): boolean => customLogName.test(name)

const columnName = /^[A-Za-z][A-Za-z0-9_]{0,44}$/
const reserved: ReadonlySet<string> = new Set([
  ...['_ResourceId', 'id', '_SubscriptionId', 'TenantId', 'Type', 'UniqueId', 'Title'],
])

/** The resource of a table after a change. Throws InvalidResource. */
export function changedBody(
  change: TableChange,
  body: TableBody | undefined,
  definition: TableDefinition | undefined,
): TableBody {
  const { name, columns, plan, searchResults, restoredLogs, isOwn } = change
  if (!definition) checkNew(change)
  const known = columnsByName([...(definition?.columns ?? []), ...standardColumns])
  const added = (columns ?? []).filter((column) => {
    const there = known.get(column.name)
    if (there && there.type !== column.type)
      throw invalid('columns', `the column '${column.name}' is of type ${there.type}, which cannot be changed`)
    return !there
  })
  if (!isOwn) for (const column of added) checkColumn(column)
  const { retentionInDays: _queried, totalRetentionInDays: _kept, ...others } = body ?? {}
  return {
    ...(definition ? {} : { grows: false }),
    ...others,
    name,
    columns: [...(body?.columns ?? []), ...added.map(({ name, type }) => ({ name, type }))],
    ...(plan === undefined ? {} : { plan }),
    ...changedRetention(change, body),
    ...(searchResults ? { searchResults } : {}),
    ...(restoredLogs ? { restoredLogs } : {}),
  }
}

const derivedName = /^[A-Za-z_][A-Za-z0-9_]{0,99}_(SRCH|RST)$/

function checkNew({ name, columns = [], searchResults, restoredLogs }: TableChange): void {
  const suffix = searchResults ? 'SRCH' : restoredLogs ? 'RST' : undefined
  if (suffix !== undefined) {
    if (derivedName.exec(name)?.[1] === suffix) return
    throw invalid('name', `the name of such a table ends in _${suffix}, unlike '${name}'`)
  }
  if (!isCustomLogName(name)) throw invalid('name', `the name of a custom table ends in _CL, unlike '${name}'`)
  const time = columns.find((column) => column.name === 'TimeGenerated')
  if (time?.type !== 'datetime') throw invalid('columns', "a table needs the column 'TimeGenerated' of type datetime")
}

function checkColumn({ name }: Column): void {
  if (reserved.has(name)) throw invalid('columns', `the column name '${name}' is reserved`)
  if (!columnName.test(name))
    throw invalid('columns', `'${name}' is no column name: a letter, then up to 44 letters, digits and _`)
}

const invalid = (property: string, reason: string) =>
  new InvalidResource('table', `/properties/schema/${property}`, reason)
