// Subscriptions and resource groups: those that some workspace is in. https://learn.microsoft.com/rest/api/resources
import { guidOf } from '../../../../core/ids.ts'
import type { ApiParts } from '../../../parts.ts'
import type { ArmDocument, ArmFace } from '../face.ts'

const idsOf = ({ workspaces }: ApiParts, depth: number): readonly string[] => [
  ...new Map(
    workspaces.list().map(({ resourceId }) => {
      const id = resourceId.split('/').slice(0, depth).join('/')
      return [id.toLowerCase(), id]
    }),
  ).values(),
]

function subscription(id: string): ArmDocument {
  const subscriptionId = id.slice(id.lastIndexOf('/') + 1)
  return {
    id,
    name: subscriptionId,
    type: 'Microsoft.Resources/subscriptions',
    subscriptionId,
    displayName: subscriptionId,
    state: 'Enabled',
    tenantId: guidOf(subscriptionId),
    properties: {},
  }
}

function group(id: string): ArmDocument {
  const name = id.slice(id.lastIndexOf('/') + 1)
  return { id, name, type: 'Microsoft.Resources/resourceGroups', properties: { provisioningState: 'Succeeded' } }
}

function containers(type: string, depth: number, documentOf: (id: string) => ArmDocument): ArmFace {
  return {
    type,
    isContainer: true,
    get: async ({ parts, path }) => {
      const id = idsOf(parts, depth).find((known) => known.toLowerCase() === path.id.toLowerCase())
      return id === undefined ? undefined : documentOf(id)
    },
    list: async ({ parts, path }) =>
      idsOf(parts, depth)
        .filter((id) => id.toLowerCase().startsWith(`${path.scope.toLowerCase()}/`))
        .map(documentOf),
  }
}

export const subscriptions = containers('Microsoft.Resources/subscriptions', 3, subscription)
export const resourceGroups = containers('Microsoft.Resources/subscriptions/resourceGroups', 5, group)
