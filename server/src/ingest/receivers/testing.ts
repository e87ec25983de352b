// What the tests of receivers share: a payload in, rows out.
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
