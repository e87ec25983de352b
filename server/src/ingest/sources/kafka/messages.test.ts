import { createRecordsBatch, Reader, type RecordsBatch, readRecordsBatches } from '@platformatic/kafka'
import { expect, test } from 'vitest'
import { messagesOf } from './messages.ts'

/** As a broker stores it: with the offset it got. */
function batch(firstOffset: bigint, values: readonly string[], more: Partial<RecordsBatch> = {}): RecordsBatch {
  const messages = values.map((value) => ({ topic: 't', value: Buffer.from(value) }))
  const [read] = readRecordsBatches(Reader.from(createRecordsBatch(messages).buffer))
  if (!read) throw new Error('no batch')
  return { ...read, firstOffset, ...more }
}

const transactional = { attributes: 0b1_0000 }
/** Key: version 0; kind 0 aborts, 1 commits. */
const marker = (offset: bigint, producerId: bigint, kind: number): RecordsBatch => {
  const [record] = batch(0n, ['']).records
  if (!record) throw new Error('no record')
  const records = [{ ...record, key: Buffer.from([0, 0, 0, kind]) }]
  return batch(offset, [''], { attributes: 0b11_0000, producerId, records })
}
const read = (...args: Parameters<typeof messagesOf>) => {
  const { messages, next } = messagesOf(...args)
  return [messages.map(({ offset, value }) => `${offset} ${Buffer.from(value ?? [])}`), next]
}

test('what was read before is left out', () => {
  expect(read([batch(10n, ['a', 'b', 'c'])], [], 11n)).toEqual([['11 b', '12 c'], 13n])
})

test('offsets that were compacted away are passed over', () => {
  expect(read([batch(10n, ['a'], { lastOffsetDelta: 9 })], [], 10n)).toEqual([['10 a'], 20n])
  expect(read([], [], 10n)).toEqual([[], 10n])
})

test('transactions: committed messages, not the aborted ones of the same producer, nor markers', () => {
  const log = [
    batch(0n, ['no'], { ...transactional, producerId: 7n }),
    batch(1n, ['yes'], { ...transactional, producerId: 8n }),
    marker(2n, 7n, 0),
    marker(3n, 8n, 1),
    batch(4n, ['yes too'], { ...transactional, producerId: 7n }),
    marker(5n, 7n, 1),
  ]
  expect(read(log, [{ producerId: 7n, firstOffset: 0n }], 0n)).toEqual([['1 yes', '4 yes too'], 6n])
})

test('a format from before 0.11 is refused', () => {
  expect(() => messagesOf([batch(0n, ['a'], { magic: 1 })], [], 0n)).toThrow('format 1')
})
