// Where MessagePack values end, without reading them: chunks in, whole values out. What a value claims to be costs no memory
// until its bytes are there. https://github.com/msgpack/msgpack/blob/master/spec.md

/** The bytes are no MessagePack, or a value is longer than may be. */
export class MsgpackFault extends Error {
  /** The value's beginning. */
  readonly bytes: Buffer
  constructor(message: string, bytes: Buffer) {
    super(message)
    this.name = 'MsgpackFault'
    this.bytes = bytes
  }
}

/** Bytes behind the type that say how many bytes of content follow, or how many values: [bytes of the number, what it counts, and a constant]. */
type Layout = readonly [numberBytes: number, counts: 'bytes' | 'values' | 'pairs', more: number]

const layouts: Readonly<Record<number, Layout>> = {
  196: [1, 'bytes', 0],
  197: [2, 'bytes', 0],
  198: [4, 'bytes', 0],
  199: [1, 'bytes', 1],
  200: [2, 'bytes', 1],
  201: [4, 'bytes', 1],
  217: [1, 'bytes', 0],
  218: [2, 'bytes', 0],
  219: [4, 'bytes', 0],
  220: [2, 'values', 0],
  221: [4, 'values', 0],
  222: [2, 'pairs', 0],
  223: [4, 'pairs', 0],
}

/** Content of the types whose length is fixed: floats, integers, extensions with their type. */
const fixedBytes: Readonly<Record<number, number>> = {
  202: 4,
  203: 8,
  204: 1,
  205: 2,
  206: 4,
  207: 8,
  208: 1,
  209: 2,
  210: 4,
  211: 8,
  212: 2,
  213: 3,
  214: 5,
  215: 9,
  216: 17,
}

export class MsgpackCutter {
  readonly #limit: number
  #parts: Buffer[] = []
  #held = 0
  /** Values that are still to come until the one at hand is whole; 0: none is at hand. */
  #values = 0
  /** Bytes of content to skip. */
  #skip = 0
  /** A type whose number has not come whole. */
  #head: Buffer = Buffer.alloc(0)

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes of the value at hand. */
  get held(): number {
    return this.#held
  }

  /** Throws MsgpackFault; nothing can be cut after that. */
  push(chunk: Uint8Array): Buffer[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const found: Buffer[] = []
    let start = 0
    let at = 0
    while (at < bytes.length) {
      if (this.#values === 0 && this.#held === 0 && at === start) this.#values = 1
      at += this.#step(bytes.subarray(at))
      if (this.#values > 0 || this.#skip > 0) continue
      this.#keep(bytes.subarray(start, at))
      found.push(this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts))
      this.#parts = []
      this.#held = 0
      start = at
    }
    this.#keep(bytes.subarray(start))
    return found
  }

  /** How many bytes belong to the value at hand. */
  #step(bytes: Buffer): number {
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, bytes.length)
      this.#skip -= skipped
      return skipped
    }
    const head = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes.subarray(0, 5)])
    const type = head[0] as number
    const layout = layouts[type]
    const headLength = 1 + (layout?.[0] ?? 0)
    if (head.length < headLength) {
      const taken = bytes.length
      this.#head = Buffer.from(head)
      return taken
    }
    const taken = headLength - this.#head.length
    this.#head = Buffer.alloc(0)
    this.#values--
    if (layout) this.#measured(layout, head.readUIntBE(1, layout[0]))
    else this.#fixed(type)
    return taken
  }

  #measured([, counts, more]: Layout, count: number): void {
    if (counts === 'bytes') this.#skip = count + more
    else this.#values += counts === 'pairs' ? count * 2 : count
  }

  #fixed(type: number): void {
    if (type >= 0x80 && type <= 0x8f) this.#values += (type & 15) * 2
    else if (type >= 0x90 && type <= 0x9f) this.#values += type & 15
    else if (type >= 0xa0 && type <= 0xbf) this.#skip = type & 31
    else if (type === 0xc1) throw new MsgpackFault('the bytes are no MessagePack: 0xc1 is no type', this.#beginning())
    else this.#skip = fixedBytes[type] ?? 0
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return
    this.#parts.push(part)
    this.#held += part.length
    const length = Math.max(this.#held, this.#held + this.#skip)
    if (length > this.#limit) {
      throw new MsgpackFault(`the message is longer than ${this.#limit} bytes`, this.#beginning())
    }
  }

  #beginning(): Buffer {
    return Buffer.concat(this.#parts).subarray(0, 32_768)
  }
}
