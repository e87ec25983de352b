// Bytes of a stream -> messages. Detected for each message: `LEN SP <…` is octet counting, all else ends with a line feed.
// https://www.rfc-editor.org/rfc/rfc6587#section-3.4

export interface Framed {
  readonly bytes: Buffer
  /** Why the message is not whole; `bytes` is its beginning. */
  readonly fault?: string
}

export interface FramingLimits {
  /** A longer message is refused; of what it is made of no more than `keptBytes` is held. */
  readonly messageBytes: number
  readonly keptBytes: number
}

export const defaultFramingLimits: FramingLimits = { messageBytes: 262_144, keptBytes: 32_768 }

/** Counts beyond are taken for text: nothing sends such messages, and skipping them would deafen the connection. */
const greatestCount = 16_777_216
const lineFeed = 10
/** `16777216 <`: digits, a space and what must come behind it. */
const longestHead = 10

type State =
  | { readonly kind: 'start' }
  | { readonly kind: 'line' }
  | { readonly kind: 'counted'; readonly length: number }

/** One per connection. Memory: one message, or `keptBytes` of one that is too long. */
export class Framer {
  readonly #limits: FramingLimits
  #state: State = { kind: 'start' }
  /** The message at hand as far as it has come; its first bytes only once it is too long. */
  #parts: Buffer[] = []
  #held = 0
  #length = 0
  /** Too few bytes to tell how the next message is framed. */
  #head: Buffer = Buffer.alloc(0)

  constructor(limits: FramingLimits = defaultFramingLimits) {
    this.#limits = limits
  }

  push(chunk: Uint8Array): Framed[] {
    const found: Framed[] = []
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (this.#head.length > 0) {
      rest = Buffer.concat([this.#head, rest])
      this.#head = Buffer.alloc(0)
    }
    while (rest.length > 0) {
      const taken = this.#state.kind === 'start' ? this.#begin(rest, false) : this.#continue(rest, found)
      if (taken === undefined) {
        this.#head = Buffer.from(rest)
        break
      }
      rest = rest.subarray(taken)
    }
    return found
  }

  /** The connection ended: a line without its line feed is a message, a counted message that is cut off is a fault. */
  end(): Framed[] {
    const found: Framed[] = []
    if (this.#head.length > 0) {
      const head = this.#head
      this.#head = Buffer.alloc(0)
      const taken = this.#begin(head, true) ?? 0
      if (taken < head.length) this.#continue(head.subarray(taken), found)
    }
    const { kind } = this.#state
    if (kind === 'line' && this.#length > 0) this.#finish(found)
    if (this.#state.kind === 'counted') {
      const { length } = this.#state
      this.#finish(found, `the connection ended after ${this.#length} of the ${length} bytes of the message`)
    }
    return found
  }

  /** How many bytes the head of the message takes; undefined: more must come to tell. */
  #begin(bytes: Buffer, isLast: boolean): number | undefined {
    const first = bytes[0] as number
    if (first < 0x30 || first > 0x39) {
      this.#state = { kind: 'line' }
      return 0
    }
    const head = bytes.toString('latin1', 0, longestHead)
    const match = /^(\d{1,8}) </.exec(head)
    if (match && Number(match[1]) > 0 && Number(match[1]) <= greatestCount) {
      this.#state = { kind: 'counted', length: Number(match[1]) }
      return match[0].length - 1
    }
    if (!isLast && bytes.length < longestHead && /^\d{1,8} ?$/.test(head)) return undefined
    this.#state = { kind: 'line' }
    return 0
  }

  #continue(bytes: Buffer, found: Framed[]): number {
    if (this.#state.kind === 'counted') {
      const part = bytes.subarray(0, this.#state.length - this.#length)
      this.#take(part)
      if (this.#length === this.#state.length) this.#finish(found)
      return part.length
    }
    const end = bytes.indexOf(lineFeed)
    this.#take(end < 0 ? bytes : bytes.subarray(0, end))
    if (end < 0) return bytes.length
    this.#finish(found)
    return end + 1
  }

  #take(part: Buffer): void {
    this.#length += part.length
    const { messageBytes, keptBytes } = this.#limits
    if (this.#length <= messageBytes) {
      this.#parts.push(part)
      this.#held += part.length
      return
    }
    if (this.#held <= keptBytes && this.#parts.length > 0) return
    // Copied, so that the chunks it came in can go.
    const kept = Buffer.from(Buffer.concat([...this.#parts, part.subarray(0, keptBytes)]).subarray(0, keptBytes))
    this.#parts = [kept]
    this.#held = kept.length
  }

  #finish(found: Framed[], fault?: string): void {
    const length = this.#length
    const { messageBytes } = this.#limits
    const long = length > messageBytes ? `the message has ${length} bytes, ${messageBytes} are taken` : undefined
    const [only] = this.#parts
    const bytes = this.#parts.length === 1 && only ? only : Buffer.concat(this.#parts)
    this.#state = { kind: 'start' }
    this.#parts = []
    this.#held = 0
    this.#length = 0
    const reason = fault ?? long
    if (reason !== undefined) found.push({ bytes: bytes.subarray(0, this.#limits.keptBytes), fault: reason })
    else if (!isBlank(bytes)) found.push({ bytes })
  }
}

/** Line ends between counted messages and empty lines are no messages. */
function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 10 || byte === 13 || byte === 0 || byte === 32)
}
