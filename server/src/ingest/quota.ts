// The daily cap: how much billable data each workspace took since midnight UTC, and whether it may take more.
// https://learn.microsoft.com/azure/azure-monitor/logs/daily-cap
import type { Workspace, Workspaces } from '../catalog/types.ts'
import type { Clock } from '../core/clock.ts'
import { OverQuota } from './types.ts'

const day = 86_400_000
const gigabyte = 1e9
/** Clients come back at least so often, as the cap may be raised. */
const longestWait = 3_600

export interface QuotaParts {
  readonly workspaces: Pick<Workspaces, 'dailyQuota'>
  readonly clock: Clock
  /** Bytes of billable rows that arrived since then. */
  readonly used: (workspace: Workspace, since: number) => Promise<number>
}

export interface DailyQuota {
  /** Throws OverQuota. */
  admit(workspace: Workspace): Promise<void>
  add(workspace: Workspace, bytes: number): void
}

interface Count {
  readonly day: number
  /** What the tables said when the count began; a workspace without a cap is not counted. */
  readonly before: Promise<number>
  bytes: number
}

export function openDailyQuota({ workspaces, clock, used }: QuotaParts): DailyQuota {
  const counts = new Map<string, Count>()
  const countOf = (workspace: Workspace): Count => {
    const today = Math.floor(clock.now() / day)
    const known = counts.get(workspace.id)
    if (known?.day === today) return known
    const made: Count = { day: today, before: used(workspace, today * day), bytes: 0 }
    made.before.catch(() => counts.delete(workspace.id))
    counts.set(workspace.id, made)
    return made
  }
  return {
    async admit(workspace) {
      const quota = workspaces.dailyQuota(workspace)
      if (quota === undefined) return
      const count = countOf(workspace)
      if ((await count.before) + count.bytes < quota * gigabyte) return
      const untilReset = Math.ceil(((count.day + 1) * day - clock.now()) / 1000)
      throw new OverQuota(Math.min(longestWait, untilReset))
    },
    add(workspace, bytes) {
      const count = counts.get(workspace.id)
      if (count) count.bytes += bytes
    },
  }
}
