// Restored tables: a part of what another table keeps, in reach of queries for as long as the table is there.
// https://learn.microsoft.com/azure/azure-monitor/logs/restore
import type { TableDefinition, Tables, Workspace } from '../catalog/types.ts'
import type { Ids } from '../core/ids.ts'
import { parseInstant } from '../core/time-range.ts'
import { InvalidResource } from '../resources/resource.ts'

export interface RestoreRequest {
  readonly sourceTable: string
  readonly startRestoreTime: string
  readonly endRestoreTime: string
}

/** Throws InvalidResource. */
export async function restoreTable(
  { tables, ids }: { readonly tables: Pick<Tables, 'definition' | 'declare'>; readonly ids: Ids },
  workspace: Workspace,
  name: string,
  request: RestoreRequest,
  by: string,
): Promise<TableDefinition> {
  const { sourceTable, startRestoreTime, endRestoreTime } = request
  if (tables.definition(workspace, name)) throw invalid('', `the table '${name}' exists already: delete it first`)
  const source = tables.definition(workspace, sourceTable)
  if (!source) throw invalid('/sourceTable', `there is no table '${sourceTable}'`)
  if (source.plan === 'auxiliary') throw invalid('/sourceTable', 'a table of the plan Auxiliary is searched by a job')
  if (source.restoredLogs || source.view)
    throw invalid('/sourceTable', `'${sourceTable}' shows rows of other tables: restore those`)
  const [start, end] = [parseInstant(startRestoreTime), parseInstant(endRestoreTime)]
  if (start === undefined) throw invalid('/startRestoreTime', `'${startRestoreTime}' is no time`)
  if (end === undefined || end <= start) throw invalid('/endRestoreTime', `must be a time after ${startRestoreTime}`)
  const restoredLogs = { sourceTable, startRestoreTime, endRestoreTime, azureAsyncOperationId: ids.guid() }
  return tables.declare(workspace, { name, restoredLogs, by })
}

const invalid = (path: string, reason: string) =>
  new InvalidResource('table', `/properties/restoredLogs${path}`, reason)
