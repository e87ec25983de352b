// A receiver of bodies that have nothing to do with one another, one a chunk, as the messages of a topic: what cannot be
// read as a whole is read in parts, and the least part that cannot is a rejected record. No fault of one keeps another.
import { type Decoded, type Head, MalformedBody, type Receiver } from '../types.ts'
import { headLength, holdsArray } from './cursor.ts'
import { middleOf } from './cut.ts'

/** Records that are handed on together; the event loop runs between two such batches. */
const batchRecords = 500

export function eachBody(receiver: Receiver): Receiver {
  return {
    name: receiver.name,
    async *decode(bodies, head) {
      let batch: Decoded[] = []
      for await (const body of bodies) {
        batch = batch.concat(await readableOf(body, receiver, head))
        if (batch.length < batchRecords) continue
        yield batch
        batch = []
        await new Promise<void>((resume) => setImmediate(resume))
      }
      yield batch
    },
  }
}

async function readableOf(body: Uint8Array, receiver: Receiver, head: Head): Promise<readonly Decoded[]> {
  try {
    const batches: (readonly Decoded[])[] = []
    for await (const batch of receiver.decode(once(body), head)) batches.push(batch)
    return batches.flat()
  } catch (error) {
    if (!(error instanceof MalformedBody)) throw error
    return apart(body, error, receiver, head)
  }
}

async function apart(body: Uint8Array, error: MalformedBody, receiver: Receiver, head: Head): Promise<Decoded[]> {
  // Half of a document is none.
  const middle = holdsArray(body.subarray(0, headLength)) ? undefined : middleOf(body)
  if (middle === undefined) {
    const raw = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()
    return raw.trim() === '' ? [] : [{ rejected: error.message, raw }]
  }
  const before = await readableOf(body.subarray(0, middle), receiver, head)
  return [...before, ...(await readableOf(body.subarray(middle), receiver, head))]
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}
