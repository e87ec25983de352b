// Messages with an optional body of bytes over a stream: how the server and the engine's process talk.
// A frame is two 32-bit lengths (all that follows, the message), the message as JSON, the body.
import type { Duplex } from 'node:stream'

const headBytes = 8

export type Receive<In> = (message: In, body: Uint8Array) => void

export interface Channel<Out> {
  send(message: Out, body?: Uint8Array): void
}

export function openChannel<In, Out>(stream: Duplex, receive: Receive<In>): Channel<Out> {
  const reader = new FrameReader(receive)
  stream.on('data', (bytes: Buffer) => reader.read(bytes))
  return {
    send(message, body) {
      const text = Buffer.from(JSON.stringify(message))
      const head = Buffer.alloc(headBytes)
      head.writeUInt32LE(text.length + (body?.length ?? 0), 0)
      head.writeUInt32LE(text.length, 4)
      stream.cork()
      stream.write(head)
      stream.write(text)
      if (body && body.length > 0) stream.write(body)
      stream.uncork()
    },
  }
}

class FrameReader<In> {
  readonly #receive: Receive<In>
  #parts: Buffer[] = []
  #length = 0

  constructor(receive: Receive<In>) {
    this.#receive = receive
  }

  read(bytes: Buffer): void {
    this.#parts.push(bytes)
    this.#length += bytes.length
    for (let frame = this.#frame(); frame; frame = this.#frame()) {
      const textEnd = headBytes + frame.readUInt32LE(4)
      this.#receive(JSON.parse(frame.toString('utf8', headBytes, textEnd)) as In, frame.subarray(textEnd))
    }
  }

  /** The next frame, once all of it is here. */
  #frame(): Buffer | undefined {
    if (this.#length < headBytes) return undefined
    const size = headBytes + this.#head().readUInt32LE(0)
    if (this.#length < size) return undefined
    const all = this.#joined()
    this.#parts = all.length > size ? [all.subarray(size)] : []
    this.#length -= size
    return all.subarray(0, size)
  }

  #head(): Buffer {
    const [first] = this.#parts
    return first && first.length >= headBytes ? first : this.#joined()
  }

  #joined(): Buffer {
    const joined = this.#parts.length === 1 && this.#parts[0] ? this.#parts[0] : Buffer.concat(this.#parts)
    this.#parts = [joined]
    return joined
  }
}
