import { expect, test } from 'vitest'
import { innerError } from './diagnostics.ts'

const error = (code: string, start: number, length: number, message = 'm') =>
  ({ code, severity: 'error', start, length, message }) as const

test('a syntax error has place and token', () => {
  expect(innerError('T |\n where ^', [error('KS142', 0, 1), error('KS006', 10, 0)])).toMatchObject({
    code: 'SyntaxError',
    innererror: {
      code: 'SYN0002',
      message: "Query could not be parsed at '^' on line [2,8]",
      line: 2,
      pos: 8,
      token: '^',
    },
    diagnostics: [
      { code: 'KS142', line: 1, pos: 1 },
      { code: 'KS006', line: 2, pos: 7 },
    ],
  })
})

test('an operator that is none is a syntax error, and speaks before what follows from it', () => {
  const found = [error('KS176', 10, 4), error('KS005', 15, 1), error('KS142', 15, 1)]
  expect(innerError('print 1 | whre x', found).innererror).toMatchObject({ code: 'SYN0002', token: 'whre', pos: 11 })
})

test('at the end of the text the token is empty', () => {
  expect(innerError('T | where', [error('KS006', 9, 0)]).innererror).toMatchObject({ token: '', line: 1, pos: 10 })
})

test.each([
  [
    'T | where X == 1',
    error('KS142', 10, 1),
    "'where' operator: Failed to resolve table or column expression named 'X'",
  ],
  ['Nope', error('KS142', 0, 4), "Failed to resolve table or column expression named 'Nope'"],
  [
    'let f = (T:string) { table(T) }; f("Nope_CL")',
    error('KS204', 21, 8, "The name 'Nope_CL' does not refer to any known table, tabular variable or function."),
    "Failed to resolve table or column expression named 'Nope_CL'",
  ],
  [
    'T | where strlen(1, 2)',
    error('KS119', 10, 6, 'The function expects 1 argument.'),
    "'where' operator: The function expects 1 argument.",
  ],
])('%s', (text, diagnostic, message) => {
  expect(innerError(text, [diagnostic])).toMatchObject({
    code: 'SemanticError',
    innererror: { code: 'SEM0100', message },
  })
})
