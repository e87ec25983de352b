// What every listener of sockets.ts is: an address that answers, counters, and a stop that loses nothing that was read.
import type { AddressInfo } from 'node:net'

export interface SocketAddress {
  readonly host: string
  readonly port: number
}

export interface ListenerMetrics {
  /** The receiver's name in counters and in the error table. */
  readonly name: string
  readonly connections: number
  /** Messages that were read and thrown away, as nothing could hold them. */
  readonly dropped: number
}

export interface Listener {
  readonly address: SocketAddress
  metrics(): ListenerMetrics
  /** Resolves when all that was read is on disk. */
  close(): Promise<void>
}

/** The address cannot be listened on; the message says why. */
export class ListenError extends Error {}

export function listenError(name: string, { host, port }: SocketAddress, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const place = `${host}:${port}`
  if (code === 'EADDRINUSE') return new ListenError(`${name}: ${place} is in use by another program`, { cause: error })
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new ListenError(`${name}: cannot listen on ${place} (${code})`, { cause: error })
  }
  return error
}

export function addressOf({ address, port }: AddressInfo): SocketAddress {
  return { host: address, port }
}

/** Without the notation of IPv4 addresses in IPv6. */
export function peerOf(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
}
