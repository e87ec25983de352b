// https://learn.microsoft.com/rest/api/loganalytics/workspaces
import type { Workspace } from '../../../../catalog/types.ts'
import { InvalidResource } from '../../../../resources/resource.ts'
import type { ApiParts } from '../../../parts.ts'
import { deletionOf } from '../deletion-body.ts'
import type { ArmDocument, ArmFace, ArmRequest } from '../face.ts'

const type = 'Microsoft.OperationalInsights/workspaces'

function documentOf(workspace: Workspace, { workspaces }: ApiParts): ArmDocument {
  const { id, name, resourceId } = workspace
  const quota = workspaces.dailyQuota(workspace)
  return {
    id: resourceId,
    name,
    type,
    location: 'local',
    properties: {
      customerId: id,
      provisioningState: 'Succeeded',
      sku: { name: 'PerGB2018' },
      retentionInDays: workspaces.retentionDays(workspace) ?? defaultRetentionDays,
      features: { enableLogAccessUsingOnlyResourcePermissions: workspaces.takesResourceRights(workspace) },
      workspaceCapping: { dailyQuotaGb: quota ?? -1, dataIngestionStatus: 'RespectQuota' },
      publicNetworkAccessForIngestion: 'Enabled',
      publicNetworkAccessForQuery: 'Enabled',
    },
  }
}

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftoperationalinsights */
const workspaceName = /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/

/** What tables keep whose workspace says nothing. */
const defaultRetentionDays = 90

const isBelow = (id: string, scope: string): boolean => id.toLowerCase().startsWith(`${scope.toLowerCase()}/`)

export const workspaces: ArmFace = {
  type,
  get: async ({ parts, path }) => {
    const found = parts.workspaces.find(path.id)
    return found && documentOf(found, parts)
  },
  list: async ({ parts, path }) =>
    parts.workspaces
      .list()
      .filter(({ resourceId }) => isBelow(resourceId, path.scope))
      .map((workspace) => documentOf(workspace, parts)),
  put: async ({ parts, path, options }, given) => {
    const found = parts.workspaces.find(path.id)
    const quota = quotaOf(given)
    const days = retentionOf(given)
    if (!found && !workspaceName.test(path.name))
      throw new InvalidResource('workspace', '/name', 'must be 4 to 63 letters, digits and hyphens, none at its ends')
    const takesRights = resourceRightsOf(given)
    const workspace =
      found ?? (await parts.workspaces.create({ id: parts.ids.guid(), name: path.name, resourceId: path.id }))
    if (quota !== undefined)
      await parts.workspaces.setDailyQuota(workspace, quota === -1 ? undefined : quota, options.by)
    const daysBefore = parts.workspaces.retentionDays(workspace) ?? defaultRetentionDays
    if (days !== undefined && days !== daysBefore) await parts.workspaces.setRetentionDays(workspace, days, options.by)
    if (takesRights !== undefined && takesRights !== parts.workspaces.takesResourceRights(workspace))
      await parts.workspaces.setResourceRights(workspace, takesRights, options.by)
    return { document: documentOf(workspace, parts), isNew: !found }
  },
  actions: {
    sharedKeys: async ({ parts, path }) => {
      const found = parts.workspaces.find(path.id)
      return found && parts.sharedKeys.of(found)
    },
    purge,
  },
}

/** https://learn.microsoft.com/rest/api/loganalytics/workspace-purge/purge */
async function purge({ parts, path, base, query, body, options, answer }: ArmRequest): Promise<unknown> {
  const workspace = parts.workspaces.find(path.id)
  if (!workspace) return undefined
  const { table, filters } = deletionOf(body)
  if (table === undefined) throw new InvalidResource('deletion', '/table', 'is missing')
  const name = `purge-${parts.ids.guid()}`
  await parts.lifecycle.deletions.begin(workspace, name, { table, filters, by: options.by })
  const version = encodeURIComponent(query['api-version'] ?? '')
  answer(202, { 'x-ms-status-location': `${base}${workspace.resourceId}/operations/${name}?api-version=${version}` })
  return { operationId: name }
}

/** `properties.retentionInDays`: of tables that say nothing of their own; undefined: the body does not say. */
function retentionOf(given: unknown): number | undefined {
  const days = (given as { readonly properties?: { readonly retentionInDays?: unknown } } | null)?.properties
    ?.retentionInDays
  if (days === undefined || days === null) return undefined
  if (Number.isInteger(days) && Number(days) >= 4 && Number(days) <= 730) return Number(days)
  throw new InvalidResource('workspace', '/properties/retentionInDays', 'must be from 4 to 730 days')
}

/** https://learn.microsoft.com/azure/azure-monitor/logs/manage-access#access-control-mode; undefined: the body does not say. */
function resourceRightsOf(given: unknown): boolean | undefined {
  const body = given as {
    readonly properties?: {
      readonly features?: { readonly enableLogAccessUsingOnlyResourcePermissions?: unknown } | null
    }
  } | null
  const taken = body?.properties?.features?.enableLogAccessUsingOnlyResourcePermissions
  if (taken === undefined || taken === null) return undefined
  if (typeof taken === 'boolean') return taken
  const place = '/properties/features/enableLogAccessUsingOnlyResourcePermissions'
  throw new InvalidResource('workspace', place, 'must be true or false')
}

/** `properties.workspaceCapping.dailyQuotaGb`: gigabytes, -1 for none; undefined: the body does not say. */
function quotaOf(given: unknown): number | undefined {
  const body = given as {
    readonly properties?: { readonly workspaceCapping?: { readonly dailyQuotaGb?: unknown } }
  } | null
  const quota = body?.properties?.workspaceCapping?.dailyQuotaGb
  if (quota === undefined || quota === null) return undefined
  if (typeof quota === 'number' && (quota === -1 || quota > 0)) return quota
  throw new InvalidResource(
    'workspace',
    '/properties/workspaceCapping/dailyQuotaGb',
    'must be a number of gigabytes, or -1 for no cap',
  )
}
