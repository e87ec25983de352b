// https://learn.microsoft.com/rest/api/loganalytics/workspaces
import type { Workspace } from '../../../../catalog/types.ts'
import type { ArmDocument, ArmFace } from '../face.ts'

const type = 'Microsoft.OperationalInsights/workspaces'

function documentOf({ id, name, resourceId }: Workspace): ArmDocument {
  return {
    id: resourceId,
    name,
    type,
    location: 'local',
    properties: {
      customerId: id,
      provisioningState: 'Succeeded',
      sku: { name: 'PerGB2018' },
      retentionInDays: 90,
      features: { enableLogAccessUsingOnlyResourcePermissions: true },
      workspaceCapping: { dailyQuotaGb: -1, dataIngestionStatus: 'RespectQuota' },
      publicNetworkAccessForIngestion: 'Enabled',
      publicNetworkAccessForQuery: 'Enabled',
    },
  }
}

const isBelow = (id: string, scope: string): boolean => id.toLowerCase().startsWith(`${scope.toLowerCase()}/`)

export const workspaces: ArmFace = {
  type,
  get: async ({ parts, path }) => {
    const found = parts.workspaces.find(path.id)
    return found && documentOf(found)
  },
  list: async ({ parts, path }) =>
    parts.workspaces
      .list()
      .filter(({ resourceId }) => isBelow(resourceId, path.scope))
      .map(documentOf),
  put: async ({ parts, path }) => {
    const found = parts.workspaces.find(path.id)
    if (found) return { document: documentOf(found), isNew: false }
    const made = await parts.workspaces.create({ id: parts.ids.guid(), name: path.name, resourceId: path.id })
    return { document: documentOf(made), isNew: true }
  },
  actions: {
    sharedKeys: async ({ parts, path }) => {
      const found = parts.workspaces.find(path.id)
      return found && parts.sharedKeys.of(found)
    },
  },
}
