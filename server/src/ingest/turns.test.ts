import { expect, test } from 'vitest'
import { levelBytes, Turns } from './turns.ts'

async function* body(pieces: number, size: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < pieces; n++) yield new Uint8Array(size)
}

/** The names of the bodies, piece by piece as they came out. */
async function orderOf(bodies: Readonly<Record<string, AsyncIterable<Uint8Array>>>): Promise<string> {
  const turns = new Turns()
  const order: string[] = []
  const read = async ([name, pieces]: [string, AsyncIterable<Uint8Array>]) => {
    for await (const _ of turns.of(pieces)) order.push(name)
  }
  await Promise.all(Object.entries(bodies).map(read))
  return order.join('')
}

test('of bodies that come together, the first is read to its end before the next', async () => {
  expect(await orderOf({ a: body(4, 1_000), b: body(4, 1_000), c: body(2, 1_000) })).toBe('aaaabbbbcc')
})

test('a large body lets small ones pass', async () => {
  const order = await orderOf({ a: body(3, levelBytes), b: body(2, 1_000) })
  expect(order).toBe('abbaa')
})

test('a body whose bytes are late holds nobody up, and its error is its own', async () => {
  const slow = async function* () {
    yield new Uint8Array(1)
    await new Promise((resume) => setTimeout(resume, 20))
    yield new Uint8Array(1)
  }
  expect(await orderOf({ a: slow(), b: body(2, 1_000) })).toBe('abba')
  const failing = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(1)
    throw new Error('cut off')
  }
  const turns = new Turns()
  const read = async (pieces: AsyncIterable<Uint8Array>) => {
    let count = 0
    for await (const _ of turns.of(pieces)) count++
    return count
  }
  const [failed, whole] = await Promise.allSettled([read(failing()), read(body(3, 1))])
  expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'cut off' } })
  expect(whole).toEqual({ status: 'fulfilled', value: 3 })
})
