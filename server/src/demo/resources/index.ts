// All resources of the environment as documents, for the resource picker and resource queries.
import { environmentOf, type GroupName, region, subscriptionId } from '../environment.ts'
import { alertResources, alertRules } from './alerts.ts'
import { clusterResources } from './cluster.ts'
import type { ResourceDocument } from './document.ts'
import { hubResources } from './hub.ts'
import { spokeResources } from './spoke.ts'

export type { ResourceDocument } from './document.ts'

export function resources(seed: number): readonly ResourceDocument[] {
  const environment = environmentOf(seed)
  const groups = Object.keys(environment.groups) as readonly GroupName[]
  return [
    subscription(environment.tenantId),
    ...groups.map((name) => resourceGroup(environment.groups[name])),
    ...hubResources(environment),
    ...spokeResources(environment),
    ...clusterResources(environment),
    ...alertResources(environment),
  ]
}

/** Resources that are made over the API, as a user would. */
export function logAlertRules(seed: number): readonly ResourceDocument[] {
  return alertRules(environmentOf(seed))
}

function subscription(tenantId: string): ResourceDocument {
  const id = `/subscriptions/${subscriptionId}`
  return {
    id,
    name: 'Conshelf demo',
    type: 'Microsoft.Resources/subscriptions',
    location: '',
    tags: {},
    properties: { state: 'Enabled', tenantId },
  }
}

function resourceGroup(name: string): ResourceDocument {
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${name}`
  const type = 'Microsoft.Resources/subscriptions/resourceGroups'
  return { id, name, type, location: region, tags: {}, properties: { provisioningState: 'Succeeded' } }
}
