// Security as a whole: what the surfaces call. Made by wiring/security.ts.

import type { Schedule } from '../core/schedule.ts'
import { type Bookmarks, openBookmarks } from './bookmarks/bookmarks.ts'
import { type Incidents, openIncidents } from './incidents/incidents.ts'
import { openRelated, type Related } from './incidents/related.ts'
import type { SecurityParts } from './parts.ts'
import { type AlertRules, openAlertRules } from './rules/rules.ts'
import { startRuleRuns } from './rules/run.ts'
import { startWatchlistRefresh } from './watchlists/refresh.ts'
import { openWatchlists, type Watchlists } from './watchlists/watchlists.ts'

export interface Security {
  readonly incidents: Incidents
  readonly related: Related
  readonly bookmarks: Bookmarks
  readonly watchlists: Watchlists
  readonly rules: AlertRules
  /** Evaluates the rules. */
  readonly runs: Schedule
  /** Keeps the rows of watchlists from expiring. */
  readonly refresh: Schedule
}

export function openSecurity(parts: SecurityParts): Security {
  const incidents = openIncidents(parts)
  return {
    incidents,
    related: openRelated(parts),
    bookmarks: openBookmarks(parts, incidents),
    watchlists: openWatchlists(parts),
    rules: openAlertRules(parts),
    runs: startRuleRuns(parts, incidents),
    refresh: startWatchlistRefresh(parts),
  }
}
