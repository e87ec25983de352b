// How far a file has been taken in. Kept in the store: what is to be sent before it is sent, what was sent after.
import { createHash } from 'node:crypto'
import type { Store } from '../../store/store.ts'

export interface Cursor {
  /** Counts the files that had this identity one after another, and the times the file was cut. */
  readonly generation: number
  /** The first bytes, by which a file that took another's place is noticed. */
  readonly head: { readonly length: number; readonly hash: string }
  /** Records of a JSON array that is written anew, or bytes of lines. */
  readonly unit: 'record' | 'byte'
  readonly done: number
  /** Set out to be sent: up to here, exclusive. */
  readonly sending?: number
}

export const headLength = 256

export function newCursor(generation: number, head: Uint8Array): Cursor {
  return { generation, head: fingerprint(head), unit: holdsArray(head) ? 'record' : 'byte', done: 0 }
}

export function fingerprint(head: Uint8Array): Cursor['head'] {
  const bytes = head.subarray(0, headLength)
  return { length: bytes.length, hash: createHash('sha256').update(bytes).digest('base64') }
}

export function isSameFile({ head }: Cursor, now: Uint8Array): boolean {
  return now.length >= head.length && fingerprint(now.subarray(0, head.length)).hash === head.hash
}

/** `[…]` and `{"records":[…` are rewritten as they grow: only what stands before their end stays where it is. */
export function holdsArray(head: Uint8Array): boolean {
  const start = Buffer.from(head)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
  return /^\s*(?:\[|\{\s*"(?:records|items)"\s*:\s*\[)/.test(start)
}

export interface Cursors {
  read(identity: string): Promise<Cursor | undefined>
  write(identity: string, cursor: Cursor): Promise<void>
}

export function cursorsIn(store: Pick<Store, 'value' | 'apply'>, source: string): Cursors {
  const space = 'sources'
  const keyOf = (identity: string) => `${source}\n${identity}`
  return {
    async read(identity) {
      const value = await store.value(space, keyOf(identity), 0)
      return value === undefined ? undefined : (JSON.parse(value) as Cursor)
    },
    async write(identity, cursor) {
      await store.apply([{ do: 'set', space, key: keyOf(identity), value: JSON.stringify(cursor) }])
    },
  }
}
