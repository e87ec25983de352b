// The compiler's diagnostics as the query API's inner errors: SYN0002 for what cannot be parsed, SEM0100 for what does not bind.
// https://learn.microsoft.com/azure/azure-monitor/logs/api/errors
import { type Diagnostic, lineColumn } from '@conshelf/kql'

export interface PlacedDiagnostic extends Diagnostic {
  /** Both from 1. */
  readonly line: number
  readonly pos: number
}

export function placed(text: string, diagnostics: readonly Diagnostic[]): readonly PlacedDiagnostic[] {
  return diagnostics.map((diagnostic) => {
    const { line, column } = lineColumn(text, diagnostic.start)
    return { ...diagnostic, line, pos: column }
  })
}

export interface InnerError {
  readonly code: string
  readonly message: string
  readonly innererror: {
    readonly code: string
    readonly message: string
    readonly line: number
    readonly pos: number
    readonly token?: string
  }
  readonly diagnostics: readonly PlacedDiagnostic[]
}

/** The first syntax error speaks for the query; without one, the first error does. */
export function innerError(text: string, diagnostics: readonly Diagnostic[]): InnerError {
  const all = placed(text, diagnostics)
  const errors = all.filter(({ severity }) => severity === 'error')
  const syntax = errors.find(({ code }) => isSyntax(code))
  if (syntax) return { ...syntaxError(text, syntax), diagnostics: all }
  const first = errors[0]
  if (!first) throw new Error('a query was refused without an error')
  return { ...semanticError(text, first), diagnostics: all }
}

/** Kusto's parser numbers its findings below 100, its binder from 100, but for operators that are none or stand where none may. */
function isSyntax(code: string): boolean {
  return /^KS(0\d\d|17[46]|198)$/.test(code)
}

function syntaxError(text: string, diagnostic: PlacedDiagnostic) {
  const { token, offset } = tokenAt(text, diagnostic)
  const { line, column: pos } = lineColumn(text, offset)
  return {
    code: 'SyntaxError',
    message: 'A recognition error occurred in the query.',
    innererror: {
      code: 'SYN0002',
      message: `Query could not be parsed at '${token}' on line [${line},${pos}]`,
      line,
      pos,
      token,
    },
  }
}

/** What stands at a diagnostic; where something is missing, what stands there instead. */
function tokenAt(text: string, { start, length }: Diagnostic): { readonly token: string; readonly offset: number } {
  if (length > 0) return { token: text.slice(start, start + length), offset: start }
  const next = /\w+|\S/.exec(text.slice(start))
  return next ? { token: next[0], offset: start + next.index } : { token: '', offset: start }
}

/** Names that Kusto's binder did not find. */
const unresolved = new Set(['KS142', 'KS204', 'KS181', 'KS109'])

function semanticError(text: string, { code, start, length, line, pos, message }: PlacedDiagnostic) {
  const name = /^The name '(.+)' does not refer/.exec(message)?.[1] ?? text.slice(start, start + length)
  const operator = operatorBefore(text, start)
  const prefix = operator ? `'${operator}' operator: ` : ''
  const what = unresolved.has(code) ? `Failed to resolve table or column expression named '${name}'` : message
  return {
    code: 'SemanticError',
    message: 'A semantic error occurred.',
    innererror: { code: 'SEM0100', message: prefix + what, line, pos },
  }
}

/** The operator whose step holds the offset: the word after the last pipe before it. */
function operatorBefore(text: string, offset: number): string | undefined {
  const step = text.slice(text.lastIndexOf('|', offset - 1) + 1)
  return text.lastIndexOf('|', offset - 1) < 0 ? undefined : step.match(/^\s*([a-z][a-z-]*)/)?.[1]
}
