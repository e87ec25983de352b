// Bodies changed at random, the same for the same seed; for fuzz.test.ts.

export type Random = () => number

export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const pick = <T>(next: Random, list: readonly T[]): T => list[Math.floor(next() * list.length)] as T

/** Bytes flipped, cut out, doubled, or put in from a list of troublesome ones. */
export function mutated(bytes: Uint8Array, next: Random): Buffer {
  let body = Buffer.from(bytes)
  for (let change = 0; change < 1 + next() * 4; change++) {
    const at = Math.floor(next() * body.length)
    const length = Math.floor(next() * 12)
    const [before, cut, after] = [body.subarray(0, at), body.subarray(at, at + length), body.subarray(at + length)]
    const insert = pick(next, [
      Buffer.alloc(0),
      Buffer.concat([cut, cut]),
      Buffer.from([Math.floor(next() * 256)]),
      Buffer.from(
        pick(next, ['{', '}', '[', '"', '\\', 'null', '-1e999', '\u0000', '\ud83d', '0x', '99999999999999999999']),
      ),
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7f]),
    ])
    body = Buffer.concat([before, insert, after])
  }
  return body
}
