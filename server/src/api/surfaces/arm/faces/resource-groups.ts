// Resource groups: those that were made, and those that some resource is in.
// https://learn.microsoft.com/rest/api/resources/resource-groups
import { Type } from 'typebox'
import { ServerError } from '../../../../core/errors.ts'
import { armPath } from '../../../../resources/arm-id.ts'
import { armBody } from '../../../../resources/kinds/arm-body.ts'
import { type ArmDocument, type ArmFace, type ArmRequest, itemsOf, storedFace } from '../face.ts'
import { faceOf } from './index.ts'
import { containerIds } from './subscriptions.ts'

const type = 'Microsoft.Resources/resourceGroups'

const kind = {
  kind: 'microsoft.resources/subscriptions/resourcegroups',
  schema: Type.Intersect([armBody(Type.Optional(Type.Unknown())), Type.Object({ location: Type.String() })]),
}

const stored = storedFace(type, kind, { properties: () => ({ provisioningState: 'Succeeded' }) })

function implied(id: string): ArmDocument {
  const name = id.slice(id.lastIndexOf('/') + 1)
  return { id, name, type, location: 'local', properties: { provisioningState: 'Succeeded' } }
}

async function impliedIn({ parts, path }: ArmRequest): Promise<readonly ArmDocument[]> {
  const all = await containerIds(parts, 4)
  return all.filter((id) => id.toLowerCase().startsWith(`${path.scope.toLowerCase()}/`)).map(implied)
}

export const resourceGroups: ArmFace = {
  ...stored,
  type: 'Microsoft.Resources/subscriptions/resourceGroups',
  isContainer: true,
  get: async (request) => {
    const own = await stored.get(request)
    const isSame = ({ id }: ArmDocument) => id.toLowerCase() === request.path.id.toLowerCase()
    return own ?? (await impliedIn(request)).find(isSame)
  },
  list: async (request) => {
    const own = itemsOf(await stored.list(request))
    const known = new Map([...(await impliedIn(request)), ...own].map((group) => [group.id.toLowerCase(), group]))
    return [...known.values()]
  },
  remove: async (request) => {
    const { parts, path } = request
    const ids = await parts.resources.ids(path.id)
    await refuseWorkspaces(request)
    // Parts of resources, whose ids are longer, go before them.
    for (const id of ids.toSorted((a, b) => b.length - a.length)) await removeOne(request, id)
    return (await stored.remove?.(request)) || ids.length > 0
  },
}

async function removeOne(request: ArmRequest, id: string): Promise<void> {
  const path = armPath(id)
  if (path?.is !== 'resource') return request.parts.resources.delete(id)
  const { by } = request.options
  await faceOf(request.parts, path).remove?.({ ...request, path, options: { by } })
}

async function refuseWorkspaces({ parts, path }: ArmRequest): Promise<void> {
  const beginning = `${path.id}/`.toLowerCase()
  const held = parts.workspaces.list().filter(({ resourceId }) => resourceId.toLowerCase().startsWith(beginning))
  if (held.length === 0) return
  const names = held.map(({ name }) => name).join(', ')
  throw new ServerError('armConflict', {
    reason: `the resource group '${path.name}' holds the workspaces ${names}; a group with workspaces is not deleted`,
  })
}
