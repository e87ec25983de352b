// Every type of Microsoft Sentinel.
import type { ArmFace } from '../../face.ts'
import { bookmarks } from './bookmarks.ts'
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
]
