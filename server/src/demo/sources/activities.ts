// What the activity log tells of: Advisor and policy by the clock, and what the script's incidents change in Azure.
import { armId, type Environment, subscriptionId } from '../environment.ts'
import { random } from '../random.ts'
import { due, hour, minute, type Slot, second } from '../time.ts'
import type { AdminSession } from '../timeline.ts'
import type { World } from '../world.ts'
import type { Wire } from './source.ts'

export interface Activity {
  readonly at: number
  readonly category: 'Administrative' | 'Policy' | 'Recommendation' | 'ResourceHealth'
  readonly operation: string
  readonly resourceId: string
  readonly caller: string
  readonly level: 'Information' | 'Warning' | 'Error'
  readonly result: 'Start' | 'Success' | 'Failure' | 'Active'
  readonly properties: Readonly<Record<string, Wire>>
}

export function* routine(world: World, slot: Slot): Generator<Activity> {
  const { environment } = world
  const advised = due(slot, 12 * hour, 5 * hour + 20 * minute)
  if (advised !== undefined) yield* advice(environment, advised)
  const evaluated = due(slot, hour, 33 * minute)
  if (evaluated !== undefined) yield evaluation(environment, evaluated)
  const renewed = due(slot, 6 * hour, 70 * minute)
  for (const result of renewed === undefined ? [] : (['Start', 'Success'] as const)) {
    yield {
      ...byAdmin(environment),
      at: renewed! + (result === 'Start' ? 0 : 900),
      operation: 'Microsoft.ContainerService/managedClusters/listClusterUserCredential/action',
      resourceId: environment.ids.cluster,
      result,
    }
  }
}

function byAdmin({ admin }: Environment) {
  return { category: 'Administrative', caller: admin.user, level: 'Information', properties: {} } as const
}

const recommendations = [
  ['vault', 'Security', 'High', 'Key vaults should have purge protection enabled'],
  ['cluster', 'Cost', 'Medium', 'Consider the cost analysis add-on for the cluster'],
  ['registry', 'Security', 'Low', 'Container registries should be encrypted with a customer-managed key'],
] as const

function* advice({ ids }: Environment, at: number): Generator<Activity> {
  for (const [target, category, impact, name] of recommendations) {
    yield {
      at,
      category: 'Recommendation',
      operation: 'Microsoft.Advisor/recommendations/available/action',
      resourceId: ids[target],
      caller: 'Microsoft.Advisor',
      level: 'Information',
      result: 'Active',
      properties: {
        recommendationSchemaVersion: '1.0',
        recommendationCategory: category,
        recommendationImpact: impact,
        recommendationName: name,
        recommendationResourceLink: `https://portal.azure.com/#resource${ids[target]}`,
      },
    }
  }
}

const policies = [
  ['cluster', '7d7be79c-23ba-4033-84dd-45e2a5ccdd67', 'disk-encryption'],
  ['cluster', '41425d9f-d1a5-499a-9932-f8ed8453932c', 'host-encryption'],
  ['vault', '0b60c0b2-2dc2-4e1c-b5c9-abbed971de53', 'purge-protection'],
  ['registry', '5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580', 'customer-key'],
] as const

function evaluation({ ids, groups, identities }: Environment, at: number): Activity {
  const [target, definition, assignment] = policies[Math.floor(at / hour) % policies.length]!
  const list = [
    {
      policyDefinitionId: `/providers/Microsoft.Authorization/policyDefinitions/${definition}/`,
      policyDefinitionEffect: 'Audit',
      policyAssignmentName: assignment,
      policyAssignmentScope: `/subscriptions/${subscriptionId}/resourceGroups/${groups.cluster}`,
    },
  ]
  return {
    at,
    category: 'Policy',
    operation: 'Microsoft.Authorization/policies/audit/action',
    resourceId: ids[target],
    caller: identities.policy.clientId,
    level: 'Warning',
    result: 'Success',
    properties: { isComplianceCheck: 'True', resourceLocation: 'centralus', policies: JSON.stringify(list) },
  }
}

export function* changes(world: World, slot: Slot): Generator<Activity> {
  const { environment } = world
  for (const session of world.beginning('admin-session', slot)) {
    if (session.purpose === 'bootstrap') yield* deployment(environment, session)
  }
  for (const { at } of [...world.beginning('image-import', slot), ...world.beginning('quarantine-skipped', slot)]) {
    const operation = 'Microsoft.ContainerRegistry/registries/importImage/action'
    yield { ...byAdmin(environment), at, operation, resourceId: environment.ids.registry, result: 'Success' }
  }
  for (const { downAt, node } of world.beginning('reboot', slot)) yield nodeDown(environment, node, downAt)
}

/** The templates assign roles to the cluster's identities; an attempt at a public cluster is denied by policy. */
function* deployment(environment: Environment, session: AdminSession): Generator<Activity> {
  const { ids, groups, seed } = environment
  const r = random(seed, 'role-assignments', session.at)
  const operation = 'Microsoft.Authorization/roleAssignments/write'
  for (const [index, scope] of [ids.registry, ids.vault, ids.vault].entries()) {
    const resourceId = `${scope}/providers/Microsoft.Authorization/roleAssignments/${r.guid()}`
    const at = session.at + 20 * second + index * 4000
    const requestbody = JSON.stringify({ properties: { principalType: 'ServicePrincipal', scope } })
    yield { ...byAdmin(environment), at, operation, resourceId, result: 'Start', properties: { requestbody } }
    yield { ...byAdmin(environment), at: at + 1500, operation, resourceId, result: 'Success' }
  }
  yield {
    ...byAdmin(environment),
    at: session.at + 60 * second,
    operation: 'Microsoft.Authorization/policies/deny/action',
    category: 'Policy',
    resourceId: armId(groups.cluster, 'Microsoft.ContainerService/managedClusters', 'aks-public'),
    level: 'Error',
    result: 'Failure',
    properties: { isComplianceCheck: 'False', message: 'The request was denied by policy: public clusters' },
  }
}

function nodeDown({ nodes, groups }: Environment, node: number, at: number): Activity {
  const { name, index } = nodes[node]!
  const scaleSet = armId(groups.nodes, 'Microsoft.Compute/virtualMachineScaleSets', name.slice(0, -6))
  return {
    at,
    category: 'ResourceHealth',
    operation: 'Microsoft.Resourcehealth/healthevent/Updated/action',
    resourceId: `${scaleSet}/virtualMachines/${index}`,
    caller: 'Microsoft.ResourceHealth',
    level: 'Warning',
    result: 'Active',
    properties: {
      title: 'Rebooted by user',
      currentHealthStatus: 'Unavailable',
      previousHealthStatus: 'Available',
      type: 'Downtime',
      cause: 'UserInitiated',
    },
  }
}
