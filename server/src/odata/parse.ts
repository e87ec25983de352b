// An OData filter as a tree. https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_SystemQueryOptionfilter
import { InvalidOData, type Literal, type Token, tokensOf } from './tokens.ts'

export const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const
export type Comparison = (typeof comparisons)[number]

export type Expression =
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'in'; readonly operand: Expression; readonly values: readonly Literal[] }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly operands: readonly Expression[] }
  | {
      readonly kind: 'some'
      readonly all: boolean
      readonly path: readonly string[]
      readonly variable: string
      readonly condition: Expression
    }
  | { readonly kind: 'path'; readonly names: readonly string[] }
  | { readonly kind: 'literal'; readonly value: Literal }

/** With the number of operands. */
export const functions = {
  contains: 2,
  startswith: 2,
  endswith: 2,
  tolower: 1,
  toupper: 1,
  length: 1,
  trim: 1,
} as const
export type FunctionName = keyof typeof functions

const isFunction = (name: string): name is FunctionName => Object.hasOwn(functions, name)

/** The paths that a list knows, `properties/title` among them, by their lower case; absent: any. */
export type KnownPaths = ReadonlyMap<string, string>

export const knownPaths = (paths: readonly string[]): KnownPaths =>
  new Map(paths.map((path) => [path.toLowerCase(), path]))

/** Throws InvalidOData. */
export function parseFilter(text: string, known?: KnownPaths): Expression {
  const parser = new Parser(tokensOf('$filter', text), known)
  const parsed = parser.or()
  parser.end()
  return parsed
}

class Parser {
  readonly #tokens: readonly Token[]
  readonly #known: KnownPaths | undefined
  readonly #variables: string[] = []
  #at = 0

  constructor(tokens: readonly Token[], known: KnownPaths | undefined) {
    this.#tokens = tokens
    this.#known = known
  }

  or(): Expression {
    let left = this.#and()
    while (this.#takeWord('or')) left = { kind: 'or', left, right: this.#and() }
    return left
  }

  end(): void {
    if (this.#token.kind !== 'end') this.#fail(this.#token, 'the expression should end here')
  }

  #and(): Expression {
    let left = this.#not()
    while (this.#takeWord('and')) left = { kind: 'and', left, right: this.#not() }
    return left
  }

  #not(): Expression {
    if (this.#takeWord('not')) return { kind: 'not', operand: this.#not() }
    return this.#comparison()
  }

  #comparison(): Expression {
    const start = this.#token
    const left = this.#operand()
    const { kind } = left
    const by = comparisons.find((name) => this.#takeWord(name))
    if (by) return { kind: 'compare', by, left, right: this.#operand() }
    if (this.#takeWord('in')) return { kind: 'in', operand: left, values: this.#literals() }
    if (kind === 'literal' && typeof left.value !== 'boolean')
      this.#fail(this.#token, `a comparison is expected: ${comparisons.join(', ')} or in`)
    if (kind === 'call' && !['contains', 'startswith', 'endswith'].includes(left.name))
      this.#fail(start, `${left.name}() is no condition: compare it with something`)
    return left
  }

  #operand(): Expression {
    const token = this.#token
    if (this.#takeSign('(')) {
      const inner = this.or()
      this.#expect(')')
      return inner
    }
    this.#at++
    if (token.kind === 'literal') return { kind: 'literal', value: token.value }
    if (token.kind !== 'name') return this.#fail(token, 'a property, a value or a function is expected')
    if (this.#takeSign('(')) return this.#called(token)
    return { kind: 'path', names: this.#path(token, token.text) }
  }

  #called(token: Token & { readonly kind: 'name' }): Expression {
    const quantifier = /^(.+)\/(any|all)$/.exec(token.text)
    if (quantifier) return this.#some(token, quantifier[1] ?? '', quantifier[2] === 'all')
    const name = token.text.toLowerCase()
    if (!isFunction(name))
      return this.#fail(
        token,
        `the function '${token.text}' is not known; there are ${Object.keys(functions).join(', ')}`,
      )
    const operands = [this.#operand()]
    while (this.#takeSign(',')) operands.push(this.#operand())
    this.#expect(')')
    if (operands.length !== functions[name]) this.#fail(token, `${name}() takes ${functions[name]} arguments`)
    return { kind: 'call', name, operands }
  }

  /** `properties/labels/any(l: l/labelName eq 'x')`. */
  #some(token: Token, text: string, all: boolean): Expression {
    const path = this.#path(token, text)
    const variable = this.#token
    if (variable.kind !== 'name' || variable.text.includes('/')) return this.#fail(variable, 'a variable is expected')
    this.#at++
    this.#expect(':')
    this.#variables.push(variable.text)
    const condition = this.or()
    this.#variables.pop()
    this.#expect(')')
    return { kind: 'some', all, path, variable: variable.text, condition }
  }

  #literals(): readonly Literal[] {
    this.#expect('(')
    const values: Literal[] = []
    do {
      const token = this.#token
      if (token.kind !== 'literal') return this.#fail(token, 'a value is expected')
      values.push(token.value)
      this.#at++
    } while (this.#takeSign(','))
    this.#expect(')')
    return values
  }

  #path(token: Token, text: string): readonly string[] {
    const names = text.split('/')
    if (!this.#known || this.#variables.includes(names[0] ?? '')) return names
    const known = this.#known.get(text.toLowerCase())
    return known === undefined ? this.#fail(token, unknownPath(text, this.#known)) : known.split('/')
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token
  }

  #takeWord(word: string): boolean {
    const token = this.#token
    if (token.kind !== 'name' || token.text.toLowerCase() !== word) return false
    this.#at++
    return true
  }

  #takeSign(sign: string): boolean {
    const token = this.#token
    if (token.kind !== 'sign' || token.text !== sign) return false
    this.#at++
    return true
  }

  #expect(sign: string): void {
    if (!this.#takeSign(sign)) this.#fail(this.#token, `'${sign}' is expected`)
  }

  #fail(token: Token, reason: string): never {
    throw new InvalidOData('$filter', token.at, reason)
  }
}

export function unknownPath(text: string, known: KnownPaths): string {
  return `there is no property '${text}'; there are ${[...known.values()].join(', ')}`
}
