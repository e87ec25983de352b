// From sources to request bodies: sources that share a stream become one body of JSON lines, written piece by piece.
import { setImmediate } from 'node:timers/promises'
import type { Batch } from './plan.ts'
import { sources } from './sources/index.ts'
import type { Source, Stream } from './sources/source.ts'
import { slots } from './time.ts'
import type { World } from './world.ts'

export interface Feed {
  /** Unique name; part of the idempotency key. */
  readonly name: string
  readonly stream: Stream
  readonly sources: readonly Source[]
}

export const feeds: readonly Feed[] = [...Map.groupBy(sources, feedName)].map(([name, members]) => ({
  name,
  stream: members[0]!.stream,
  sources: members,
}))

function feedName({ stream }: Source): string {
  return stream.receiver === 'json' ? `${stream.workspace}/${stream.table}` : `${stream.workspace}/${stream.receiver}`
}

const chunkCharacters = 128 * 1024
const encoder = new TextEncoder()

/** The body of a batch, oldest records first. */
export async function* body(world: World, batch: Batch, feed: Feed): AsyncGenerator<Uint8Array> {
  let text = ''
  for (const slot of slots(batch.from, batch.to, batch.thinned)) {
    for (const source of feed.sources) {
      for (const record of source.records(world, slot)) text += `${JSON.stringify(record)}\n`
    }
    if (text.length < chunkCharacters) continue
    yield encoder.encode(text)
    text = ''
    // The server goes on answering while history loads.
    await setImmediate()
  }
  if (text !== '') yield encoder.encode(text)
}

/** The same body again, or undefined when it would be empty. */
export async function bodyUnlessEmpty(
  world: World,
  batch: Batch,
  feed: Feed,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const chunks = body(world, batch, feed)
  const first = await chunks.next()
  if (first.done === true) return undefined
  return (async function* () {
    yield first.value
    yield* chunks
  })()
}
