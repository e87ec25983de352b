import { compress } from 'snappyjs'
import { expect, test } from 'vitest'
import { MalformedBody } from '../types.ts'
import { unsnappy } from './snappy.ts'

const random = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed / 2_147_483_648
}

test('what another implementation compressed comes back', () => {
  const next = random(1)
  for (const size of [0, 1, 59, 60, 61, 300, 70_000]) {
    const letters = Math.ceil(next() * 200)
    const bytes = Buffer.from(Array.from({ length: size }, () => Math.floor(next() * letters)))
    expect(unsnappy(compress(bytes), 1 << 20).equals(bytes), String(size)).toBe(true)
  }
})

test('every kind of element, by hand from the description of the format', () => {
  // 11 bytes: literal "ab", a copy of 9 from 2 back, which overlaps itself.
  const copies = [
    [0x15, 2],
    [0x22, 2, 0],
    [0x23, 2, 0, 0, 0],
  ]
  for (const copy of copies)
    expect(unsnappy(Buffer.from([11, 0x04, 0x61, 0x62, ...copy]), 100).toString()).toBe('abababababa')
  expect(unsnappy(Buffer.from([1, 0xf0, 0, 0x61]), 100).toString()).toBe('a')
})

test.each([
  ['no length', []],
  ['a length without end', [0x80, 0x80, 0x80, 0x80, 0x80, 1]],
  ['a bomb', [0xff, 0xff, 0xff, 0xff, 0x0f, 0x04, 0x61]],
  ['more than so short a block holds', [0xff, 0xff, 0x03, 0x00, 0x61]],
  ['cut off', [5, 0x04, 0x61, 0x62]],
  ['a literal beyond the end', [5, 0x10, 0x61]],
  ['more than announced', [1, 0x04, 0x61, 0x62]],
  ['a copy from before the start', [6, 0x04, 0x61, 0x62, 0x01, 3]],
  ['a copy of itself', [6, 0x04, 0x61, 0x62, 0x01, 0]],
  ['an element without its end', [6, 0x04, 0x61, 0x62, 0x02, 1]],
])('refused: %s', (_, bytes) => {
  expect(() => unsnappy(Buffer.from(bytes), 1 << 24)).toThrow(MalformedBody)
})

test('noise gives bytes or an error, never anything else', () => {
  const next = random(7)
  for (let round = 0; round < 5_000; round++) {
    const block = Buffer.from(Array.from({ length: 1 + Math.floor(next() * 40) }, () => Math.floor(next() * 256)))
    try {
      expect(unsnappy(block, 4_096).length).toBeLessThanOrEqual(4_096)
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedBody)
    }
  }
})
