// `.show version`, `.show cluster` and other questions about the service that tools ask. What a server of one process does not
// have is an empty table with the right columns.
// https://learn.microsoft.com/kusto/management/
import type { Row } from '@conshelf/kql'
import { principalOf } from '../../../auth.ts'
import { type Command, type CommandCall, columnsOf, currentOf, workspaceOf, workspacesOf } from './command.ts'

const versionColumns = columnsOf('BuildVersion BuildTime:datetime ServiceType ProductVersion ServiceOffering')
const capacityColumns = columnsOf('Resource Total:long Consumed:long Remaining:long Origin')
const principalColumns = columnsOf('Role PrincipalType PrincipalDisplayName PrincipalObjectId PrincipalFQN Notes')
const clusterColumns = columnsOf(
  'NodeId Address Name StartTime:datetime IsAdmin:bool MachineTotalMemory:long MachineAvailableMemory:long ProcessorCount:int EnvironmentDescription NetAndClrVersion',
)
const diagnosticsColumns = columnsOf(
  'IsHealthy:bool IsRebalanceRequired:bool IsScaleOutRequired:bool MachinesTotal:long MachinesOffline:long NodeLastRestartedOn:datetime AdminLastElectedOn:datetime ProductVersion DataFormatVersion ClusterName',
)
const operationColumns = columnsOf(
  'OperationId:guid Operation NodeId StartedOn:datetime LastUpdatedOn:datetime Duration:timespan State Status RootActivityId:guid ShouldRetry:bool Database Principal User AdminEpochStartTime:datetime',
)
const failureColumns = columnsOf(
  'OperationId:guid Database Table FailedOn:datetime IngestionSourcePath Details FailureKind RootActivityId:guid OperationKind OriginatesFromUpdatePolicy:bool ErrorCode Principal ShouldRetry:bool User IngestionProperties',
)
const mappingColumns = columnsOf('Name Kind Mapping LastUpdatedOn:datetime Database Table')

const instant = (millis: number): string => `${new Date(millis).toISOString().slice(0, -1)}0000Z`

const startOf = ({ parts }: CommandCall): string => instant(parts.startedAt)

const nothing =
  (columns: ReturnType<typeof columnsOf>): Command['run'] =>
  async () => ({ columns, rows: [] })

async function version(command: CommandCall) {
  const { version: own } = command.parts
  return {
    columns: versionColumns,
    rows: [[own, startOf(command), 'Engine', `Conshelf ${own}`, '{"Type":"Conshelf"}']] as Row[],
  }
}

/** Queries at once are limited; nothing else is. */
async function capacity({ parts }: CommandCall) {
  const total = parts.limits.queries.perUser
  const { running } = parts.queries.load
  return { columns: capacityColumns, rows: [['Queries', total, running, Math.max(0, total - running), 'Default']] }
}

async function cluster(command: CommandCall) {
  const row = ['Conshelf', '', 'Conshelf', startOf(command), true, null, null, null, '', '']
  return { columns: clusterColumns, rows: [row] }
}

async function diagnostics(command: CommandCall) {
  const start = startOf(command)
  const { version: own, ready } = command.parts
  return {
    columns: diagnosticsColumns,
    rows: [[ready(), false, false, 1, 0, start, start, own, '', 'Conshelf']] as Row[],
  }
}

/** The caller, with what it may do. */
async function principals(command: CommandCall) {
  const { id, name, rights } = principalOf(command.request)
  const workspaces = command.words.database === undefined ? [currentOf(command)] : [workspaceOf(command)]
  const rows = workspaces.map((workspace) => {
    const isAdmin = rights.allows('Microsoft.OperationalInsights/workspaces/write', workspace?.resourceId ?? '/')
    const role = isAdmin ? 'Admin' : 'Viewer'
    return [
      workspace ? `Database ${workspace.name} ${role}` : `AllDatabases${role}`,
      'User',
      name,
      id,
      `conshelf=${name}`,
      '',
    ]
  })
  return { columns: principalColumns, rows }
}

async function clusterDatabases(command: CommandCall) {
  const rows = workspacesOf(command).map((workspace) => [workspace.name, '', workspace.id])
  return { columns: columnsOf('DatabaseName PrettyName DatabaseId:guid'), rows }
}

export const serviceCommands: readonly Command[] = [
  { pattern: '.show version', run: version },
  { pattern: '.show cluster', run: cluster },
  { pattern: '.show cluster databases', run: clusterDatabases },
  { pattern: '.show cluster principals', run: principals },
  { pattern: '.show cluster principal roles', run: principals },
  { pattern: '.show principal roles', run: principals },
  { pattern: '.show database {database} principals|principal', run: principals },
  { pattern: '.show database {database} principal roles', run: principals },
  { pattern: '.show capacity', run: capacity },
  { pattern: '.show diagnostics', run: diagnostics },
  { pattern: '.show operations', run: nothing(operationColumns) },
  { pattern: '.show operations {id:rest}', run: nothing(operationColumns) },
  { pattern: '.show ingestion failures', run: nothing(failureColumns) },
  { pattern: '.show ingestion mappings', run: nothing(mappingColumns) },
  { pattern: '.show table {table} ingestion mappings', run: nothing(mappingColumns) },
  { pattern: '.show materialized-views', run: nothing(columnsOf('Name SourceTable Query MaterializedTo:datetime')) },
  { pattern: '.show external tables', run: nothing(columnsOf('TableName TableType Folder DocString Properties')) },
]
