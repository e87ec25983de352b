// https://learn.microsoft.com/rest/api/loganalytics/tables
import type { Column, ScalarType } from '@conshelf/kql'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { refusedAt } from '../../../../access/principal.ts'
import { standardColumns, type TableDefinition, type TablePlanName, type Workspace } from '../../../../catalog/types.ts'
import { restoreTable } from '../../../../lifecycle/restored.ts'
import { columnTypeOf, columnTypes } from '../../../../resources/column-types.ts'
import { type TableBody, tableId, tableKind } from '../../../../resources/kinds/table.ts'
import { InvalidResource, type Resource } from '../../../../resources/resource.ts'
import { deletionOf } from '../deletion-body.ts'
import { type ArmDocument, type ArmFace, type ArmRequest, systemData, type Written } from '../face.ts'
import { accept } from '../long-running.ts'
import { parentWorkspace } from '../parent.ts'

const type = 'Microsoft.OperationalInsights/workspaces/tables'

const open = { additionalProperties: true }
const days = Type.Union([Type.Integer(), Type.Null()])
const bodySchema = Type.Object(
  {
    properties: Type.Object(
      {
        plan: Type.Optional(Type.String()),
        retentionInDays: Type.Optional(days),
        totalRetentionInDays: Type.Optional(days),
        searchResults: Type.Optional(
          Type.Object(
            {
              query: Type.String(),
              description: Type.Optional(Type.String()),
              limit: Type.Optional(Type.Integer()),
              startSearchTime: Type.String(),
              endSearchTime: Type.String(),
            },
            open,
          ),
        ),
        restoredLogs: Type.Optional(
          Type.Object(
            { sourceTable: Type.String(), startRestoreTime: Type.String(), endRestoreTime: Type.String() },
            open,
          ),
        ),
        schema: Type.Optional(
          Type.Object(
            {
              name: Type.Optional(Type.String()),
              columns: Type.Optional(Type.Array(Type.Object({ name: Type.String(), type: Type.String() }, open))),
            },
            open,
          ),
        ),
      },
      open,
    ),
  },
  open,
)
const body = Compile(bodySchema)

const shownTypes: Readonly<Partial<Record<ScalarType, string>>> = { bool: 'boolean', datetime: 'dateTime' }

const planNames: Readonly<Record<TablePlanName, string>> = {
  analytics: 'Analytics',
  basic: 'Basic',
  auxiliary: 'Auxiliary',
}

function documentOf(workspace: Workspace, definition: TableDefinition): ArmDocument {
  const { name, columns, plan } = definition
  const tableType = tableTypeOf(definition)
  const isCustom = tableType !== 'Microsoft'
  const standard = new Set(standardColumns.map((column) => column.name))
  const shown = columns.filter((column) => !column.hidden && !(isCustom && standard.has(column.name)))
  return {
    id: `${workspace.resourceId}/tables/${name}`,
    name,
    type,
    properties: {
      plan: planNames[plan],
      ...retentionShown(definition),
      ...originShown(definition),
      provisioningState: definition.searchResults?.state === 'InProgress' ? 'InProgress' : 'Succeeded',
      schema: {
        name,
        displayName: name,
        ...(definition.searchResults?.description ? { description: definition.searchResults.description } : {}),
        tableType,
        tableSubType: isCustom ? 'DataCollectionRuleBased' : 'Any',
        columns: isCustom ? shown.map(columnOf) : [],
        standardColumns: (isCustom ? standardColumns : shown).map(columnOf),
        solutions: ['LogManagement'],
        categories: [],
        labels: [],
      },
    },
  }
}

function tableTypeOf({ name, searchResults, restoredLogs }: TableDefinition) {
  if (searchResults) return 'SearchResults'
  if (restoredLogs) return 'RestoredLogs'
  return name.endsWith('_CL') ? 'CustomLog' : 'Microsoft'
}

function retentionShown({ layout, queryDays }: TableDefinition) {
  const kept = layout.retentionDays
  const queried = queryDays ?? kept
  return { retentionInDays: queried, totalRetentionInDays: kept, archiveRetentionInDays: kept - queried }
}

function originShown({ searchResults, restoredLogs }: TableDefinition): object {
  if (restoredLogs) return { restoredLogs }
  if (!searchResults) return {}
  const { state, startedAt: _startedAt, endedAt: _endedAt, rows, message, ...asked } = searchResults
  return {
    searchResults: asked,
    resultStatistics: { progress: state === 'InProgress' ? 0 : 100, ingestedRecords: rows, scannedGb: 0 },
    ...(state === 'InProgress'
      ? {}
      : { searchStatus: state, ...(message === undefined ? {} : { searchMessage: message }) }),
  }
}

const columnOf = ({ name, type: own, doc }: Column) => ({
  name,
  type: shownTypes[own] ?? own,
  ...(doc === undefined ? {} : { description: doc }),
  isDefaultDisplay: !name.startsWith('_'),
  isHidden: false,
})

/** Who declared or changed it; nobody has changed a table as it is shipped. */
function changeShown(resource: Resource<TableBody> | undefined): object {
  return resource ? { systemData: systemData(resource) } : {}
}

