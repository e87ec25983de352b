// The forward protocol over TCP or TLS. What asks for an acknowledgement is stored under its chunk's name and acknowledged
// when it is on disk; all else goes through a queue.
import type { Workspace } from '../../catalog/types.ts'
import type { Log } from '../../core/log.ts'
import { decodeForward, type ForwardMessage, forwardLimits } from '../receivers/fluentd-forward.ts'
import { MsgpackCutter, MsgpackFault } from '../receivers/msgpack/cut.ts'
import { textOfBytes } from '../receivers/text.ts'
import { type Decoded, type Ingest, Overloaded } from '../types.ts'
import { acknowledgement, greeting, type Handshake } from './forward-handshake.ts'
import type { Listener, SocketAddress } from './listener.ts'
import { type QueueLimits, RecordQueue } from './record-queue.ts'
import { type Conversation, listenToStreams } from './stream-listener.ts'

export interface ForwardSocketParts {
  readonly ingest: Pick<Ingest, 'acceptRecords'>
  readonly workspace: Workspace
  /** Name of this machine. */
  readonly collector: string
  readonly log: Log
  /** The secret that senders share; absent: everyone may send. */
  readonly key?: string
  readonly queue?: Partial<QueueLimits>
}

const names = { tcp: 'fluentd-forward', tls: 'fluentd-forward-tls' }
const mostConnections = 1024
/** Messages that have come in part, of all connections together. */
const mostAssemblingBytes = 268_435_456
const retryMillis = 250

/** A message, or why there is none. */
type Item = { readonly bytes: Buffer } | { readonly fault: string; readonly raw: string }

export async function listenToForward(
  parts: ForwardSocketParts,
  address: SocketAddress,
  tls?: { readonly cert: string; readonly key: string },
): Promise<Listener> {
  const { ingest, workspace, log } = parts
  const name = tls ? names.tls : names.tcp
  const store = (items: readonly Item[], bytes: number) =>
    ingest.acceptRecords({ workspace, receiver: name, bytes, records: decoded(items) })
  const queue = new RecordQueue<Item>({ name, store, log, ...(parts.queue && { limits: parts.queue }) })
  const assembling = { bytes: 0 }
  const converse = (_peer: string, answer: (bytes: Uint8Array) => void) =>
    new ForwardConversation({ ...parts, name }, queue, assembling, answer)
  const listener = await listenToStreams({ name, address, mostConnections, converse, log, ...(tls && { tls }) })
  const close = async () => {
    await listener.close()
    await queue.close()
  }
  return { ...listener, close }
}

async function* decoded(items: readonly Item[]): AsyncGenerator<readonly Decoded[]> {
  for (const item of items) {
    if ('fault' in item) yield [{ rejected: item.fault, raw: item.raw }]
    else yield* inPieces(decodeForward(item.bytes)?.rows() ?? [])
  }
}

/** Rows that are decoded in one go; between two such pieces the event loop runs. */
const pieceLength = 500

async function* inPieces(rows: Iterable<Decoded>): AsyncGenerator<readonly Decoded[]> {
  let piece: Decoded[] = []
  for (const row of rows) {
    piece.push(row)
    if (piece.length < pieceLength) continue
    yield piece
    piece = []
    await new Promise<void>((resume) => setImmediate(resume))
  }
  yield piece
}

interface ConversationParts extends ForwardSocketParts {
  /** Of the listener. */
  readonly name: string
}

class ForwardConversation implements Conversation {
  readonly greeting?: Uint8Array
  readonly #parts: ConversationParts
  readonly #queue: RecordQueue<Item>
  readonly #assembling: { bytes: number }
  readonly #answer: (bytes: Uint8Array) => void
  readonly #cutter = new MsgpackCutter(forwardLimits.messageBytes)
  #handshake: Handshake | undefined
  #counted = 0

  constructor(
    parts: ConversationParts,
    queue: RecordQueue<Item>,
    assembling: { bytes: number },
    answer: (bytes: Uint8Array) => void,
  ) {
    this.#parts = parts
    this.#queue = queue
    this.#assembling = assembling
    this.#answer = answer
    if (parts.key === undefined) return
    const { hello, handshake } = greeting(parts.key, parts.collector)
    this.greeting = hello
    this.#handshake = handshake
  }

  async take(chunk: Buffer): Promise<void> {
    for (const message of this.#cut(chunk)) {
      if (this.#handshake) this.#authenticate(message)
      else await this.#store(message)
    }
    if (this.#queue.isFull) await this.#queue.room()
  }

  async end(): Promise<void> {
    this.#count(0)
    const { held } = this.#cutter
    if (held > 0 && !this.#handshake)
      this.#note(`the connection ended after ${held} bytes of a message`, Buffer.alloc(0))
    await this.#queue.written()
  }

  #cut(chunk: Buffer): readonly Buffer[] {
    try {
      const messages = this.#cutter.push(chunk)
      this.#count(this.#cutter.held)
      return messages
    } catch (error) {
      // A sender that has not shown the key writes nothing, not even errors.
      if (error instanceof MsgpackFault && !this.#handshake) this.#note(error.message, error.bytes)
      throw error
    }
  }

  #count(held: number): void {
    this.#assembling.bytes += held - this.#counted
    this.#counted = held
    if (held > 0 && this.#assembling.bytes > mostAssemblingBytes) throw new Error('too many messages have come in part')
  }

  #note(fault: string, bytes: Buffer): void {
    this.#queue.add({ fault, raw: textOfBytes(bytes) }, bytes.length)
  }

  #authenticate(message: Buffer): void {
    const answer = this.#handshake?.(message)
    if (!answer) throw new Error('no PING of the forward protocol')
    this.#answer(answer.pong)
    if (!answer.isWelcome) throw new Error(`refused: ${answer.reason}`)
    this.#handshake = undefined
  }

  async #store(bytes: Buffer): Promise<void> {
    const message = decodeForward(bytes)
    if (message?.chunk === undefined) {
      this.#queue.add({ bytes }, bytes.length)
      return
    }
    await this.#storeChunk(message, message.chunk, bytes.length)
    this.#answer(acknowledgement(message.chunk))
  }

  /** Any other failure than overload ends the connection; the sender repeats what was not acknowledged. */
  async #storeChunk({ rows }: ForwardMessage, chunk: string, bytes: number): Promise<void> {
    const { ingest, workspace, name } = this.#parts
    const request = { workspace, receiver: name, bytes, idempotencyKey: `forward ${chunk}` }
    for (;;) {
      try {
        await ingest.acceptRecords({ ...request, records: inPieces(rows()) })
        return
      } catch (error) {
        if (!(error instanceof Overloaded)) throw error
        await new Promise((resolve) => setTimeout(resolve, retryMillis))
      }
    }
  }
}
