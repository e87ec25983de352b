import { expect, test } from 'vitest'
import type { Problem } from '../api/errors.ts'
import { originOf, placedProblems } from './place-problems.ts'

test('places count from the statement, columns only on its first line', () => {
  const text = 'A\n\n  B | where x\n| y'
  const origin = originOf(text, text.indexOf('B'))
  expect(origin).toEqual({ line: 3, column: 3 })
  const problem: Problem = { code: 'c', severity: 'error', message: 'm' }
  const at = (line: number, column: number) => ({ ...problem, line, column })
  expect(placedProblems([at(1, 5), at(2, 3), problem], origin)).toEqual([at(3, 7), at(4, 3), problem])
  expect(originOf('A', 0)).toEqual({ line: 1, column: 1 })
})
