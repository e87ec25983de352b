// Cuts a stream of bytes into the JSON texts of its records without holding the whole. Used by records.ts.
import { MalformedBody } from '../types.ts'
import { ValueScanner } from './scan.ts'

/** One record, still unparsed. */
export interface RecordText {
  readonly text: string
  readonly place: string
}

export interface SplitOptions {
  /** Member of a top-level object whose array holds the records (`records`, `items`). */
  readonly member?: string
  /** Gets the text of each such object, with an empty array in place of the records. */
  readonly onEnvelope?: (text: string, place: string) => void
}

type State =
  /** Between top-level values. */
  | 'top'
  /** In an array of records: at its start, after a comma, after a record. */
  | 'first'
  | 'element'
  | 'comma'
  /** Inside a record that starts with a bracket or a quote, or in an envelope outside its records. */
  | 'value'
  /** Inside a number or a word. */
  | 'scalar'
  /** One record a line. */
  | 'lines'

const [newline, quote, comma, openArray, closeArray, openObject] = [10, 34, 44, 91, 93, 123]
const byteOrderMark = new Set([0xef, 0xbb, 0xbf])

/**
 * Takes `[{…},…]`, `{"member":[{…},…],…}`, objects one after another, and one object a line. Once a first object has stood
 * alone on its line, the rest is cut at line ends, so that a broken line costs no other.
 */
export class RecordSplitter {
  readonly #options: SplitOptions
  readonly #memberTail: RegExp | undefined
  readonly #scanner = new ValueScanner()
  #state: State = 'top'
  #chunk: Buffer = Buffer.alloc(0)
  /** Bytes before the chunk; of them, those of the running value. */
  #consumed = 0
  #carry: Buffer[] = []
  /** Index in the chunk where the running value starts or goes on, and its absolute offset. */
  #from = 0
  #valueAt = 0
  /** The text around the records of an envelope, as far as read. */
  #envelope: string | undefined
  #inArray = false
  #empty = true
  #line = 1
  #stoodAlone = false
  #freshLine = false
  #out: RecordText[] = []

  constructor(options: SplitOptions = {}) {
    this.#options = options
    this.#memberTail = options.member === undefined ? undefined : new RegExp(`"${options.member}"\\s*:\\s*$`)
  }

  /** Records that are complete with these bytes. Throws MalformedBody where the text between records is not JSON. */
  push(chunk: Uint8Array): RecordText[] {
    this.#chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.#from = 0
    let at = 0
    while (at < chunk.length) at = this.#step(at)
    if (this.#state === 'value' || this.#state === 'scalar' || this.#state === 'lines') {
      this.#carry.push(Buffer.from(this.#chunk.subarray(this.#from)))
    }
    this.#consumed += chunk.length
    return this.#takeOut()
  }

  /** The rest. Throws MalformedBody for a body that ends in the middle. */
  end(): RecordText[] {
    this.#chunk = Buffer.alloc(0)
    this.#from = 0
    if (this.#state === 'lines') this.#takeLine(0)
    else if (this.#empty) throw new MalformedBody('the body is empty')
    else if (this.#state !== 'top') {
      throw new MalformedBody('the body ends inside the value that starts there', `byte ${this.#valueAt}`)
    }
    return this.#takeOut()
  }

  #takeOut(): RecordText[] {
    const out = this.#out
    this.#out = []
    return out
  }

  #step(at: number): number {
    switch (this.#state) {
      case 'value':
        return this.#scanValue(at)
      case 'scalar':
        return this.#scanScalar(at)
      case 'lines':
        return this.#scanLine(at)
      case 'top':
      case 'first':
      case 'element':
      case 'comma':
        return this.#between(at)
      default:
        return this.#state satisfies never
    }
  }

