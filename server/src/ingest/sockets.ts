// The listeners that take logs over sockets: syslog and the forward protocol. Made by main.ts.
import { hostname } from 'node:os'
import type { Workspace } from '../catalog/types.ts'
import type { Log } from '../core/log.ts'
import type { SyslogReceiver } from './receivers/syslog.ts'
import { listenToForward } from './sockets/forward-sockets.ts'
import { ListenError, type Listener, type ListenerMetrics, type SocketAddress } from './sockets/listener.ts'
import { listenToSyslog, listenToSyslogTls } from './sockets/syslog-sockets.ts'
import type { Ingest } from './types.ts'

export { ListenError, type ListenerMetrics, type SocketAddress }

/** A listener's counters, and where it answers. */
export type ListenerStatus = ListenerMetrics & SocketAddress

export interface SocketSettings {
  readonly syslog?: {
    readonly workspace: Workspace
    /** TCP and UDP. */
    readonly address?: SocketAddress
    readonly tlsAddress?: SocketAddress
    /** Nobody asked for the address: when it is in use, a warning is enough. */
    readonly isOptional: boolean
  }
  readonly forward?: {
    readonly workspace: Workspace
    readonly address?: SocketAddress
    readonly tlsAddress?: SocketAddress
    readonly key?: string
  }
  /** PEM texts; needed for the addresses of TLS. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

export interface SocketParts {
  readonly ingest: Pick<Ingest, 'acceptRecords'>
  readonly receiver: SyslogReceiver
  readonly log: Log
  /** For the person at the terminal. */
  readonly warn: (text: string) => void
  readonly settings: SocketSettings
}

export interface Sockets {
  /** What answers where, by the receiver's name. */
  readonly listening: Readonly<Record<string, SocketAddress>>
  metrics(): readonly ListenerStatus[]
  /** Resolves when all that was read is on disk. */
  close(): Promise<void>
}

/** Throws ListenError; then nothing listens. */
export async function openSockets(parts: SocketParts): Promise<Sockets> {
  const listeners: Listener[] = []
  const close = async () => {
    await Promise.all(listeners.splice(0).map((listener) => listener.close()))
  }
  try {
    await openAll(parts, listeners)
  } catch (error) {
    await close()
    throw error
  }
  return {
    listening: Object.fromEntries(listeners.map((listener) => [listener.metrics().name, listener.address])),
    metrics: () => listeners.map((listener) => ({ ...listener.metrics(), ...listener.address })),
    close,
  }
}

async function openAll({ ingest, receiver, log, warn, settings }: SocketParts, listeners: Listener[]): Promise<void> {
  const { syslog, forward, tls } = settings
  const collector = hostname()
  if (syslog) {
    const parts = { ingest, receiver, workspace: syslog.workspace, collector, log }
    if (syslog.address) {
      const opened = listenToSyslog(parts, syslog.address)
      listeners.push(...(await (syslog.isOptional ? orWarn(opened, warn) : opened)))
    }
    if (syslog.tlsAddress && tls) listeners.push(await listenToSyslogTls(parts, syslog.tlsAddress, tls))
  }
  if (forward) {
    const { workspace, address, tlsAddress, key } = forward
    const parts = { ingest, workspace, collector, log, ...(key !== undefined && { key }) }
    if (address) listeners.push(await listenToForward(parts, address))
    if (tlsAddress && tls) listeners.push(await listenToForward(parts, tlsAddress, tls))
  }
}

async function orWarn(opened: Promise<readonly Listener[]>, warn: SocketParts['warn']): Promise<readonly Listener[]> {
  try {
    return await opened
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    warn(`${error.message}; no syslog is taken (CONSHELF_SYSLOG chooses another address, or off)`)
    return []
  }
}
