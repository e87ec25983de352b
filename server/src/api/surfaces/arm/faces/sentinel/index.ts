// Every type of Microsoft Sentinel.
import type { ArmFace } from '../../face.ts'
import { alertRuleActions, alertRules, alertRuleTemplates } from './alert-rules.ts'
import { bookmarks } from './bookmarks.ts'
import { documentFaces } from './documents.ts'
import { incidentComments, incidentRelations } from './incident-parts.ts'
import { incidents } from './incidents.ts'
import { watchlistItems, watchlists } from './watchlists.ts'

export const sentinelFaces: readonly ArmFace[] = [
  incidents,
  incidentComments,
  incidentRelations,
  bookmarks,
  watchlists,
  watchlistItems,
  alertRules,
  alertRuleActions,
  alertRuleTemplates,
  ...documentFaces,
]
