// Which tables a caller's rights let it read, by workspace or by the resources that rows belong to.
// https://learn.microsoft.com/azure/azure-monitor/logs/manage-access
import type { ReadRights } from '../catalog/types.ts'
import type { Rights } from './rights.ts'

const workspaces = 'Microsoft.OperationalInsights/workspaces'

/** Runs queries in a workspace; what they find is decided table by table. */
export const queryAction = `${workspaces}/query/read`
const tableAction = `${workspaces}/tables/query/read`

export function readRightsOf(rights: Rights): ReadRights {
  const table = (workspaceId: string, name: string) =>
    rights.allows(`${workspaces}/query/${name}/read`, workspaceId) ||
    rights.allows(tableAction, `${workspaceId}/tables/${name}`)
  return {
    key: rights.key,
    // A role at one of its tables is enough to query a workspace for it.
    workspace: ({ resourceId }) =>
      rights.allows(queryAction, resourceId) || rights.allowsWithin(tableAction, `${resourceId}/tables`),
    table: ({ resourceId }, name) => table(resourceId, name),
    resources: (ids, name) =>
      ids.length > 0 && ids.every((id) => rights.allows(`Microsoft.Insights/logs/${name}/read`, id)),
  }
}