  #between(at: number): number {
    const byte = this.#chunk[at] as number
    if (byte === newline) {
      this.#line++
      this.#freshLine = true
    }
    if (isSpace(byte) || (this.#consumed + at < 3 && byteOrderMark.has(byte))) return at + 1
    this.#empty = false
    if (this.#state === 'top') return this.#atTop(at, byte)
    if (this.#state === 'comma') return this.#afterRecord(at, byte)
    if (byte === closeArray && this.#state === 'first') return this.#leaveArray(at)
    if (byte === openObject || byte === openArray || byte === quote) return this.#begin(at, 'value')
    if (!/[-\w]/.test(String.fromCharCode(byte))) this.#unexpected(at, 'a JSON object')
    return this.#begin(at, 'scalar')
  }

  #atTop(at: number, byte: number): number {
    if (this.#stoodAlone && this.#freshLine) return this.#begin(at, 'lines')
    if (byte === openObject) return this.#begin(at, 'value')
    if (byte !== openArray) this.#unexpected(at, 'a JSON object or array')
    return this.#enterArray(at)
  }

  #afterRecord(at: number, byte: number): number {
    if (byte === closeArray) return this.#leaveArray(at)
    if (byte !== comma) this.#unexpected(at, '`,` or `]`')
    this.#state = 'element'
    return at + 1
  }

  #begin(at: number, state: 'value' | 'scalar' | 'lines'): number {
    this.#state = state
    this.#from = at
    this.#valueAt = this.#consumed + at
    this.#scanner.reset()
    return at
  }

  #enterArray(at: number): number {
    this.#valueAt = this.#consumed + at
    this.#inArray = true
    this.#state = 'first'
    return at + 1
  }

  #leaveArray(at: number): number {
    this.#inArray = false
    if (this.#envelope === undefined) this.#backAtTop(false)
    else {
      this.#begin(at + 1, 'value')
      this.#scanner.reset(1)
    }
    return at + 1
  }

  #scanValue(at: number): number {
    const next = this.#scanner.scan(this.#chunk, at)
    if (this.#scanner.stop === 'end') this.#complete(next)
    else if (this.#scanner.stop === 'array') return this.#arrayInside(next - 1)
    return next
  }

  /** An array opens directly inside an object: its records, if the object is the envelope and the member's name fits. */
  #arrayInside(at: number): number {
    if (this.#inArray || !this.#opensRecords(at)) {
      this.#scanner.enterArray()
      return at + 1
    }
    this.#envelope = `${this.#envelope ?? ''}${this.#takeText(at)}[]`
    return this.#enterArray(at)
  }

  #opensRecords(at: number): boolean {
    if (this.#memberTail === undefined) return false
    const here = this.#chunk.subarray(Math.max(this.#from, at - 256), at)
    const before = at - this.#from < 256 ? Buffer.concat([...this.#carry, here]) : here
    return this.#memberTail.test(before.subarray(-256).toString('latin1'))
  }

  /** A number or a word ends where the array goes on; what it means is the parser's business. */
  #scanScalar(at: number): number {
    let index = at
    while (index < this.#chunk.length && !isScalarEnd(this.#chunk[index] as number)) index++
    if (index < this.#chunk.length) this.#complete(index)
    return index
  }

  #scanLine(at: number): number {
    const end = this.#chunk.indexOf(newline, at)
    if (end < 0) return this.#chunk.length
    this.#takeLine(end)
    this.#line++
    this.#from = end + 1
    return end + 1
  }

  #takeLine(end: number): void {
    const text = this.#takeText(end)
    if (/\S/.test(text)) this.#out.push({ text, place: `line ${this.#line}` })
  }

  #complete(end: number): void {
    const text = this.#takeText(end)
    this.#line += this.#scanner.lines
    if (this.#envelope !== undefined && !this.#inArray) this.#leaveEnvelope(`${this.#envelope}${text}`)
    else this.#out.push({ text, place: `byte ${this.#valueAt}` })
    if (this.#inArray) this.#state = 'comma'
    else this.#backAtTop(this.#envelope === undefined && this.#scanner.lines === 0)
    if (!this.#inArray) this.#envelope = undefined
  }

  #leaveEnvelope(text: string): void {
    try {
      JSON.parse(text)
    } catch (error) {
      throw new MalformedBody(`the object around the records is not JSON: ${String(error)}`)
    }
    this.#options.onEnvelope?.(text, `byte ${this.#valueAt}`)
  }

  #backAtTop(stoodAlone: boolean): void {
    this.#state = 'top'
    this.#stoodAlone = stoodAlone
    this.#freshLine = false
  }

  /** The running value up to `end`. */
  #takeText(end: number): string {
    const last = this.#chunk.subarray(this.#from, end)
    if (this.#carry.length === 0) return last.toString()
    const text = Buffer.concat([...this.#carry, last]).toString()
    this.#carry = []
    return text
  }

  #unexpected(at: number, expected: string): never {
    const found = JSON.stringify(this.#chunk.subarray(at, at + 12).toString())
    throw new MalformedBody(`expected ${expected}, found ${found}`, `byte ${this.#consumed + at}`)
  }
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === newline || byte === 13 || byte === 9
}

function isScalarEnd(byte: number): boolean {
  return byte === comma || byte === closeArray || isSpace(byte)
}
