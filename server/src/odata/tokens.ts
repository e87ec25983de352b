// The words of an OData expression. https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html
import { parseInstant } from '../core/time-range.ts'

export type Literal = string | number | boolean | null | Instant

/** A time in ticks. */
export interface Instant {
  readonly ticks: bigint
}

export type Token =
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'literal'; readonly value: Literal; readonly at: number }
  | { readonly kind: 'sign'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly at: number }

/** What cannot be read; `position` counts characters from 0. */
export class InvalidOData extends Error {
  readonly position: number
  constructor(option: string, position: number, reason: string) {
    super(`${option}, character ${position + 1}: ${reason}`)
    this.name = 'InvalidOData'
    this.position = position
  }
}

const shapes: readonly (readonly [RegExp, (text: string, at: number, option: string) => Token])[] = [
  [/'(?:[^']|'')*'/y, (text, at) => ({ kind: 'literal', value: text.slice(1, -1).replaceAll("''", "'"), at })],
  [/\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])/iy, instant],
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/iy, (text, at) => ({ kind: 'literal', value: text, at })],
  [/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])/iy, (text, at) => ({ kind: 'literal', value: Number(text), at })],
  [/[A-Za-z_]\w*(?:\/[A-Za-z_]\w*)*/y, word],
  [/[(),:/]/y, (text, at) => ({ kind: 'sign', text, at })],
]

function instant(text: string, at: number, option: string): Token {
  const ticks = parseInstant(text)
  if (ticks === undefined) throw new InvalidOData(option, at, `'${text}' is no time`)
  return { kind: 'literal', value: { ticks }, at }
}

function word(text: string, at: number): Token {
  if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true', at }
  if (text === 'null') return { kind: 'literal', value: null, at }
  return { kind: 'name', text, at }
}

export function tokensOf(option: string, text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++
    if (at >= text.length) return [...tokens, { kind: 'end', at }]
    const found = next(option, text, at)
    tokens.push(found.token)
    at += found.length
  }
}

function next(option: string, text: string, at: number): { readonly token: Token; readonly length: number } {
  for (const [shape, make] of shapes) {
    shape.lastIndex = at
    const [match] = shape.exec(text) ?? []
    if (match !== undefined) return { token: make(match, at, option), length: match.length }
  }
  const reason = text[at] === "'" ? 'the text has no closing quote' : `'${text[at]}' is not expected`
  throw new InvalidOData(option, at, reason)
}
