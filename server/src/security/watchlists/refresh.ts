// Writes the rows of watchlists again from time to time, so that they outlive the retention of their table.
// https://learn.microsoft.com/azure/sentinel/watchlists
import { type Schedule, startSchedule } from '../../core/schedule.ts'
import { watchlistItemKind, watchlistKind } from '../../resources/kinds/sentinel/watchlist.ts'
import { nameOf, type SecurityParts } from '../parts.ts'
import { itemRow } from './rows.ts'

const hour = 3_600_000
/** Far below the shortest retention. */
const everyDays = 12
const space = 'watchlists-written'

export function startWatchlistRefresh(parts: SecurityParts): Schedule {
  const { clock, log } = parts
  const work = (signal: AbortSignal) => refreshAll(parts, signal)
  return startSchedule({ name: 'the refreshing of watchlists', everyMillis: hour, clock, log, work })
}

async function refreshAll(parts: SecurityParts, signal: AbortSignal): Promise<void> {
  const { workspaces, resources, store, outbox, clock } = parts
  for (const workspace of workspaces.list())
    for (const { id, body } of await resources.list(watchlistKind, workspace.resourceId)) {
      if (signal.aborted) return
      const key = body.record.watchlistId
      const written = Number((await store.value(space, key, 0)) ?? Date.parse(body.record.created))
      if (written > clock.now() - everyDays * 24 * hour) continue
      const at = parts.nextInstant()
      const items = await resources.list(watchlistItemKind, id)
      const rows = items.map((item) => {
        const row = itemRow(nameOf(id), body, { name: nameOf(item.id), body: item.body, status: 'Update' })
        return { ...row, time: at, fields: { ...row.fields, _DTTimestamp: at } }
      })
      const done = { do: 'set' as const, space, key, value: String(clock.now()) }
      const held = outbox.hold(workspace, rows)
      await store.apply(rows.length > 0 ? [held.change, done] : [done])
      if (rows.length > 0) await outbox.send(held)
    }
}
