// A listener of TCP or TLS connections. What a connection says is read by a Conversation, one chunk after the other; while
// that waits, the socket is not read and the sender has to wait too.
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Log } from '../../core/log.ts'
import { addressOf, type Listener, listenError, peerOf, type SocketAddress } from './listener.ts'

/** One connection's protocol. */
export interface Conversation {
  /** What is said before the other side says anything. */
  readonly greeting?: Uint8Array
  /** The next chunk is read when this resolves. A rejection ends the connection. */
  take(chunk: Buffer): Promise<void>
  /** The other side has said everything, or the server stops. Resolves when what was said is on disk. */
  end(): Promise<void>
}

export interface StreamOptions {
  readonly name: string
  readonly address: SocketAddress
  /** PEM texts: TLS. */
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly mostConnections: number
  readonly converse: (peer: string, answer: (bytes: Uint8Array) => void) => Conversation
  readonly log: Log
}

export async function listenToStreams(options: StreamOptions): Promise<Listener> {
  const open = new Map<Socket, () => Promise<void>>()
  let refused = 0
  const onConnection = (socket: Socket) => {
    const { stop, ended } = serve(socket, options)
    open.set(socket, stop)
    ended.finally(() => open.delete(socket))
  }
  const { tls, name, address, log } = options
  // The end of a connection is answered when its messages are on disk.
  const server = tls
    ? createTlsServer({ ...tls, allowHalfOpen: true }, onConnection)
    : createServer({ allowHalfOpen: true }, onConnection)
  server.maxConnections = options.mostConnections
  server.on('drop', () => {
    refused++
    if (refused === 1) log.warn(`${name}: more than ${options.mostConnections} connections, others are refused`)
  })
  server.on('tlsClientError', (error) => log.info({ err: error }, `${name}: TLS handshake failed`))
  await listen(server, name, address)
  server.on('error', (error) => log.error({ err: error }, `${name}: listener`))
  const bound = server.address()
  return {
    address: typeof bound === 'object' && bound ? addressOf(bound) : address,
    metrics: () => ({ name, connections: open.size, dropped: 0 }),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await Promise.all([...open.values()].map((stop) => stop()))
      await closed
    },
  }
}

function listen(server: Server, name: string, address: SocketAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(listenError(name, address, error))
    server.once('error', fail)
    server.listen({ host: address.host, port: address.port }, () => {
      server.off('error', fail)
      resolve()
    })
  })
}

interface Serving {
  stop(): Promise<void>
  readonly ended: Promise<void>
}

function serve(socket: Socket, { converse, name, log }: StreamOptions): Serving {
  socket.on('error', (error) => log.debug({ err: error }, `${name}: connection`))
  socket.setNoDelay(true)
  socket.setKeepAlive(true, 60_000)
  const answer = (bytes: Uint8Array) => {
    if (!socket.destroyed && socket.writable) socket.write(bytes)
  }
  const conversation = converse(peerOf(socket.remoteAddress), answer)
  if (conversation.greeting) answer(conversation.greeting)
  /** What had arrived when the server was stopped. */
  const rest: Buffer[] = []
  const ended = read(socket, conversation, rest).catch((error: unknown) => {
    log.warn({ err: error }, `${name}: the connection of ${peerOf(socket.remoteAddress)} ends`)
    socket.destroy()
  })
  const stop = async () => {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) rest.push(chunk)
    socket.destroy()
    await ended
  }
  return { stop, ended }
}

async function read(socket: Socket, conversation: Conversation, rest: readonly Buffer[]): Promise<void> {
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) await conversation.take(chunk)
  } catch (error) {
    if (!isConnectionError(error)) throw error
    for (const chunk of rest) await conversation.take(chunk)
  } finally {
    await conversation.end()
  }
  socket.end()
  socket.destroySoon()
}

/** The other side is gone: what it said before counts. */
function isConnectionError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^E(CONN|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH)|^ERR_(STREAM|SSL|TLS)/.test(code)
}
