// Where reading of each partition goes on: kept in the store, moved when everything before is on disk.
import type { Store } from '../../../store/store.ts'

export interface Position {
  readonly next: bigint
  /** Counts the topics that had this name one after another: their offsets are not the same messages. */
  readonly generation: number
  readonly topicId?: string
}

export interface Positions {
  read(topic: string, partition: number): Promise<Position | undefined>
  write(topic: string, partition: number, position: Position): Promise<void>
}

export function positionsIn(store: Pick<Store, 'value' | 'apply'>, source: string): Positions {
  const space = 'sources'
  const keyOf = (topic: string, partition: number) => `${source}\n${topic}/${partition}`
  return {
    async read(topic, partition) {
      const text = await store.value(space, keyOf(topic, partition), 0)
      if (text === undefined) return undefined
      const { next, ...position } = JSON.parse(text) as Omit<Position, 'next'> & { next: string }
      return { ...position, next: BigInt(next) }
    },
    async write(topic, partition, position) {
      const value = JSON.stringify({ ...position, next: String(position.next) })
      await store.apply([{ do: 'set', space, key: keyOf(topic, partition), value }])
    },
  }
}
