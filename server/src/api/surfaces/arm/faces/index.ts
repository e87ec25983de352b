// Every type of resource that clients of Azure Resource Manager can work with, by its name in lower case.
import type { ArmFace } from '../face.ts'
import { dataCollectionEndpoints } from './data-collection-endpoints.ts'
import { dataCollectionRules } from './data-collection-rules.ts'
import { diagnosticSettings } from './diagnostic-settings.ts'
import { savedSearches } from './saved-searches.ts'
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
]

export const armFaces: ReadonlyMap<string, ArmFace> = new Map(all.map((face) => [face.type.toLowerCase(), face]))
