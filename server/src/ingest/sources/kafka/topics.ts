// Follows topics: messages go to a receiver in pieces, each under a key made of its offsets, which are noted before it goes.
// The position moves when the piece is on disk, so that what comes again after a crash is recognized.
import { operationRow } from '../../operation-row.ts'
import { type DeliveryParts, deliver, pause, type Target } from '../deliver.ts'
import { type Cluster, type Fetched, offsetOutOfRange, type Partition, type Wanted } from './cluster.ts'
import type { Batch, Message } from './messages.ts'
import { type MessagePiece, pieceBytes, piecesOf, sizeOf } from './pieces.ts'
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
    if (!this.#failed) this.#parts.state.isRead()
    return !this.#failed
  }

  /** A failure is told, and does not keep the others. */
  async #guard(about: object, work: () => Promise<void>): Promise<void> {
    const { log, name, signal, cluster, state } = this.#parts
    try {
      await work()
    } catch (error) {
      this.#failed = true
      cluster.forgetLeaders()
      if (signal.aborted) return
      state.failed(error)
      log.error({ err: error, source: name, ...about }, 'a source cannot be read')
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

  async #move(partition: Partition, place: Position): Promise<Place> {
    const { topicId } = partition
    const position = { ...place, ...(topicId === undefined ? {} : { topicId }) }
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

  async #take(fetched: Fetched, position: Position): Promise<void> {
    const { partition, error } = fetched
    if (error === offsetOutOfRange) return this.#findBack(partition, position)
    const told = (now: Position) =>
      this.#parts.state.isBehind(`${partition.topic}/${partition.partition}`, Number(fetched.end - now.next))
    told(position)
    let now = position
    for (const piece of piecesOf(await this.#gather(fetched, position), position)) {
      now = await this.#send(partition, now, piece)
      told(now)
    }
  }

  /** Enough for a piece, where there is so much: an answer of a broker may have a few messages only. */
  async #gather(first: Fetched, { sending }: Position): Promise<Batch> {
    const messages: Message[] = []
    let bytes = 0
    for (let answer = first; ; ) {
      const { partition, error, next, end } = answer
      if (error !== 0) throw new Error(`the broker answers with error ${error} of Kafka's protocol`)
      for (const message of answer.messages) {
        messages.push(message)
        bytes += sizeOf(message)
      }
      const isPlanned = sending !== undefined && next < sending.to
      if (!isPlanned && (bytes >= pieceBytes || next >= end)) return { messages, next }
      const [more] = await this.#parts.cluster.fetch([{ ...partition, from: next }])
      if (more && (more.next > next || more.error !== 0)) answer = more
      else if (isPlanned) throw new Error(`the broker does not have the messages from offset ${next} on any more`)
      else return { messages, next }
    }
  }

  async #send(partition: Partition, position: Position, { messages, to }: MessagePiece): Promise<Position> {
    const bodies = messages.flatMap(({ value }) => (value && value.length > 0 ? [value] : []))
    const { sending = { from: position.next, to } } = position
    const { topic } = partition
    if (bodies.length > 0) {
      if (!position.sending) await this.#move(partition, { ...position, sending })
      const range = `${sending.from}-${sending.to}`
      const key = `${this.#parts.name}\n${topic}/${partition.partition}\n${position.generation}\n${range}`
      await deliver({ bodies, key, parameters: { topic } }, this.#parts.target, this.#parts)
    }
    const { generation } = position
    return (await this.#move(partition, { generation, next: to })).position
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
      const { sending, ...place } = position
      const rest = sending && sending.to > earliest ? { sending } : {}
      await this.#move(partition, { ...place, ...rest, next: earliest })
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
