// A flood of records with faults must not fill the error table: of each receiver in a workspace so many a minute are noted
// one by one. All are counted, in the answer, in /metrics and in the rows of Operation.
import type { Clock } from '../core/clock.ts'

export interface FaultBudget {
  /** Whether one more may be noted. */
  take(): boolean
}

const minute = 60_000

export function faultBudgets(clock: Clock, perMinute: number): (workspaceId: string, receiver: string) => FaultBudget {
  const used = new Map<string, { minute: number; count: number }>()
  return (workspaceId, receiver) => ({
    take() {
      const key = `${workspaceId} ${receiver}`
      const now = Math.floor(clock.now() / minute)
      const known = used.get(key)
      const current = known?.minute === now ? known : { minute: now, count: 0 }
      used.set(key, current)
      return current.count++ < perMinute
    },
  })
}
