// The counters of ingestion, kept as plain numbers; /metrics prints a snapshot.
import type { InsertCounters } from './commit/insert.ts'
import { createDelays, type Delays, noDelays, sumOfDelays } from './delays.ts'
import type { IngestMetrics, ReceiverCounters } from './types.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Counters = Mutable<Omit<ReceiverCounters, 'delays'>>

export interface ReceiverMeter {
  readonly counters: Counters
  readonly delays: Delays
}

export interface Meter {
  readonly inserts: InsertCounters
  receiver(workspaceId: string, name: string): ReceiverMeter
  snapshot(pendingBytes: number): IngestMetrics
}

const nothing = { requests: 0, failedRequests: 0, accepted: 0, rejected: 0, unwanted: 0, bytes: 0, latencyMillis: 0 }

export function createMeter(): Meter {
  const workspaces = new Map<string, Map<string, ReceiverMeter>>()
  const inserts: InsertCounters = { inserts: 0, insertedRows: 0, insertedBytes: 0, failedInserts: 0 }
  return {
    inserts,
    receiver(workspaceId, name) {
      const receivers = workspaces.get(workspaceId) ?? new Map<string, ReceiverMeter>()
      workspaces.set(workspaceId, receivers)
      const known = receivers.get(name)
      if (known) return known
      const made = { counters: { ...nothing }, delays: createDelays() }
      receivers.set(name, made)
      return made
    },
    snapshot(pendingBytes) {
      const byWorkspace = [...workspaces].map(([id, receivers]) => [id, countersOf(receivers)] as const)
      const all: Record<string, ReceiverCounters> = {}
      for (const [, receivers] of byWorkspace)
        for (const [name, one] of Object.entries(receivers)) all[name] = sumOf(all[name], one)
      return { receivers: all, workspaces: Object.fromEntries(byWorkspace), pendingBytes, ...inserts }
    },
  }
}

function countersOf(receivers: ReadonlyMap<string, ReceiverMeter>): Record<string, ReceiverCounters> {
  const entries = [...receivers].map(([name, { counters, delays }]) => [name, { ...counters, delays: delays.counts() }])
  return Object.fromEntries(entries)
}

function sumOf(a: ReceiverCounters = { ...nothing, delays: noDelays }, b: ReceiverCounters): ReceiverCounters {
  return {
    requests: a.requests + b.requests,
    failedRequests: a.failedRequests + b.failedRequests,
    accepted: a.accepted + b.accepted,
    rejected: a.rejected + b.rejected,
    unwanted: a.unwanted + b.unwanted,
    bytes: a.bytes + b.bytes,
    latencyMillis: a.latencyMillis + b.latencyMillis,
    delays: sumOfDelays(a.delays, b.delays),
  }
}
