// From what a broker sends to messages: batches unpacked, without markers, what was read before, and aborted transactions.
// https://kafka.apache.org/documentation/#messageformat
import type { KafkaRecord, RecordsBatch } from '@platformatic/kafka'

interface Aborted {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

export interface Message {
  readonly offset: bigint
  /** Absent: a tombstone. */
  readonly value?: Uint8Array
}

export interface Batch {
  readonly messages: readonly Message[]
  /** Offset to go on with; offsets of markers and of compacted messages are passed over. */
  readonly next: bigint
}

const isTransactional = 1 << 4
const isControl = 1 << 5
const abortMarker = 0

export function messagesOf(
  batches: readonly RecordsBatch[],
  abortedTransactions: readonly Aborted[],
  from: bigint,
): Batch {
  const waiting = abortedTransactions.toSorted((a, b) => Number(a.firstOffset - b.firstOffset))
  const aborted = new Set<bigint>()
  const messages: Message[] = []
  let next = from
  for (const batch of batches) {
    if (batch.magic !== 2)
      throw new Error(`messages of format ${batch.magic} are from before Kafka 0.11: not supported`)
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta)
    for (; waiting[0] && waiting[0].firstOffset <= last; waiting.shift()) aborted.add(waiting[0].producerId)
    if (batch.attributes & isControl) {
      if (kindOfMarker(batch) === abortMarker) aborted.delete(batch.producerId)
    } else if (!(batch.attributes & isTransactional && aborted.has(batch.producerId))) {
      messages.push(...batch.records.map((record) => messageOf(record, batch)).filter(({ offset }) => offset >= from))
    }
    if (last >= next) next = last + 1n
  }
  return { messages, next }
}

function messageOf({ offsetDelta, value }: KafkaRecord, { firstOffset }: RecordsBatch): Message {
  return { offset: firstOffset + BigInt(offsetDelta), ...(value && { value }) }
}

/** The key of a marker is its version and its kind. */
function kindOfMarker({ records }: RecordsBatch): number | undefined {
  const key = records[0]?.key
  return key && key.length >= 4 ? key.readInt16BE(2) : undefined
}
