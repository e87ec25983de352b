// Syslog over UDP, TCP and TLS: one queue for each listener, which the receiver's rows go through.

import type { Workspace } from '../../catalog/types.ts'
import type { Log } from '../../core/log.ts'
import type { Framed } from '../receivers/syslog/framing.ts'
import type { Origin, SyslogReceiver } from '../receivers/syslog.ts'
import type { Decoded, Ingest } from '../types.ts'
import { listenToDatagrams } from './datagram-listener.ts'
import type { Listener, SocketAddress } from './listener.ts'
import { type QueueLimits, RecordQueue } from './record-queue.ts'
import { type Conversation, listenToStreams } from './stream-listener.ts'

export interface SyslogSocketParts {
  readonly ingest: Pick<Ingest, 'acceptRecords'>
  readonly receiver: SyslogReceiver
  readonly workspace: Workspace
  /** Name of this machine. */
  readonly collector: string
  readonly log: Log
  readonly queue?: Partial<QueueLimits>
}

interface Message {
  readonly framed: Framed
  readonly origin: Origin
}

type Queue = RecordQueue<Message>

const mostConnections = 4096

/** UDP and TCP on the same port; with port 0 on one that is free for both. */
export async function listenToSyslog(parts: SyslogSocketParts, address: SocketAddress): Promise<readonly Listener[]> {
  for (let attempt = 1; ; attempt++) {
    const tcp = await listenToSyslogStreams('syslog-tcp', parts, address)
    try {
      return [tcp, await listenToSyslogDatagrams(parts, { ...address, port: tcp.address.port })]
    } catch (error) {
      await tcp.close()
      if (address.port !== 0 || attempt === 10) throw error
    }
  }
}

export function listenToSyslogTls(
  parts: SyslogSocketParts,
  address: SocketAddress,
  tls: { readonly cert: string; readonly key: string },
): Promise<Listener> {
  return listenToSyslogStreams('syslog-tls', parts, address, tls)
}

async function listenToSyslogStreams(
  name: string,
  parts: SyslogSocketParts,
  address: SocketAddress,
  tls?: { readonly cert: string; readonly key: string },
): Promise<Listener> {
  const queue = queueOf(name, parts)
  const { receiver, collector, log } = parts
  const converse = (peer: string) => conversation(receiver, queue, { peer, collector })
  const listener = await listenToStreams({ name, address, mostConnections, converse, log, ...(tls && { tls }) })
  const close = async () => {
    await listener.close()
    await queue.close()
  }
  return { ...listener, close }
}

function conversation(receiver: SyslogReceiver, queue: Queue, origin: Origin): Conversation {
  const framer = receiver.framer()
  const add = (messages: readonly Framed[]) => {
    for (const framed of messages) queue.add({ framed, origin }, framed.bytes.length)
  }
  return {
    take: async (chunk) => {
      add(framer.push(chunk))
      if (queue.isFull) await queue.room()
    },
    end: async () => {
      add(framer.end())
      await queue.written()
    },
  }
}

function listenToSyslogDatagrams(parts: SyslogSocketParts, address: SocketAddress): Promise<Listener> {
  const name = 'syslog-udp'
  const queue = queueOf(name, parts)
  const { collector, log } = parts
  const take = (bytes: Buffer, peer: string) => {
    if (queue.isFull) return false
    if (bytes.length > 0) queue.add({ framed: { bytes }, origin: { peer, collector } }, bytes.length)
    return true
  }
  return listenToDatagrams({ name, address, take, end: () => queue.close(), log })
}

function queueOf(name: string, { ingest, receiver, workspace, log, queue }: SyslogSocketParts): Queue {
  const store = (messages: readonly Message[], bytes: number) =>
    ingest.acceptRecords({ workspace, receiver: name, bytes, records: decoded(messages, receiver) })
  return new RecordQueue({ name, store, log, ...(queue && { limits: queue }) })
}

/** Messages that are decoded in one go; between two such pieces the event loop runs. */
const pieceLength = 500

async function* decoded(messages: readonly Message[], receiver: SyslogReceiver): AsyncGenerator<readonly Decoded[]> {
  for (let from = 0; from < messages.length; from += pieceLength) {
    if (from > 0) await new Promise<void>((resume) => setImmediate(resume))
    yield messages.slice(from, from + pieceLength).map(({ framed, origin }) => receiver.row(framed, origin))
  }
}
