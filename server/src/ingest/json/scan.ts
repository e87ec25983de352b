// Finds where a JSON value ends, across chunks of bytes. The inner loop of split.ts.

const newline = 10
const quote = 34
const openArray = 91
const backslash = 92
const closeArray = 93
const openObject = 123
const closeObject = 125

/** Where a scan stopped: the chunk is used up, the value is complete, or an array opens directly inside the outer object. */
export type Stop = 'chunk' | 'end' | 'array'

/** Follows brackets and strings only: whether the text between is JSON is for a parser to say. */
export class ValueScanner {
  /** Line ends outside strings since the last reset. */
  lines = 0
  stop: Stop = 'chunk'
  #level = 0
  #inString = false
  #escaped = false

  /** For a new value; level 1 is the inside of an object whose brace is past. */
  reset(level: 0 | 1 = 0): void {
    this.lines = 0
    this.stop = 'chunk'
    this.#level = level
    this.#inString = false
    this.#escaped = false
  }

  /** Enters the array at which the last scan stopped. */
  enterArray(): void {
    this.#level++
  }

  /** Reads on at `from`; answers the index after the last byte it took. */
  scan(bytes: Uint8Array, from: number): number {
    const length = bytes.length
    let level = this.#level
    let inString = this.#inString
    let index = this.#escaped ? from + 1 : from
    this.#escaped = false
    this.stop = 'chunk'
    while (index < length) {
      const byte = bytes[index++] as number
      if (inString) {
        if (byte === backslash) index++
        else if (byte === quote) {
          inString = false
          if (level === 0) this.stop = 'end'
        }
      } else if (byte === quote) inString = true
      else if (byte === openObject) level++
      else if (byte === openArray) {
        if (level === 1) this.stop = 'array'
        else level++
      } else if (byte === closeObject || byte === closeArray) {
        if (--level <= 0) this.stop = 'end'
      } else if (byte === newline) this.lines++
      if (this.stop !== 'chunk') break
    }
    if (index > length) {
      this.#escaped = true
      index = length
    }
    this.#level = level
    this.#inString = inString
    return index
  }
}
