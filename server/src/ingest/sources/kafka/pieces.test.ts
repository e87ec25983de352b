import { expect, test } from 'vitest'
import { piecesOf } from './pieces.ts'

const messages = (...bytes: readonly number[]) =>
  bytes.map((length, index) => ({ offset: BigInt(index * 2), value: new Uint8Array(length) }))
const megabytes = 1_048_576
const place = { next: 0n, generation: 0 }
const seen = (pieces: ReturnType<typeof piecesOf>) => pieces.map(({ messages, to }) => [messages.length, to])

test('pieces of some megabytes, the last one up to where reading goes on', () => {
  const all = messages(1, 3 * megabytes, 2 * megabytes, 5 * megabytes, 1)
  expect(seen(piecesOf({ messages: all, next: 12n }, place))).toEqual([
    [3, 5n],
    [1, 7n],
    [1, 12n],
  ])
})

test('the piece that was set out to be sent is first, though nothing of it may be left', () => {
  const sending = { from: 0n, to: 4n }
  expect(seen(piecesOf({ messages: messages(1, 1, 1), next: 5n }, { ...place, sending }))).toEqual([
    [2, 4n],
    [1, 5n],
  ])
  expect(seen(piecesOf({ messages: [], next: 4n }, { ...place, sending }))).toEqual([[0, 4n]])
})

test('offsets without messages are passed over; without any there is no piece', () => {
  expect(seen(piecesOf({ messages: [], next: 3n }, place))).toEqual([[0, 3n]])
  expect(seen(piecesOf({ messages: [], next: 3n }, { ...place, next: 3n }))).toEqual([])
})
