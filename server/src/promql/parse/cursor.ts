// A place in the tokens of a query, and the errors that are found there.
import { type PromqlError, parseError } from '../errors.ts'
import { unquoted } from './literals.ts'
import { type Token, tokensOf } from './tokens.ts'

export class Cursor {
  readonly text: string
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(text: string) {
    this.text = text
    this.#tokens = tokensOf(text)
  }

  get next(): Token {
    return this.#token(this.#at)
  }

  get following(): Token {
    return this.#token(this.#at + 1)
  }

  get isAtEnd(): boolean {
    return this.next.kind === 'end'
  }

  /** Whether the next token is this sign. */
  isAt(symbol: string): boolean {
    return this.next.kind === 'symbol' && this.next.text === symbol
  }

  get previousEnd(): number {
    return this.#token(this.#at - 1).end
  }

  #token(at: number): Token {
    const token = this.#tokens[Math.min(at, this.#tokens.length - 1)]
    if (!token) throw new Error('a query without an end')
    return token
  }

  take(): Token {
    const token = this.next
    this.#at++
    return token
  }

  /** Keywords are written in any case. */
  takeWord(word: string): boolean {
    if (this.next.kind !== 'word' || this.next.text.toLowerCase() !== word) return false
    this.#at++
    return true
  }

  expect(symbol: string, context: string): Token {
    const token = this.next
    if (token.kind !== 'symbol' || token.text !== symbol) throw this.unexpected(`in ${context}, expected "${symbol}"`)
    return this.take()
  }

  unquoted(token: Token): string {
    const text = unquoted(token.text)
    if (text === undefined) throw parseError(this.text, token.start, `invalid escape in the string ${token.text}`)
    return text
  }

  error(message: string): PromqlError {
    return parseError(this.text, this.next.start, message)
  }

  errorAt(at: number, message: string): PromqlError {
    return parseError(this.text, at, message)
  }

  unexpected(context = '', token = this.next): PromqlError {
    const what =
      token.kind === 'end' ? 'end of input' : token.kind === 'string' ? token.text : JSON.stringify(token.text)
    return parseError(this.text, token.start, `unexpected ${what}${context === '' ? '' : ` ${context}`}`)
  }
}
