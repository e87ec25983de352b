// The daily cap: how much billable data each workspace took since midnight UTC, and whether it may take more.
// https://learn.microsoft.com/azure/azure-monitor/logs/daily-cap
import type { Workspace, Workspaces } from '../catalog/types.ts'
import type { Clock } from '../core/clock.ts'
import type { TablePlan } from './rows/plan.ts'
import { OverQuota } from './types.ts'

const day = 86_400_000
const gigabyte = 1e9
/** Clients come back at least so often, as the cap may be raised. */
const longestWait = 3_600
/** https://learn.microsoft.com/rest/api/loganalytics/workspaces/get#dataingestionstatus */
const nearShare = 0.8

/**
 * Security data, which is stored beyond the cap: the tables that Azure excepted where Defender for Servers was on, until it
 * took the exception away in September 2023. An open workspace has no bill to protect.
 */
const securityTables: ReadonlySet<string> = new Set([
  ...['CommonSecurityLog', 'LinuxAuditLog', 'MaliciousIPCommunication', 'ProtectionStatus', 'SecurityAlert'],
  ...['SecurityBaseline', 'SecurityBaselineSummary', 'SecurityDetection', 'SecurityEvent', 'Syslog', 'SysmonEvent'],
  ...['Update', 'UpdateSummary', 'WindowsEvent', 'WindowsFirewall'],
])

/** Whether the cap holds for the table: it does not for data that is free, and for the auxiliary plan. */
export function isCapped({ table, isBillable, definition }: TablePlan): boolean {
  return isBillable === 'True' && definition?.plan !== 'auxiliary' && !securityTables.has(table)
}

export interface QuotaParts {
  readonly workspaces: Pick<Workspaces, 'settings'>
  readonly clock: Clock
  /** Bytes of billable rows that arrived since then. */
  readonly used: (workspace: Workspace, since: number) => Promise<number>
  /** Told once a day of a workspace that has taken most of what it may. */
  readonly onNear: (workspace: Workspace) => void
}

export interface DailyQuota {
  /** What a row of a capped table is refused with now; undefined: it is taken. */
  refusal(workspace: Workspace): Promise<OverQuota | undefined>
  /** Counts what was stored. */
  add(workspace: Workspace, bytes: number): void
}

interface Count {
  readonly day: number
  /** What the tables said when the count began; a workspace without a cap is not counted. */
  readonly before: Promise<number>
  bytes: number
  isNear: boolean
}

export function openDailyQuota({ workspaces, clock, used, onNear }: QuotaParts): DailyQuota {
  const counts = new Map<string, Count>()
  const countOf = (workspace: Workspace): Count => {
    const today = Math.floor(clock.now() / day)
    const known = counts.get(workspace.id)
    if (known?.day === today) return known
    const made: Count = { day: today, before: used(workspace, today * day), bytes: 0, isNear: false }
    made.before.catch(() => counts.delete(workspace.id))
    counts.set(workspace.id, made)
    return made
  }
  /** The share of the cap that is used. */
  const shareOf = async (workspace: Workspace, count: Count): Promise<number> => {
    const before = await count.before
    const quota = workspaces.settings(workspace).dailyQuotaGb
    const share = quota === undefined ? 0 : (before + count.bytes) / (quota * gigabyte)
    if (share >= nearShare && share < 1 && !count.isNear) onNear(workspace)
    count.isNear = share >= nearShare
    return share
  }
  return {
    async refusal(workspace) {
      if (workspaces.settings(workspace).dailyQuotaGb === undefined) return undefined
      const count = countOf(workspace)
      if ((await shareOf(workspace, count)) < 1) return undefined
      const untilReset = Math.ceil(((count.day + 1) * day - clock.now()) / 1000)
      return new OverQuota(Math.min(longestWait, untilReset))
    },
    add(workspace, bytes) {
      const count = counts.get(workspace.id)
      if (!count) return
      count.bytes += bytes
      void shareOf(workspace, count).catch(() => undefined)
    },
  }
}
