// The counters of ingestion as Prometheus metrics.
import { delayBounds } from '../../../ingest/delays.ts'
import type { ListenerMetrics } from '../../../ingest/sockets.ts'
import type { IngestMetrics } from '../../../ingest/types.ts'
import type { Metric } from './exposition.ts'

export function ingestMetrics(metrics: IngestMetrics): readonly Metric[] {
  const counters = Object.entries(metrics.receivers)
  const family = (name: string, help: string, value: (counter: (typeof counters)[number][1]) => number): Metric => ({
    name: `conshelf_ingest_${name}`,
    help,
    type: 'counter',
    values: counters.map(([receiver, counter]) => ({ labels: { receiver }, value: value(counter) })),
  })
  const total = (name: string, help: string, type: Metric['type'], value: number): Metric => ({
    name: `conshelf_ingest_${name}`,
    help,
    type,
    values: [{ value }],
  })
  return [
    family('requests_total', 'Requests.', (counter) => counter.requests),
    family('failed_requests_total', 'Requests that stored nothing.', (counter) => counter.failedRequests),
    family('accepted_records_total', 'Records stored.', (counter) => counter.accepted),
    family('rejected_records_total', 'Records refused.', (counter) => counter.rejected),
    family('unwanted_records_total', 'Records that diagnostic settings keep out.', (counter) => counter.unwanted),
    family('body_bytes_total', 'Bytes of bodies.', (counter) => counter.bytes),
    family('seconds_total', 'Time from first byte to answer.', (counter) => counter.latencyMillis / 1000),
    delayMetric(metrics),
    total('pending_bytes', 'Bytes of rows that wait for the engine.', 'gauge', metrics.pendingBytes),
    total('inserts_total', 'Blocks written to the engine.', 'counter', metrics.inserts),
    total('inserted_rows_total', 'Rows written to the engine.', 'counter', metrics.insertedRows),
    total('inserted_bytes_total', 'Bytes written to the engine.', 'counter', metrics.insertedBytes),
    total('failed_inserts_total', 'Blocks that the engine refused.', 'counter', metrics.failedInserts),
  ]
}

function delayMetric({ receivers }: IngestMetrics): Metric {
  const values = Object.entries(receivers).flatMap(([receiver, { delays }]) => {
    let below = 0
    const buckets = delays.buckets.map((inside, at) => {
      below += inside
      return { suffix: '_bucket', labels: { receiver, le: String(delayBounds[at] ?? '+Inf') }, value: below }
    })
    const labels = { receiver }
    return [
      ...buckets,
      { suffix: '_sum', labels, value: delays.seconds },
      { suffix: '_count', labels, value: delays.count },
    ]
  })
  const help = 'From the time that records give to their arrival; one of 16 is measured.'
  return { name: 'conshelf_ingest_delay_seconds', help, type: 'histogram', values }
}

/** Of the receivers that listen on sockets. */
export function listenerMetrics(listeners: readonly ListenerMetrics[]): readonly Metric[] {
  const family = (
    name: string,
    help: string,
    type: Metric['type'],
    value: (one: ListenerMetrics) => number,
  ): Metric => ({
    name: `conshelf_listener_${name}`,
    help,
    type,
    values: listeners.map((one) => ({ labels: { receiver: one.name }, value: value(one) })),
  })
  return [
    family('connections', 'Connections that are open.', 'gauge', (one) => one.connections),
    family('dropped_messages_total', 'Messages that nothing could hold.', 'counter', (one) => one.dropped),
  ]
}
