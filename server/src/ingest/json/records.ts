// A body of JSON records as a stream of parsed ones: what every JSON receiver starts from.
import { type Json, MalformedBody } from '../types.ts'
import { parseExact } from './exact.ts'
import { RecordSplitter, type RecordText } from './split.ts'

export type JsonFields = Record<string, Json>

export type JsonRecord =
  | { readonly value: JsonFields; readonly text: string }
  | { readonly rejected: string; readonly text: string }

export interface RecordOptions {
  /** Member of a surrounding object whose array holds the records; see split.ts. */
  readonly member?: string
  /** Checks what else the surrounding object says; may throw MalformedBody. */
  readonly onEnvelope?: (envelope: JsonFields, place: string) => void
}

/** Bytes that are cut and parsed in one go; between two such pieces the event loop runs. */
const pieceBytes = 262_144

/**
 * Parsed records in batches. A record that is not a JSON object is yielded as rejected; a body without a single record
 * that parses, or with anything else than JSON between its records, throws MalformedBody.
 */
export async function* readRecords(
  body: AsyncIterable<Uint8Array>,
  options: RecordOptions = {},
): AsyncGenerator<readonly JsonRecord[]> {
  const parser = new RecordParser(options)
  for await (const chunk of body) {
    for (let from = 0; from < chunk.length; from += pieceBytes) {
      if (from > 0) await new Promise<void>((resume) => setImmediate(resume))
      yield parser.push(chunk.subarray(from, from + pieceBytes))
    }
  }
  yield parser.end()
}

/** All records of a body that is in memory. */
export function readAll(text: string, options: RecordOptions = {}): readonly JsonRecord[] {
  const parser = new RecordParser(options)
  return [...parser.push(Buffer.from(text)), ...parser.end()]
}

class RecordParser {
  readonly #options: RecordOptions
  readonly #splitter: RecordSplitter
  #parsed = 0
  #firstFault: { readonly reason: string; readonly place: string } | undefined

  constructor(options: RecordOptions) {
    this.#options = options
    this.#splitter = new RecordSplitter({
      ...(options.member !== undefined && { member: options.member }),
      onEnvelope: (text, place) => options.onEnvelope?.(JSON.parse(text) as JsonFields, place),
    })
  }

  push(chunk: Uint8Array): JsonRecord[] {
    return this.#parseAll(this.#splitter.push(chunk))
  }

  end(): JsonRecord[] {
    const rest = this.#parseAll(this.#splitter.end())
    if (this.#parsed === 0 && this.#firstFault !== undefined) {
      throw new MalformedBody(`the body is not JSON: ${this.#firstFault.reason}`, this.#firstFault.place)
    }
    return rest
  }

  #parseAll(texts: readonly RecordText[]): JsonRecord[] {
    const out: JsonRecord[] = []
    for (const record of texts) this.#parse(record, out)
    return out
  }

  #parse({ text, place }: RecordText, out: JsonRecord[]): void {
    let value: Json
    try {
      value = parseExact(text)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#firstFault ??= { reason, place }
      out.push({ rejected: `not JSON: ${reason} (${place})`, text })
      return
    }
    this.#parsed++
    if (isFields(value)) {
      if (this.#isEnvelopeLine(value, place)) this.#expandLine(text, out)
      else out.push({ value, text })
    } else if (Array.isArray(value) && place.startsWith('line')) this.#expandLine(text, out)
    else out.push({ rejected: `a record must be a JSON object, this is ${kindOf(value)} (${place})`, text })
  }

  /** A line that is an envelope of its own, as event hub captures have them; elsewhere the splitter has seen to it. */
  #isEnvelopeLine(value: JsonFields, place: string): boolean {
    const { member } = this.#options
    return member !== undefined && place.startsWith('line') && Array.isArray(value[member])
  }

  #expandLine(text: string, out: JsonRecord[]): void {
    for (const record of readAll(text, this.#options)) out.push(record)
  }
}

export function isFields(value: Json | undefined): value is JsonFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) !== null
}

export function kindOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return isFields(value) ? 'an object' : 'a number'
  return typeof value === 'string' ? 'a string' : typeof value === 'boolean' ? 'a boolean' : 'a number'
}
