// GET|POST /v1/workspaces/{workspace}/metadata and GET /v1/{resourceId}/metadata: the schema as Grafana's editor and the SDKs read it.
// https://learn.microsoft.com/rest/api/loganalytics/metadata
import type { Catalog, FunctionSchema, TableSchema } from '@conshelf/kql'
import type { Principal } from '../../../access/principal.ts'
import type { Workspace } from '../../../catalog/types.ts'
import { permitted } from '../../../query/permitted.ts'
import type { ApiParts } from '../../parts.ts'
import type { Reach } from './request.ts'

/** Of what the caller may read. Throws accessDenied. */
export function metadataBody(parts: ApiParts, principal: Principal, reach: Reach) {
  const { workspaces, resourceScope } = permitted(parts.tables, { text: '', principal, ...reach })
  const catalog = parts.tables.catalog(workspaces, principal.reads, resourceScope)
  return {
    tables: tablesOf(catalog).map(tableBody),
    functions: functionsOf(catalog).map(functionBody),
    tableGroups: [],
    solutions: [],
    resourceTypes: [],
    categories: [],
    queries: [],
    applications: [],
    workspaces: workspaces.filter((workspace) => principal.reads.workspace(workspace)).map(workspaceBody),
    resources: [],
    permissions: [],
  }
}

/** Every table that can be named, in the order of names. */
export function tablesOf(catalog: Catalog): readonly TableSchema[] {
  return catalog
    .allNames()
    .toSorted((a, b) => (a < b ? -1 : 1))
    .flatMap((name) => catalog.table(name) ?? [])
}

export function functionsOf(catalog: Catalog): readonly FunctionSchema[] {
  return catalog.allNames().flatMap((name) => catalog.function(name) ?? [])
}

function functionBody({ name, parameters, body }: FunctionSchema) {
  return { id: name, name, parameters, body, displayName: name, related: { tables: [] } }
}

function tableBody({ name, timeColumn, columns }: TableSchema) {
  return {
    id: name,
    name,
    timespanColumn: timeColumn,
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      ...(column.doc ? { description: column.doc } : {}),
    })),
    labels: [],
    properties: { tableType: name.endsWith('_CL') ? 'CustomLog' : 'Microsoft' },
  }
}

function workspaceBody({ id, name, resourceId }: Workspace) {
  return { id, resourceId, name, region: 'local' }
}
