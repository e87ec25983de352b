// Subscriptions: those that some resource is in. https://learn.microsoft.com/rest/api/resources/subscriptions
import { guidOf } from '../../../../core/ids.ts'
import { deployedKind } from '../../../../resources/kinds/deployed.ts'
import type { ApiParts } from '../../../parts.ts'
import type { ArmDocument, ArmFace } from '../face.ts'

/** The distinct beginnings, of so many segments, of the ids of all resources, in order. */
export async function containerIds({ resources }: ApiParts, segments: number): Promise<readonly string[]> {
  const found = new Map<string, string>()
  for (const id of await resources.ids()) {
    const parts = id.split('/').slice(0, segments + 1)
    const isWhole = parts.length === segments + 1 && parts[1]?.toLowerCase() === 'subscriptions'
    if (!isWhole || (segments > 2 && parts[3]?.toLowerCase() !== 'resourcegroups')) continue
    const container = parts.join('/')
    if (!found.has(container.toLowerCase())) found.set(container.toLowerCase(), container)
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, id]) => id)
}

async function documentOf({ resources }: ApiParts, id: string): Promise<ArmDocument> {
  const subscriptionId = id.slice(id.lastIndexOf('/') + 1)
  const known = (await resources.get(deployedKind, id))?.body
  const { tenantId } = (known?.properties ?? {}) as { readonly tenantId?: string }
  return {
    id,
    name: subscriptionId,
    type: 'Microsoft.Resources/subscriptions',
    subscriptionId,
    displayName: known?.name ?? subscriptionId,
    state: 'Enabled',
    tenantId: tenantId ?? guidOf(subscriptionId),
    properties: {},
  }
}

export const subscriptions: ArmFace = {
  type: 'Microsoft.Resources/subscriptions',
  isContainer: true,
  get: async ({ parts, path }) => {
    const id = (await containerIds(parts, 2)).find((known) => known.toLowerCase() === path.id.toLowerCase())
    return id === undefined ? undefined : documentOf(parts, id)
  },
  list: async ({ parts }) => Promise.all((await containerIds(parts, 2)).map((id) => documentOf(parts, id))),
}
