// Resources that exist elsewhere, of any type: put from templates and from what a vendor's API exports, so that they can be found.
import type { ArmPath } from '../../../../resources/arm-id.ts'
import { type DeployedBody, deployedKind } from '../../../../resources/kinds/deployed.ts'
import { InvalidResource, type Resource } from '../../../../resources/resource.ts'
import { type ArmDocument, type ArmFace, type ArmRequest, itemsOf, systemData, withoutShown } from '../face.ts'

export function inventoryFace(type: string): ArmFace {
  return {
    type,
    get: inventoried,
    list: (request) => inventoryOf(request, type),
    put: async (request, given) => {
      const { parts, path, options } = request
      const before = await parts.resources.get(deployedKind, path.id)
      const body = { location: '', properties: {}, ...envelopeOf(given, path), name: path.name, type }
      return { document: documentOf(await parts.resources.put(deployedKind, path.id, body, options)), isNew: !before }
    },
    remove: async ({ parts, path }) => {
      if (!(await parts.resources.get(deployedKind, path.id))) return false
      await parts.resources.delete(path.id)
      return true
    },
  }
}

/** A face that shows, beside its own, what of its type is inventory; what is put through it becomes its own. */
export function withInventory(face: ArmFace): ArmFace {
  return {
    ...face,
    get: async (request) => (await face.get(request)) ?? inventoried(request),
    list: async (request) => {
      const own = await face.list(request)
      const more = await inventoryOf(request, face.type)
      return more.length === 0 ? own : merged(itemsOf(own), more)
    },
    ...(face.remove
      ? {
          remove: async (request) =>
            (await face.remove?.(request)) || (await inventoryFace(face.type).remove?.(request)) || false,
        }
      : {}),
  }
}

async function inventoried({ parts, path }: ArmRequest): Promise<ArmDocument | undefined> {
  const found = await parts.resources.get(deployedKind, path.id)
  return found && documentOf(found)
}

async function inventoryOf({ parts, path }: ArmRequest, type: string): Promise<readonly ArmDocument[]> {
  const found = await parts.resources.list(deployedKind, path.scope)
  return found.filter(({ body }) => body.type.toLowerCase() === type.toLowerCase()).map(documentOf)
}

function merged(own: readonly ArmDocument[], more: readonly ArmDocument[]): readonly ArmDocument[] {
  const known = new Set(own.map(({ id }) => id.toLowerCase()))
  const all = [...own, ...more.filter(({ id }) => !known.has(id.toLowerCase()))]
  return all.toSorted((a, b) => (a.id.toLowerCase() < b.id.toLowerCase() ? -1 : 1))
}

export function documentOf(resource: Resource<DeployedBody>): ArmDocument {
  const { id, etag, body } = resource
  return { ...body, id, etag: `"${etag}"`, systemData: systemData(resource) }
}

function envelopeOf(given: unknown, { type }: ArmPath): object {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new InvalidResource(type, '', 'the body must be a JSON object')
  return withoutShown(given) as object
}
