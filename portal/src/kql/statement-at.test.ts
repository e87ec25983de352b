import { describe, expect, test } from 'vitest'
import { statementAt, statements } from './statement-at.ts'

const text = 'A\n| take 1\n\n  \nB\r\n| count\r\n\r\n\n// C\nC'

test('blank lines part statements; line ends and places stay true to the text', () => {
  expect(statements(text)).toEqual([
    { text: 'A\n| take 1', start: 0, line: 1 },
    { text: 'B\r\n| count', start: 15, line: 5 },
    { text: '// C\nC', start: 30, line: 9 },
  ])
  for (const statement of statements(text)) expect(text.startsWith(statement.text, statement.start)).toBe(true)
})

describe('the statement under the cursor', () => {
  test.each([
    ['inside the first', 3, 'A\n| take 1'],
    ['at its end', 10, 'A\n| take 1'],
    ['on a blank line below it', 12, 'A\n| take 1'],
    ['at the start of the second', 15, 'B\r\n| count'],
    ['at the end of everything', text.length, '// C\nC'],
  ])('%s', (_, offset, expected) => expect(statementAt(text, offset)?.text).toBe(expected))

  test('above the first statement it is the first; of nothing it is nothing', () => {
    expect(statementAt('\n\nT', 0)).toEqual({ text: 'T', start: 2, line: 3 })
    expect(statementAt(' \n\n', 1)).toBeUndefined()
  })
})
