import { expect, test } from 'vitest'
import { originOf, placedProblems } from './place-problems.ts'

test('places count from the statement, columns only on its first line', () => {
  const text = 'A\n\n  B | where x\n| y'
  const origin = originOf(text, text.indexOf('B'))
  expect(origin).toEqual({ line: 3, column: 3 })
  const at = (line: number, column: number) => ({ code: 'c', message: 'm', line, column })
  expect(placedProblems([at(1, 5), at(2, 3), { code: 'c', message: 'm' }], origin)).toEqual([
    at(3, 7),
    at(4, 3),
    { code: 'c', message: 'm' },
  ])
  expect(originOf('A', 0)).toEqual({ line: 1, column: 1 })
})
