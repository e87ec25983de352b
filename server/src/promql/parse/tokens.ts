// PromQL text -> tokens. https://prometheus.io/docs/prometheus/latest/querying/basics/
import { type Place, parseError } from '../errors.ts'

export type TokenKind = 'word' | 'number' | 'string' | 'symbol' | 'end'

export interface Token extends Place {
  readonly kind: TokenKind
  /** As written. */
  readonly text: string
}

const shapes: readonly (readonly [Exclude<TokenKind, 'end'>, RegExp])[] = [
  [
    'number',
    /(?:(?:\d+(?:ms|[ywdhms]))+(?![\w.])|0[xX][0-9a-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y,
  ],
  ['word', /[A-Za-z_:][A-Za-z0-9_:]*/y],
  ['string', /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y],
  ['symbol', /=~|!~|==|!=|<=|>=|[-+*/%^<>=@(){}[\],:]/y],
]
const space = /(?:\s|#[^\n]*)*/y
const labelWord = /[A-Za-z_][A-Za-z0-9_]*/y

export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let inBrackets = false
  let at = after(space, text, 0)
  while (at < text.length) {
    const token = inBrackets && text[at] === ':' ? symbol(text, at) : tokenAt(text, at, inBrackets)
    if (token.text === '[') inBrackets = true
    if (token.text === ']') inBrackets = false
    tokens.push(token)
    at = after(space, text, token.end)
  }
  tokens.push({ kind: 'end', text: '', start: text.length, end: text.length })
  return tokens
}

function symbol(text: string, at: number): Token {
  return { kind: 'symbol', text: text.charAt(at), start: at, end: at + 1 }
}

function tokenAt(text: string, at: number, inBrackets: boolean): Token {
  for (const [kind, shape] of shapes) {
    const end = after(kind === 'word' && inBrackets ? labelWord : shape, text, at)
    if (end === at) continue
    if (kind === 'number' && /[A-Za-z0-9_.]/.test(text.charAt(end))) {
      const whole = /[\w.]+/y
      throw parseError(text, at, `bad number or duration syntax: "${text.slice(at, after(whole, text, at))}"`)
    }
    return { kind, text: text.slice(at, end), start: at, end }
  }
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  if (/["'`]/.test(character)) throw parseError(text, at, 'unterminated quoted string')
  throw parseError(text, at, `unexpected character: '${character}'`)
}

function after(shape: RegExp, text: string, at: number): number {
  shape.lastIndex = at
  return shape.exec(text) ? shape.lastIndex : at
}
