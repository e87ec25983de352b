// Every type of resource that clients of Azure Resource Manager can work with, by its name in lower case.
import { ServerError } from '../../../../core/errors.ts'
import type { ArmPath } from '../../../../resources/arm-id.ts'
import type { ApiParts } from '../../../parts.ts'
import type { ArmFace } from '../face.ts'
import { actionGroups } from './action-groups.ts'
import { alertHistory, alerts, alertsSummary } from './alerts.ts'
import { dataCollectionEndpoints } from './data-collection-endpoints.ts'
import { dataCollectionRules } from './data-collection-rules.ts'
import { dataExports } from './data-exports.ts'
import { deploymentOperations, deployments } from './deployments.ts'
import { diagnosticSettings } from './diagnostic-settings.ts'
import { inventoryFace, withInventory } from './inventory.ts'
import { operationResults, operationStatuses, purges } from './operations.ts'
import { plainFace } from './plain.ts'
import { queryPackQueries, queryPacks } from './query-packs.ts'
import { resourceGroups } from './resource-groups.ts'
import { roleAssignments } from './role-assignments.ts'
import { roleDefinitions } from './role-definitions.ts'
import { savedSearches } from './saved-searches.ts'
import { scheduledQueryRules } from './scheduled-query-rules.ts'
import { sentinelFaces } from './sentinel/index.ts'
import { subscriptions } from './subscriptions.ts'
import { summaryLogs } from './summary-logs.ts'
import { tables } from './tables.ts'
import { workspaces } from './workspaces.ts'

const all: readonly ArmFace[] = [
  subscriptions,
  resourceGroups,
  deployments,
  deploymentOperations,
  workspaces,
  tables,
  savedSearches,
  queryPacks,
  queryPackQueries,
  dataCollectionRules,
  dataCollectionEndpoints,
  diagnosticSettings,
  summaryLogs,
  dataExports,
  operationStatuses,
  operationResults,
  purges,
  ...sentinelFaces,
  scheduledQueryRules,
  actionGroups,
  alerts,
  alertHistory,
  alertsSummary,
  roleAssignments,
  roleDefinitions,
]

export const armFaces: ReadonlyMap<string, ArmFace> = new Map(all.map((face) => [face.type.toLowerCase(), face]))

/** Those of code and of content, without the inventory that they show beside. */
export function ownFaces({ content }: Pick<ApiParts, 'content'>): readonly ArmFace[] {
  return [...armFaces.values(), ...[...content.resourceTypes().types.values()].map(plainFace)]
}

/** Throws armTypeNotFound for a type of a namespace whose types are all known. */
export function faceOf({ content }: Pick<ApiParts, 'content'>, path: ArmPath): ArmFace {
  const types = content.resourceTypes()
  const described = types.types.get(path.type)
  const own = armFaces.get(path.type) ?? (described && plainFace(described))
  if (own) return withInventory(own)
  if (types.isClosed(path.type.split('/')[0] ?? '')) throw new ServerError('armTypeNotFound', { type: path.type })
  return inventoryFace(typeName({ content }, path))
}

/** A path's type as its documentation spells it, or as the path does. */
export function typeName({ content }: Pick<ApiParts, 'content'>, { id, type }: ArmPath): string {
  const known = armFaces.get(type) ?? content.resourceTypes().types.get(type)
  if (known) return known.type
  const [namespace = '', ...rest] =
    id
      .split(/\/providers\//i)
      .at(-1)
      ?.split('/') ?? []
  return [namespace, ...rest.filter((_, at) => at % 2 === 0)].join('/')
}
