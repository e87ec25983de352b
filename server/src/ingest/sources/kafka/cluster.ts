// Brokers of Kafka, or of Azure Event Hubs, which speaks its protocol: which partitions there are, and what stands in them.
// The calls of the protocol are made directly: where reading goes on is kept by us, so that no consumer group is needed.
// https://kafka.apache.org/protocol
import {
  Base,
  type BaseOptions,
  type Connection,
  fetchV4,
  fetchV11,
  listOffsetsV2,
  ResponseError,
} from '@platformatic/kafka'
import { type Batch, messagesOf } from './messages.ts'

type FetchResponse = ReturnType<typeof fetchV11.parseResponse>
type FetchResponsePartition = FetchResponse['responses'][number]['partitions'][number]

export interface Partition {
  readonly topic: string
  readonly partition: number
  /** Changes when a topic is removed and made again; absent where brokers do not tell. */
  readonly topicId?: string
  readonly leader: number
}

export interface Wanted extends Partition {
  readonly from: bigint
}

export interface Fetched extends Batch {
  readonly partition: Wanted
  /** A code of the protocol, 0 for none. */
  readonly error: number
  /** Offset of the first message that cannot be read yet. */
  readonly end: bigint
}

export interface Cluster {
  /** Throws when a topic is not there or a partition of it has no leader. */
  partitions(topic: string): Promise<readonly Partition[]>
  /** Waits a little for messages. All partitions have the same leader. */
  fetch(wanted: readonly Wanted[]): Promise<readonly Fetched[]>
  /** The first offset that is still there, or the one that the next message gets. */
  edge(partition: Partition, edge: 'earliest' | 'latest'): Promise<bigint>
  /** Leaders have changed: asks again. */
  forgetLeaders(): void
  close(): Promise<void>
}

export const offsetOutOfRange = 1

const limits = { waitMillis: 500, bytes: 32 * 1_048_576, partitionBytes: 8 * 1_048_576 }
const timeouts = { connectTimeout: 10_000, requestTimeout: 15_000 }
/** New partitions are found after so long. */
const metadataMaxAge = 30_000
const readCommitted = 1
const timestamps = { earliest: -2n, latest: -1n }

export type ClusterOptions = Pick<BaseOptions, 'tls' | 'sasl'> & { readonly brokers: readonly string[] }

export function openCluster({ brokers, ...security }: ClusterOptions): Cluster {
  const options = { clientId: 'conshelf', bootstrapBrokers: [...brokers], retries: 0, metadataMaxAge }
  const client = new Base({ ...options, ...timeouts, ...security })
  let newestFetch: Promise<number> | undefined
  const connection = async (leader: number): Promise<Connection> => {
    const found = (await client.connectToBrokers([leader])).get(leader)
    if (!found) throw new Error(`there is no broker ${leader}`)
    return found
  }
  return {
    async partitions(topic) {
      const found = (await client.metadata({ topics: [topic] })).topics.get(topic)
      if (!found) throw new Error(`there is no topic ${topic}`)
      const topicId = found.id === topic ? {} : { topicId: found.id }
      return found.partitions.map(({ leader }, partition) => ({ topic, partition, leader, ...topicId }))
    },
    async fetch(wanted) {
      newestFetch ??= newestFetchOf(client)
      const version = await newestFetch.catch((error: unknown) => {
        newestFetch = undefined
        throw error
      })
      const leader = await connection(wanted[0]?.leader ?? 0)
      return fetchedOf(await fetchFrom(leader, version, wanted), wanted)
    },
    async edge({ topic: name, partition: partitionIndex, leader }, edge) {
      const partition = { partitionIndex, currentLeaderEpoch: -1, timestamp: timestamps[edge] }
      const topics = [{ name, partitions: [partition] }]
      const answer = await listOffsetsV2.api.async(await connection(leader), -1, readCommitted, topics)
      const offset = answer.topics[0]?.partitions[0]?.offset
      if (offset === undefined) throw new Error(`the broker does not say where ${name}/${partitionIndex} begins`)
      return offset
    },
    forgetLeaders: () => client.clearMetadata(),
    close: () => client.close(),
  }
}

/** Version 11 is the first that brings all compressions and still calls topics by name; version 4 is everywhere. */
async function newestFetchOf(client: Base): Promise<number> {
  const range = (await client.listApis()).find(({ apiKey }) => apiKey === fetchV11.api.key)
  return range ? range.maxVersion : fetchV4.api.version
}

async function fetchFrom(leader: Connection, version: number, wanted: readonly Wanted[]): Promise<FetchResponse> {
  const topics = [...Map.groupBy(wanted, ({ topic }) => topic)].map(([topicId, partitions]) => ({
    topicId,
    partitions: partitions.map(({ partition, from }) => ({
      partition,
      currentLeaderEpoch: -1,
      fetchOffset: from,
      lastFetchedEpoch: -1,
      partitionMaxBytes: limits.partitionBytes,
    })),
  }))
  const api = version >= fetchV11.api.version ? fetchV11.api : fetchV4.api
  try {
    return await api.async(leader, limits.waitMillis, 1, limits.bytes, readCommitted, 0, -1, topics, [], '')
  } catch (error) {
    // One partition that fails does not keep the others.
    const response = error instanceof ResponseError ? (error.response as FetchResponse) : undefined
    if (response?.errorCode !== 0) throw error
    return response
  }
}

function fetchedOf({ responses }: FetchResponse, wanted: readonly Wanted[]): Fetched[] {
  const answers = new Map<string, FetchResponsePartition>()
  for (const { topicId, partitions } of responses) {
    for (const answer of partitions) answers.set(`${topicId}/${answer.partitionIndex}`, answer)
  }
  return wanted.flatMap((partition) => {
    const answer = answers.get(`${partition.topic}/${partition.partition}`)
    if (!answer) return []
    const batch = messagesOf(answer.records ?? [], answer.abortedTransactions ?? [], partition.from)
    const { lastStableOffset, highWatermark } = answer
    const end = lastStableOffset < 0n ? highWatermark : lastStableOffset
    return [{ partition, error: answer.errorCode, end, ...batch }]
  })
}
