import { expect, it } from 'vitest'
import { requiredLiteral } from './regex-literal.ts'

it.each([
  ['needle\\dx4711', 'needle'],
  ['a\\.b\\.c', 'a.b.c'],
  ['^Action: Den(y|ied)', 'Action: Den'],
  ['errors?', 'error'],
  ['errors*!', 'error'],
  ['ab+cde', 'cde'],
  ['abc{0}', undefined],
  ['abcd{0,3}xyz1', 'xyz1'],
  ['[abc]def[\\]x]ghij', 'ghij'],
  ['(ab(c)d)?efg', 'efg'],
  ['(?P<name>abcdef)ghi', 'ghi'],
  ['foo|foobar', undefined],
  ['(?i)foobar', undefined],
  ['\\Qabc\\E', undefined],
  ['naïve', undefined],
  ['\\d+', undefined],
  ['a.c', undefined],
  ['abc[', undefined],
  ['abc(', undefined],
])('%s: %s', (regex, literal) => {
  expect(requiredLiteral(regex)).toBe(literal)
})
