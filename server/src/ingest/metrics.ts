// The counters of ingestion, kept as plain numbers; /metrics prints a snapshot.
import type { InsertCounters } from './commit/insert.ts'
import type { IngestMetrics, ReceiverCounters } from './types.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export interface Meter {
  readonly inserts: InsertCounters
  receiver(name: string): Mutable<ReceiverCounters>
  snapshot(pendingBytes: number): IngestMetrics
}

export function createMeter(): Meter {
  const receivers = new Map<string, Mutable<ReceiverCounters>>()
  const inserts: InsertCounters = { inserts: 0, insertedRows: 0, insertedBytes: 0, failedInserts: 0 }
  return {
    inserts,
    receiver(name) {
      const known = receivers.get(name)
      if (known) return known
      const made = { requests: 0, failedRequests: 0, accepted: 0, rejected: 0, unwanted: 0, bytes: 0, latencyMillis: 0 }
      receivers.set(name, made)
      return made
    },
    snapshot: (pendingBytes) => ({
      receivers: Object.fromEntries([...receivers].map(([name, counters]) => [name, { ...counters }])),
      pendingBytes,
      ...inserts,
    }),
  }
}
