// How senders of the forward protocol show that they know the shared key: HELO, PING, PONG.
// https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1#handshake-messages
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { encode } from '@msgpack/msgpack'
import { decodeMsgpack } from '../receivers/msgpack/decode.ts'

export interface Pong {
  readonly pong: Uint8Array
  readonly isWelcome: boolean
  readonly reason: string
}

/** The answer to a PING; undefined when it is none. */
export type Handshake = (message: Buffer) => Pong | undefined

export function greeting(key: string, hostname: string): { readonly hello: Uint8Array; readonly handshake: Handshake } {
  const nonce = randomBytes(16)
  const hello = encode(['HELO', { nonce, auth: new Uint8Array(0), keepalive: true }])
  return { hello, handshake: (message) => pongTo(message, { key, hostname, nonce }) }
}

interface Secret {
  readonly key: string
  readonly hostname: string
  readonly nonce: Uint8Array
}

function pongTo(message: Buffer, { key, hostname, nonce }: Secret): Pong | undefined {
  const ping = decoded(message)
  if (!Array.isArray(ping) || ping.length < 4) return undefined
  const [kind, client, salt, digest] = ping
  if (![kind, client, salt, digest].every((part) => part instanceof Uint8Array)) return undefined
  if (Buffer.from(kind).toString() !== 'PING') return undefined
  const expected = digestOf(salt, client, nonce, key)
  const isWelcome = equal(Buffer.from(digest), Buffer.from(expected))
  const reason = isWelcome ? '' : 'shared_key mismatch'
  const own = isWelcome ? digestOf(salt, Buffer.from(hostname), nonce, key) : ''
  return { pong: encode(['PONG', isWelcome, reason, hostname, own]), isWelcome, reason }
}

function decoded(message: Buffer): unknown {
  try {
    return decodeMsgpack(message)
  } catch {
    return undefined
  }
}

function digestOf(salt: Uint8Array, hostname: Uint8Array, nonce: Uint8Array, key: string): string {
  return createHash('sha512').update(salt).update(hostname).update(nonce).update(key).digest('hex')
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

export function acknowledgement(chunk: string): Uint8Array {
  return encode({ ack: chunk })
}
