// Expressions of templates: `[concat(parameters('a'), 'b')]` -> a tree, with places for errors.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions

export type Expression =
  | { readonly is: 'literal'; readonly value: string | number; readonly at: number }
  | { readonly is: 'call'; readonly name: string; readonly args: readonly Expression[]; readonly at: number }
  | {
      readonly is: 'member'
      readonly of: Expression
      readonly name: string
      readonly safe: boolean
      readonly at: number
    }
  | {
      readonly is: 'index'
      readonly of: Expression
      readonly index: Expression
      readonly safe: boolean
      readonly at: number
    }

/** What a template says that cannot be done. `path` is a JSON pointer into it; `at` an offset into the expression there. */
export class TemplateError extends Error {
  readonly path: string
  readonly reason: string
  readonly at: number | undefined
  constructor(reason: string, path = '', at?: number) {
    super(`${path === '' ? '' : `${path}: `}${reason}${at === undefined ? '' : ` (character ${at + 1})`}`)
    this.name = 'TemplateError'
    this.path = path
    this.reason = reason
    this.at = at
  }
}

/** The text of an expression; undefined: the text stands for itself. */
export function expressionIn(text: string): string | undefined {
  return text.startsWith('[') && !text.startsWith('[[') && text.endsWith(']') ? text : undefined
}

/** A text that is no expression, as it is meant: `[[a]` is `[a]`. */
export function literalText(text: string): string {
  return text.startsWith('[[') ? text.slice(1) : text
}

interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'sign' | 'end'
  readonly text: string
  readonly at: number
}

const tokenShape = /\s*(?:([A-Za-z_][\w]*)|('(?:[^']|'')*')|(-?\d+)|(\?\.|\.\?|\[\?|[()[\],.]))/y

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  tokenShape.lastIndex = 0
  for (;;) {
    const start = tokenShape.lastIndex
    const found = tokenShape.exec(text)
    if (!found) {
      const rest = text.slice(start)
      if (rest.trim() === '') break
      throw new TemplateError(
        `'${rest.trim().slice(0, 20)}' is not understood`,
        '',
        start + 1 + rest.length - rest.trimStart().length,
      )
    }
    const [all, name, quoted, number, sign] = found
    const own = name ?? quoted ?? number ?? sign ?? ''
    const kind = name !== undefined ? 'name' : quoted !== undefined ? 'text' : number !== undefined ? 'number' : 'sign'
    tokens.push({ kind, text: own, at: start + all.length - own.length })
  }
  tokens.push({ kind: 'end', text: 'the end', at: text.length })
  return tokens
}

/** Throws TemplateError. */
export function parseExpression(text: string): Expression {
  const parser = new Parser(tokensOf(text.slice(1, -1)).map((token) => ({ ...token, at: token.at + 1 })))
  return parser.whole()
}

class Parser {
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  whole(): Expression {
    const expression = this.#expression()
    if (this.#peek().kind !== 'end') this.#fail('the end of the expression')
    return expression
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token
  }

  #take(): Token {
    return this.#tokens[this.#next++] as Token
  }

  #fail(wanted: string): never {
    const { text, at } = this.#peek()
    throw new TemplateError(`${wanted} is expected, not '${text}'`, '', at)
  }

  #expect(sign: string): void {
    if (this.#peek().text !== sign || this.#peek().kind !== 'sign') this.#fail(`'${sign}'`)
    this.#next++
  }

  #expression(): Expression {
    let expression = this.#primary()
    for (;;) {
      const { kind, text, at } = this.#peek()
      if (kind !== 'sign') return expression
      if (text === '.' || text === '.?' || text === '?.') {
        this.#next++
        if (this.#peek().kind !== 'name') this.#fail('the name of a member')
        expression = { is: 'member', of: expression, name: this.#take().text, safe: text !== '.', at }
      } else if (text === '[' || text === '[?') {
        this.#next++
        const index = this.#expression()
        this.#expect(']')
        expression = { is: 'index', of: expression, index, safe: text === '[?', at }
      } else return expression
    }
  }

  #primary(): Expression {
    const token = this.#peek()
    if (token.kind === 'text') {
      this.#next++
      return { is: 'literal', value: token.text.slice(1, -1).replaceAll("''", "'"), at: token.at }
    }
    if (token.kind === 'number') {
      this.#next++
      return { is: 'literal', value: Number(token.text), at: token.at }
    }
    if (token.kind !== 'name') this.#fail('a function, a text or a number')
    const names = [this.#take().text]
    while (this.#peek().text === '.' && this.#tokens[this.#next + 1]?.kind === 'name') {
      this.#next++
      names.push(this.#take().text)
    }
    this.#expect('(')
    const args: Expression[] = []
    while (this.#peek().text !== ')') {
      if (args.length > 0) this.#expect(',')
      args.push(this.#expression())
    }
    this.#expect(')')
    return { is: 'call', name: names.join('.'), args, at: token.at }
  }
}