export const tables: ArmFace = {
  type,
  createdStatus: 200,
  get: async (request) => {
    const workspace = parentWorkspace(request)
    const name = nameOf(request, workspace)
    const found = request.parts.tables.definition(workspace, name)
    const resource = await request.parts.resources.get(tableKind, tableId(workspace.resourceId, name))
    return found && { ...documentOf(workspace, found), ...changeShown(resource) }
  },
  list: async (request) => {
    const workspace = parentWorkspace(request)
    const { tables } = request.parts
    const all = tables.names(workspace).map((name) => tables.definition(workspace, name))
    const stored = await request.parts.resources.list(tableKind, workspace.resourceId)
    const changed = new Map(stored.map((resource) => [resource.body.name, resource]))
    return all.flatMap((definition) =>
      definition ? [{ ...documentOf(workspace, definition), ...changeShown(changed.get(definition.name)) }] : [],
    )
  },
  put: async (request, given) => {
    const workspace = parentWorkspace(request)
    const { parts, options } = request
    const name = nameOf(request, workspace)
    const before = parts.tables.definition(workspace, name)
    const properties = propertiesOf(given)
    const { searchResults, restoredLogs } = properties
    if (searchResults && !before?.searchResults) return search(request, workspace, name, searchResults)
    if (restoredLogs && !before?.restoredLogs) {
      authorizeReading(request, workspace, restoredLogs.sourceTable)
      const made = await restoreTable(parts, workspace, name, restoredLogs, options.by)
      return { document: documentOf(workspace, made), isNew: true }
    }
    const definition = await parts.tables.declare(workspace, { name, by: options.by, ...changeOf(properties, before) })
    return { document: documentOf(workspace, definition), isNew: !before }
  },
  remove: async (request) => {
    const workspace = parentWorkspace(request)
    const name = nameOf(request, workspace)
    await request.parts.lifecycle.searchJobs.cancel(workspace, name)
    return request.parts.tables.drop(workspace, name)
  },
  actions: {
    cancelSearch: async (request) => {
      const workspace = parentWorkspace(request)
      const name = nameOf(request, workspace)
      if (!request.parts.tables.definition(workspace, name)?.searchResults) return undefined
      await request.parts.lifecycle.searchJobs.cancel(workspace, name)
      return null
    },
    /** Classic custom logs become what all tables are here already. */
    migrate: async (request) => {
      const workspace = parentWorkspace(request)
      return request.parts.tables.definition(workspace, nameOf(request, workspace)) && null
    },
    deleteData,
  },
}

/** Restored rows are in a table of another name: whoever restores them must be able to read them. */
function authorizeReading({ principal }: ArmRequest, workspace: Workspace, table: string): void {
  if (principal.reads.table(workspace, table)) return
  throw refusedAt(principal, `${type}/query/read`, `${workspace.resourceId}/tables/${table}`)
}

async function search(
  request: ArmRequest,
  workspace: Workspace,
  name: string,
  given: NonNullable<Properties['searchResults']>,
): Promise<Written> {
  const { parts, principal } = request
  const made = await parts.lifecycle.searchJobs.begin(workspace, name, given, principal)
  accept(request, made.searchResults?.azureAsyncOperationId ?? '')
  return { document: documentOf(workspace, made), isNew: true, isAnswered: true }
}

/** https://learn.microsoft.com/azure/azure-monitor/logs/delete-log-data */
async function deleteData(request: ArmRequest): Promise<unknown> {
  const { parts, body, options } = request
  const workspace = parentWorkspace(request)
  const table = nameOf(request, workspace)
  const definition = parts.tables.definition(workspace, table)
  if (!definition) return undefined
  if (definition.plan !== 'analytics')
    throw new InvalidResource('deletion', '', `the plan of '${table}' is ${planNames[definition.plan]}, not Analytics`)
  const operation = parts.ids.guid()
  await parts.lifecycle.deletions.begin(workspace, operation, {
    table,
    filters: deletionOf(body).filters,
    by: options.by,
  })
  accept(request, operation)
  return null
}

/** The name as the workspace spells it. */
function nameOf({ parts, path }: ArmRequest, workspace: Workspace): string {
  if (parts.tables.definition(workspace, path.name)) return path.name
  return parts.tables.names(workspace).find((name) => name.toLowerCase() === path.name.toLowerCase()) ?? path.name
}

type Properties = Static<typeof bodySchema>['properties']

function propertiesOf(given: unknown): Properties {
  if (!body.Check(given)) {
    const fault = body.Errors(given)[0]
    throw new InvalidResource('table', fault?.instancePath ?? '', fault?.message ?? 'does not fit its schema')
  }
  return (given as Static<typeof bodySchema>).properties
}

function changeOf(properties: Properties, before: TableDefinition | undefined) {
  const { plan, retentionInDays, totalRetentionInDays, schema } = properties
  const shown = before && retentionShown(before)
  return {
    ...(plan === undefined ? {} : { plan: planOf(plan) }),
    ...changedDays('retentionDays', retentionInDays, shown?.retentionInDays),
    ...changedDays('totalRetentionDays', totalRetentionInDays, shown?.totalRetentionInDays),
    ...(schema?.columns ? { columns: schema.columns.map(columnGiven) } : {}),
  }
}

/**
 * What was read before and comes back is no wish of its own. Absent, null and -1 ask for the default.
 * https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure#configure-table-level-retention
 */
function changedDays<K extends string>(
  name: K,
  given: number | null | undefined,
  shown: number | undefined,
): { readonly [name in K]?: number | null } {
  if (given !== undefined && given === shown) return {}
  return { [name]: given === undefined || given === -1 ? null : given } as { readonly [name in K]?: number | null }
}

function planOf(text: string): TablePlanName {
  const found = Object.entries(planNames).find(([, shown]) => shown.toLowerCase() === text.toLowerCase())
  if (found) return found[0] as TablePlanName
  throw new InvalidResource('table', '/properties/plan', `'${text}' is none of ${Object.values(planNames).join(', ')}`)
}

function columnGiven({ name, type: own }: { readonly name: string; readonly type: string }, at: number): Column {
  const known = columnTypeOf(own, columnTypes)
  if (known) return { name, type: known }
  const path = `/properties/schema/columns/${at}/type`
  throw new InvalidResource('table', path, `'${own}' is none of ${Object.keys(columnTypes).join(', ')}`)
}
