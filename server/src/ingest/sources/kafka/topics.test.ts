// What the brokers that the end-to-end tests can start do not do: partitions that come later, topics that are made anew.
import { expect, test } from 'vitest'
import type { Store } from '../../../store/store.ts'
import type { IngestRequest, TableRow } from '../../types.ts'
import { SourceState } from '../state.ts'
import type { Cluster } from './cluster.ts'
import type { Message } from './messages.ts'
import { positionsIn } from './positions.ts'
import { TopicReader } from './topics.ts'

/** Partitions of the topic `t` as lists of messages; the first offset of each is 0. */
function clusterOf(log: { topicId: string; partitions: string[][] }): Cluster {
  const after = (partition: number) => BigInt(log.partitions[partition]?.length ?? 0)
  return {
    partitions: async (topic) =>
      log.partitions.map((_, partition) => ({ topic, partition, topicId: log.topicId, leader: 1 })),
    fetch: async (wanted) =>
      wanted.map((partition) => {
        const messages: Message[] = (log.partitions[partition.partition] ?? [])
          .map((text, offset) => ({ offset: BigInt(offset), value: Buffer.from(text) }))
          .filter(({ offset }) => offset >= partition.from)
        const end = after(partition.partition)
        return { partition, error: 0, messages, next: end, end }
      }),
    edge: async ({ partition }, edge) => (edge === 'earliest' ? 0n : after(partition)),
    forgetLeaders: () => undefined,
    close: async () => undefined,
  }
}

function storeInMemory(): Pick<Store, 'value' | 'apply'> {
  const values = new Map<string, string>()
  return {
    value: async (_, key) => values.get(key),
    apply: async (changes) => {
      for (const change of changes) if (change.do === 'set') values.set(change.key, change.value)
      return []
    },
  }
}

function readerOf(cluster: Cluster, start: 'earliest' | 'latest') {
  const taken: string[] = []
  const engine = { fails: false }
  const told: TableRow[] = []
  const outcome = { accepted: 1, rejected: 0, errors: [] }
  const ingest = {
    async accept({ body, idempotencyKey }: IngestRequest) {
      for await (const bytes of body)
        taken.push(`${Buffer.from(bytes)} ${idempotencyKey?.split('\n').slice(1).join(' ')}`)
      if (engine.fails) throw new Error('the engine is not there')
      return outcome
    },
    async append(_: unknown, rows: readonly TableRow[]) {
      told.push(...rows)
      return outcome
    },
  }
  const quiet = () => undefined
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  const target = { workspace: { id: 'w', resourceId: '/w' }, receiver: { name: 'json' }, parameters: {} }
  const parts = { cluster, positions: positionsIn(storeInMemory(), 's'), ingest, log, target, topics: ['t'], start }
  const reader = new TopicReader({
    ...parts,
    name: 's',
    state: new SourceState({} as never, { now: () => 0 }),
    signal: new AbortController().signal,
  } as never)
  return { reader, taken, told, engine }
}

test('a partition that comes later is read from its start, also when the source began at the end', async () => {
  const log = { topicId: 'x', partitions: [['old']] }
  const { reader, taken } = readerOf(clusterOf(log), 'latest')
  expect(await reader.round()).toBe(true)
  expect(taken).toEqual([])
  log.partitions = [
    ['old', 'new'],
    ['first', 'second'],
  ]
  await reader.round()
  await reader.round()
  expect(taken.sort()).toEqual(['first t/1 0 0-2', 'new t/0 0 1-2', 'second t/1 0 0-2'])
})

test('a topic that is made anew is read from its start, under other keys', async () => {
  const log = { topicId: 'x', partitions: [['a', 'b']] }
  const { reader, taken, told } = readerOf(clusterOf(log), 'earliest')
  await reader.round()
  Object.assign(log, { topicId: 'y', partitions: [['c', 'd', 'e']] })
  await reader.round()
  expect(taken).toEqual(['a t/0 0 0-2', 'b t/0 0 0-2', 'c t/0 1 0-3', 'd t/0 1 0-3', 'e t/0 1 0-3'])
  expect(told.map(({ fields }) => fields.Detail)).toEqual([
    'Source s, topic t, partition 0: the topic was made anew; it is read from its start.',
  ])
})

test('what was set out to be stored goes again as it was, however the topic has grown', async () => {
  const log = { topicId: 'x', partitions: [['a', 'b']] }
  const { reader, taken, engine } = readerOf(clusterOf(log), 'earliest')
  engine.fails = true
  expect(await reader.round()).toBe(false)
  log.partitions = [['a', 'b', 'c', 'd']]
  engine.fails = false
  await reader.round()
  const first = ['a t/0 0 0-2', 'b t/0 0 0-2']
  expect(taken).toEqual([...first, ...first, 'c t/0 0 2-4', 'd t/0 0 2-4'])
})

test('messages of a piece that come in several answers, and those that left the broker meanwhile', async () => {
  const log = { topicId: 'x', partitions: [['a', 'b', 'c']] }
  const all = clusterOf(log)
  const answers = { most: 3n, earliest: 0n }
  const cluster: Cluster = {
    ...all,
    edge: async (partition, edge) => (edge === 'earliest' ? answers.earliest : all.edge(partition, edge)),
    async fetch(wanted) {
      const [partition] = wanted
      if (partition && partition.from < answers.earliest) {
        return [{ partition, error: 1, messages: [], next: 0n, end: 0n }]
      }
      return (await all.fetch(wanted)).map((one) => {
        const next = one.partition.from + answers.most
        return next > one.next ? one : { ...one, next, messages: one.messages.filter(({ offset }) => offset < next) }
      })
    },
  }
  const { reader, taken, told, engine } = readerOf(cluster, 'earliest')
  engine.fails = true
  await reader.round()
  Object.assign(answers, { most: 1n, earliest: 1n })
  engine.fails = false
  taken.length = 0
  await reader.round()
  await reader.round()
  expect(taken).toEqual(['b t/0 0 0-3', 'c t/0 0 0-3'])
  expect(told.map(({ fields }) => fields.Detail)).toEqual([expect.stringContaining('from offset 0 to 0 left')])
})
