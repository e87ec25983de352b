// Follows topics: every message goes to a receiver under a key made of its offset, and the offset moves when the messages
// before it are on disk, so that what comes again after a crash is recognized.
import { operationRow } from '../../operation-row.ts'
import { headLength, holdsArray } from '../cursor.ts'
import { middleOf } from '../cut.ts'
import { type DeliveryParts, deliver, pause, type Target } from '../deliver.ts'
import { type Cluster, type Fetched, offsetOutOfRange, type Partition, type Wanted } from './cluster.ts'
import type { Message } from './messages.ts'
import type { Position, Positions } from './positions.ts'

export interface TopicParts extends DeliveryParts {
  readonly cluster: Cluster
  readonly positions: Positions
  readonly target: Target
  /** Of the source; part of the keys. */
  readonly name: string
  readonly topics: readonly string[]
  /** Where a topic begins that was never read. */
  readonly start: 'earliest' | 'latest'
}

/** Messages of a partition that wait for the disk at a time; they share inserts. */
const messagesAtOnce = 256
const pauses = { first: 1_000, longest: 60_000 }

interface Place {
  readonly partition: Partition
  readonly position: Position
}

export class TopicReader {
  readonly #parts: TopicParts
  #failed = false

  constructor(parts: TopicParts) {
    this.#parts = parts
  }

  /** Until the signal aborts. After a failure it waits, longer each time. */
  async run(): Promise<void> {
    const { signal } = this.#parts
    let wait = pauses.first
    while (!signal.aborted) {
      if (await this.round()) wait = pauses.first
      else {
        await pause(wait, signal)
        wait = Math.min(wait * 2, pauses.longest)
      }
    }
  }

  /** Takes what each partition has now; whether all went well. */
  async round(): Promise<boolean> {
    this.#failed = false
    const places: Place[] = []
    for (const topic of this.#parts.topics) {
      await this.#guard({ topic }, async () => void places.push(...(await this.#placesOf(topic))))
    }
    const leaders = Map.groupBy(places, ({ partition }) => partition.leader)
    await Promise.all([...leaders.values()].map((led) => this.#guard({}, () => this.#takeFrom(led))))
    if (places.length === 0) this.#failed = true
    return !this.#failed
  }

  /** A failure is told, and does not keep the others. */
  async #guard(about: object, work: () => Promise<void>): Promise<void> {
    const { log, name, signal, cluster } = this.#parts
    try {
      await work()
    } catch (error) {
      this.#failed = true
      cluster.forgetLeaders()
      if (!signal.aborted) log.error({ err: error, source: name, ...about }, 'a source cannot be read')
    }
  }

  async #placesOf(topic: string): Promise<Place[]> {
    const { cluster, positions } = this.#parts
    const partitions = await cluster.partitions(topic)
    const known = await Promise.all(partitions.map(({ partition }) => positions.read(topic, partition)))
    // Partitions that a topic gets later hold what is to be read, from their start.
    const start = known.every((position) => position === undefined) ? this.#parts.start : 'earliest'
    const places: Place[] = []
    for (const [index, partition] of partitions.entries()) {
      const position = known[index]
      if (position && isOf(partition, position)) places.push({ partition, position })
      else places.push(await this.#begin(partition, position, start))
    }
    return places
  }

  async #begin(partition: Partition, before: Position | undefined, start: 'earliest' | 'latest'): Promise<Place> {
    const next = await this.#parts.cluster.edge(partition, before ? 'earliest' : start)
    if (before) await this.#tell(partition, 'the topic was made anew; it is read from its start.')
    return this.#move(partition, { next, generation: before ? before.generation + 1 : 0 })
  }

  async #move(partition: Partition, { next, generation }: Position): Promise<Place> {
    const { topicId } = partition
    const position = { next, generation, ...(topicId === undefined ? {} : { topicId }) }
    await this.#parts.positions.write(partition.topic, partition.partition, position)
    return { partition, position }
  }

  async #takeFrom(places: readonly Place[]): Promise<void> {
    const positions = new Map<Wanted, Position>(
      places.map(({ partition, position }) => [{ ...partition, from: position.next }, position]),
    )
    const fetched = await this.#parts.cluster.fetch([...positions.keys()])
    await Promise.all(
      fetched.map((one) => {
        const { topic, partition } = one.partition
        return this.#guard({ topic, partition }, () => this.#take(one, positions.get(one.partition) as Position))
      }),
    )
  }

  async #take({ partition, error, messages, next }: Fetched, position: Position): Promise<void> {
    if (error === offsetOutOfRange) return this.#findBack(partition, position)
    if (error !== 0) throw new Error(`the broker answers with error ${error} of Kafka's protocol`)
    for (let from = 0; from < messages.length; from += messagesAtOnce) {
      const some = messages.slice(from, from + messagesAtOnce)
      await Promise.all(some.map((message) => this.#deliver(partition, position, message)))
    }
    if (next > position.next) await this.#move(partition, { ...position, next })
  }

  #deliver({ topic, partition }: Partition, { generation }: Position, { offset, value }: Message): Promise<void> {
    if (value === undefined || value.length === 0) return Promise.resolve()
    const key = `${this.#parts.name}\n${topic}/${partition}\n${generation}\n${offset}`
    const piece = { body: value, key, parameters: { topic } }
    // A whole document that is broken cannot be read in halves.
    const isDocument = holdsArray(value.subarray(0, headLength))
    return deliver(isDocument ? piece : { ...piece, middle: middleOf }, this.#parts.target, this.#parts)
  }

  /** The offset is not there: it has left the broker, or the topic is another one. */
  async #findBack(partition: Partition, position: Position): Promise<void> {
    const { cluster } = this.#parts
    const [earliest, latest] = [await cluster.edge(partition, 'earliest'), await cluster.edge(partition, 'latest')]
    if (position.next > latest) {
      await this.#begin(partition, position, 'earliest')
    } else if (position.next < earliest) {
      const lost = `the messages from offset ${position.next} to ${earliest - 1n} left the broker before they were read.`
      await this.#tell(partition, `${lost} Reading goes on at offset ${earliest}.`)
      await this.#move(partition, { ...position, next: earliest })
    } else throw new Error(`the broker says that offset ${position.next} is out of range, and that it is not`)
  }

  async #tell({ topic, partition }: Partition, what: string): Promise<void> {
    const { log, ingest, name, target } = this.#parts
    log.warn({ source: name, topic, partition }, what)
    const detail = `Source ${name}, topic ${topic}, partition ${partition}: ${what}`
    const event = { workspace: target.workspace, operation: 'Data dropped', level: 'Warning', detail } as const
    await ingest.append(target.workspace, [operationRow(event)])
  }
}

function isOf({ topicId }: Partition, position: Position): boolean {
  return topicId === undefined || position.topicId === undefined || topicId === position.topicId
}
