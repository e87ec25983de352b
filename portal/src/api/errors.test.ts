import { expect, test } from 'vitest'
import { ApiError, problemsOf } from './errors.ts'

test('the diagnostics of the compiler win over the messages around them', () => {
  const error = new ApiError(400, {
    code: 'BadArgumentError',
    message: 'The request had some invalid properties',
    innererror: {
      code: 'SemanticError',
      message: 'A semantic error occurred.',
      innererror: { code: 'SEM0100', message: 'outer words', line: 2, pos: 9 },
      diagnostics: [
        {
          code: 'KS142',
          severity: 'error',
          start: 12,
          length: 4,
          line: 2,
          pos: 9,
          message: "no 'Nmae'",
          hint: 'Name?',
        },
        { code: 'KS204', severity: 'error', start: 30, length: 1, line: 3, pos: 1, message: 'second' },
      ],
    },
  })
  expect(error.problems).toEqual([
    { code: 'KS142', severity: 'error', message: "no 'Nmae'", hint: 'Name?', line: 2, column: 9, length: 4 },
    { code: 'KS204', severity: 'error', message: 'second', line: 3, column: 1, length: 1 },
  ])
})

test('without diagnostics the innermost reason speaks; alone, the error itself', () => {
  const partial = {
    code: 'PartialError',
    message: 'There were some errors when processing your query.',
    details: [{ code: 'EngineError', message: 'x', innererror: { code: '-2133196797', message: 'limit 30000' } }],
  }
  expect(problemsOf(partial)).toEqual([{ code: '-2133196797', severity: 'error', message: 'limit 30000' }])
  expect(problemsOf({ code: 'WorkspaceNotFoundError', message: 'gone' })).toEqual([
    { code: 'WorkspaceNotFoundError', severity: 'error', message: 'gone' },
  ])
})
