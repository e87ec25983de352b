// Where reading of each partition goes on: kept in the store, moved when everything before is on disk.
import type { Store } from '../../../store/store.ts'

export interface Position {
  readonly next: bigint
  /** Offsets that were set out to be stored together: after a crash the same ones go again, so that they are recognized. */
  readonly sending?: { readonly from: bigint; readonly to: bigint }
  /** Counts the topics that had this name one after another: their offsets are not the same messages. */
  readonly generation: number
  readonly topicId?: string
}

export interface Positions {
  read(topic: string, partition: number): Promise<Position | undefined>
  write(topic: string, partition: number, position: Position): Promise<void>
}

interface Written extends Pick<Position, 'generation' | 'topicId'> {
  readonly next: string
  readonly sending?: { readonly from: string; readonly to: string }
}

export function positionsIn(store: Pick<Store, 'value' | 'apply'>, source: string): Positions {
  const space = 'sources'
  const keyOf = (topic: string, partition: number) => `${source}\n${topic}/${partition}`
  return {
    async read(topic, partition) {
      const text = await store.value(space, keyOf(topic, partition), 0)
      return text === undefined ? undefined : positionOf(JSON.parse(text) as Written)
    },
    async write(topic, partition, position) {
      const value = JSON.stringify(position, (_, member) => (typeof member === 'bigint' ? String(member) : member))
      await store.apply([{ do: 'set', space, key: keyOf(topic, partition), value }])
    },
  }
}

function positionOf({ next, sending, ...position }: Written): Position {
  const range = sending && { sending: { from: BigInt(sending.from), to: BigInt(sending.to) } }
  return { ...position, next: BigInt(next), ...range }
}
