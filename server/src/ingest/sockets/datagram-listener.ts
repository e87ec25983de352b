// A listener of UDP: a message per datagram. Nothing can make a sender wait, so what cannot be held is dropped and counted.
// https://www.rfc-editor.org/rfc/rfc5426
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Log } from '../../core/log.ts'
import { addressOf, type Listener, listenError, peerOf, type SocketAddress } from './listener.ts'

export interface DatagramOptions {
  readonly name: string
  readonly address: SocketAddress
  /** False: it cannot be held. */
  readonly take: (datagram: Buffer, peer: string) => boolean
  /** Resolves when all that was taken is on disk. */
  readonly end: () => Promise<void>
  readonly log: Log
}

/** What the kernel may hold while this process is busy; it gives what its own limit allows. */
const receiveBufferBytes = 8 * 1_048_576

export async function listenToDatagrams({ name, address, take, end, log }: DatagramOptions): Promise<Listener> {
  const socket = createSocket({ type: isIPv6(address.host) ? 'udp6' : 'udp4', reuseAddr: false })
  let dropped = 0
  socket.on('message', (datagram, { address: sender }) => {
    if (take(datagram, peerOf(sender))) return
    dropped++
    if (dropped === 1) log.warn(`${name}: datagrams are dropped, as the engine is slower than they come`)
  })
  await bind(socket, name, address)
  socket.on('error', (error) => log.error({ err: error }, `${name}: listener`))
  try {
    socket.setRecvBufferSize(receiveBufferBytes)
  } catch (error) {
    log.debug({ err: error }, `${name}: the receive buffer keeps its size`)
  }
  return {
    address: addressOf(socket.address()),
    metrics: () => ({ name, connections: 0, dropped }),
    close: async () => {
      await new Promise<void>((resolve) => socket.close(() => resolve()))
      await end()
    },
  }
}

function bind(socket: Socket, name: string, address: SocketAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      socket.close()
      reject(listenError(name, address, error))
    }
    socket.once('error', fail)
    socket.bind({ port: address.port, address: address.host, exclusive: true }, () => {
      socket.off('error', fail)
      resolve()
    })
  })
}
