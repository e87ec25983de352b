// JSON to values without losing digits: the answers write longs beyond 2^53 as bare numbers.

const longInteger = /[[,:]\s*-?\d{16,}\s*[\],}]/
const integer = /^-?\d+$/

/** The third argument is new in the language; older browsers give none, and then the number stays rounded. */
type Reviver = (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown

const keepDigits: Reviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !context?.source) return value
  return integer.test(context.source) ? BigInt(context.source) : value
}

/** Reviving costs a call for each value, so only texts that need it pay. */
export function parseJson(text: string): unknown {
  return longInteger.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)
}
