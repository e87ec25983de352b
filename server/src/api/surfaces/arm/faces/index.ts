// Every type of resource that clients of Azure Resource Manager can work with, by its name in lower case.
import { ServerError } from '../../../../core/errors.ts'
import type { ArmPath } from '../../../../resources/arm-id.ts'
import type { ApiParts } from '../../../parts.ts'
import type { ArmFace } from '../face.ts'
import { actionGroups } from './action-groups.ts'
import { alertHistory, alerts, alertsSummary } from './alerts.ts'
import { dataCollectionEndpoints } from './data-collection-endpoints.ts'
import { dataCollectionRules } from './data-collection-rules.ts'
import { diagnosticSettings } from './diagnostic-settings.ts'
import { savedSearches } from './saved-searches.ts'
import { scheduledQueryRules } from './scheduled-query-rules.ts'
import { sentinelFaces } from './sentinel/index.ts'
import { resourceGroups, subscriptions } from './subscriptions.ts'
import { tables } from './tables.ts'
import { workspaces } from './workspaces.ts'

const all: readonly ArmFace[] = [
  subscriptions,
  resourceGroups,
  workspaces,
  tables,
  savedSearches,
  dataCollectionRules,
  dataCollectionEndpoints,
  diagnosticSettings,
  ...sentinelFaces,
  scheduledQueryRules,
  actionGroups,
  alerts,
  alertHistory,
  alertsSummary,
]

export const armFaces: ReadonlyMap<string, ArmFace> = new Map(all.map((face) => [face.type.toLowerCase(), face]))

/** Throws armTypeNotFound. */
export function faceOf(_parts: ApiParts, path: ArmPath): ArmFace {
  const face = armFaces.get(path.type)
  if (!face) throw new ServerError('armTypeNotFound', { type: path.type })
  return face
}

/** A path's type as its documentation spells it, or as the path does. */
export function typeName({ id, type }: ArmPath): string {
  const face = armFaces.get(type)
  if (face) return face.type
  const [namespace = '', ...rest] =
    id
      .split(/\/providers\//i)
      .at(-1)
      ?.split('/') ?? []
  return [namespace, ...rest.filter((_, at) => at % 2 === 0)].join('/')
}
