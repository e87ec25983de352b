// A body that must be in memory as a whole, as protobuf and compressed blocks must.
import { BodyTooLarge } from '../types.ts'

/** Larger ones are refused; senders of these protocols cut their batches far below. */
export const wholeBodyBytes = 64 * 1_048_576

export async function wholeBody(body: AsyncIterable<Uint8Array>, limit = wholeBodyBytes): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > limit) throw new BodyTooLarge(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Rows of the generator in batches, between which the event loop runs. */
export async function* inBatches<T>(items: Iterable<T>, size = 500): AsyncGenerator<T[]> {
  let batch: T[] = []
  for (const item of items) {
    if (batch.push(item) < size) continue
    yield batch
    batch = []
    await new Promise<void>((resume) => setImmediate(resume))
  }
  yield batch
}
