// JSON.parse that keeps every number as it was written. Used wherever a record is read.
import type { Json } from '../types.ts'

interface SourceContext {
  readonly source?: string
}

/** The parts of JSON that are newer than the compiler's library. https://tc39.es/proposal-json-parse-with-source/ */
interface JsonWithSource {
  parse(text: string, reviver: (key: string, value: Json, context: SourceContext) => Json): Json
  rawJSON(text: string): Json
  isRawJSON(value: unknown): value is { readonly rawJSON: string }
}
const json: JsonWithSource = JSON as typeof JSON & JsonWithSource

/**
 * Finds a number that a JavaScript number may print differently: long, ending in zeros after the point, with an exponent,
 * or tiny. It may also match inside a string, which costs time but changes nothing.
 */
const fragileNumber =
  /(?:"\s*:|[[,])\s*-?(?:[\d.]{16}|\d+\.\d*0(?=\s*[,\]}])|\d[\d.]*[eE][-+\d]|0\.0{6}|(?<=-)0(?=\s*[,\]}]))/

/** Throws SyntaxError. */
export function parseExact(text: string): Json {
  return fragileNumber.test(text) ? json.parse(text, keepNumber) : (JSON.parse(text) as Json)
}

function keepNumber(_key: string, value: Json, context: SourceContext): Json {
  if (typeof value !== 'number' || context.source === undefined || String(value) === context.source) return value
  return json.rawJSON(context.source)
}

/** The text of a number that parseExact kept, or undefined for any other value. */
export function numberText(value: Json): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return json.isRawJSON(value) ? value.rawJSON : undefined
}

/** An integer that is written with all its digits. */
export function exactInteger(value: bigint): Json {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : json.rawJSON(String(value))
}

/** A finite number that is written as one with a fraction (`2.0`), which makes it a real among dynamic values. */
export function exactReal(value: number): Json {
  if (!Number.isInteger(value)) return value
  const text = String(value)
  return json.rawJSON(text.includes('e') ? text : `${Object.is(value, -0) ? '-0' : text}.0`)
}

/** The JSON text of a value, its numbers as written. Throws RangeError for nesting beyond the stack. */
export function jsonText(value: Json): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return JSON.stringify(value, (_key, part: Json) => (typeof part === 'bigint' ? json.rawJSON(String(part)) : part))
  }
}
