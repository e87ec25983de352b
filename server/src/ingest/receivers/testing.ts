// What the tests of receivers share: a payload in, rows out.
import type { Content } from '../../content/content.ts'
import type { Decoded, Receiver, TableRow } from '../types.ts'

export async function decode(
  receiver: Receiver,
  body: string | Uint8Array,
  parameters: Readonly<Record<string, string>> = {},
  contentType = 'application/json',
): Promise<Decoded[]> {
  const out: Decoded[] = []
  for await (const batch of receiver.decode(chunks(body), { contentType, parameters })) out.push(...batch)
  return out
}

/** Rows only: a rejected record fails the test. */
export async function decodeRows(...args: Parameters<typeof decode>): Promise<TableRow[]> {
  return (await decode(...args)).map((record) => {
    if ('rejected' in record) throw new Error(record.rejected)
    return record
  })
}

async function* chunks(body: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(body)
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
}

/** What a table's content declares. */
export function columnsOf(content: Pick<Content, 'table'>, table: string): ReadonlySet<string> {
  return new Set(content.table(table)?.columns.map(({ name }) => name))
}

/** The text with pieces lost, doubled and changed; the same for the same seed. */
export function* mutations(text: string, count: number, seed: number): Generator<string> {
  const below = randomNumbers(seed)
  for (let made = 0; made < count; made++) {
    let changed = text
    for (let n = below(3); n >= 0; n--) {
      const [at, length] = [below(changed.length), below(12)]
      const piece = [changed.slice(at, at + length).repeat(2), '', '"', '{', ']', ',', '\u0000', '9'][below(8)] ?? ''
      changed = changed.slice(0, at) + piece + changed.slice(at + length)
    }
    yield changed
  }
}

/** Whole numbers below a bound. https://en.wikipedia.org/wiki/Xorshift */
export function randomNumbers(seed: number): (bound: number) => number {
  let state = seed | 1
  return (bound) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % Math.max(1, bound)
  }
}
