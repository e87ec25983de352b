// https://learn.microsoft.com/rest/api/loganalytics/workspaces
import type { TSchema } from 'typebox'
import Type, { type Static } from 'typebox'
import type { Workspace, WorkspaceSettings } from '../../../../catalog/types.ts'
import { checkBody, InvalidResource, type ResourceKind } from '../../../../resources/resource.ts'
import type { ApiParts } from '../../../parts.ts'
import { deletionOf } from '../deletion-body.ts'
import type { ArmDocument, ArmFace, ArmRequest } from '../face.ts'

const type = 'Microsoft.OperationalInsights/workspaces'

function documentOf(workspace: Workspace, { workspaces }: ApiParts): ArmDocument {
  const { id, name, resourceId } = workspace
  const { location = 'local', tags, created, changed, retentionInDays, dailyQuotaGb } = workspaces.settings(workspace)
  return {
    id: resourceId,
    name,
    type,
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: {
      customerId: id,
      provisioningState: 'Succeeded',
      sku: { name: 'PerGB2018' },
      retentionInDays: retentionInDays ?? defaultRetentionDays,
      features: { enableLogAccessUsingOnlyResourcePermissions: workspaces.takesResourceRights(workspace) },
      workspaceCapping: { dailyQuotaGb: dailyQuotaGb ?? -1, dataIngestionStatus: 'RespectQuota' },
      publicNetworkAccessForIngestion: 'Enabled',
      publicNetworkAccessForQuery: 'Enabled',
      ...(created === undefined ? {} : { createdDate: new Date(created).toISOString() }),
      ...(changed === undefined ? {} : { modifiedDate: new Date(changed).toISOString() }),
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
    if (!found && !workspaceName.test(path.name))
      throw new InvalidResource('workspace', '/name', 'must be 4 to 63 letters, digits and hyphens, none at its ends')
    const settings = settingsOf(given)
    const workspace =
      found ?? (await parts.workspaces.create({ id: parts.ids.guid(), name: path.name, resourceId: path.id }))
    // A body that was read before brings along what the workspace does not say itself.
    const { retentionInDays, ...others } = settings
    const isSaid = retentionInDays !== (parts.workspaces.settings(workspace).retentionInDays ?? defaultRetentionDays)
    await parts.workspaces.change(workspace, isSaid ? settings : others, options.by)
    return { document: documentOf(workspace, parts), isNew: !found }
  },
  remove: async ({ parts, path }) => {
    const found = parts.workspaces.find(path.id)
    if (found) await parts.workspaces.remove(found)
    return found !== undefined
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

const open = { additionalProperties: true }
const nullable = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]))
/** Azure's envelope, as far as it counts here. */
const bodySchema = Type.Object(
  {
    location: nullable(Type.String()),
    tags: nullable(Type.Record(Type.String(), Type.String())),
    properties: nullable(
      Type.Object(
        {
          retentionInDays: nullable(Type.Integer({ minimum: 4, maximum: 730 })),
          features: nullable(
            Type.Object({ enableLogAccessUsingOnlyResourcePermissions: nullable(Type.Boolean()) }, open),
          ),
          /** Gigabytes; -1 for no cap. */
          workspaceCapping: nullable(Type.Object({ dailyQuotaGb: nullable(Type.Number()) }, open)),
        },
        open,
      ),
    ),
  },
  open,
)
const body: ResourceKind<typeof bodySchema> = { kind: 'workspace', schema: bodySchema }

/** What the body does not say stays as it is. Throws InvalidResource. */
function settingsOf(given: unknown): WorkspaceSettings {
  checkBody(body, given ?? {})
  const { location, tags, properties } = (given ?? {}) as Static<typeof bodySchema>
  const { retentionInDays, features, workspaceCapping } = properties ?? {}
  const quota = workspaceCapping?.dailyQuotaGb ?? undefined
  if (quota !== undefined && quota !== -1 && quota <= 0)
    throw new InvalidResource(
      'workspace',
      '/properties/workspaceCapping/dailyQuotaGb',
      'must be a number of gigabytes, or -1 for no cap',
    )
  const takesRights = features?.enableLogAccessUsingOnlyResourcePermissions ?? undefined
  return {
    ...(location ? { location } : {}),
    ...(tags ? { tags } : {}),
    ...(retentionInDays ? { retentionInDays } : {}),
    ...(quota === undefined ? {} : { dailyQuotaGb: quota === -1 ? undefined : quota }),
    ...(takesRights === undefined ? {} : { enableLogAccessUsingOnlyResourcePermissions: takesRights }),
  }
}
