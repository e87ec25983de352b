import { expect, test } from 'vitest'
import { kqlEquals, kqlName, withOperator } from './literal.ts'

test.each([
  ['Level', 'string', 'a "b"\\', false, 'Level == "a \\"b\\"\\\\"'],
  ['Level', 'string', '', true, 'Level != ""'],
  ['httpStatus_d', 'real', 403, false, 'httpStatus_d == real(403)'],
  ['x', 'real', 'Infinity', false, 'x == real(+inf)'],
  ['n', 'long', 9223372036854775807n, false, 'n == 9223372036854775807'],
  [
    'TimeGenerated',
    'datetime',
    '2024-05-01T10:00:00.1234567Z',
    false,
    'TimeGenerated == datetime(2024-05-01T10:00:00.1234567Z)',
  ],
  ['Duration', 'timespan', '1.02:03:04.5', true, 'Duration != timespan(1.02:03:04.5)'],
  ['Tags', 'dynamic', '{"a":1}', false, 'tostring(Tags) == "{\\"a\\":1}"'],
  ['Ok', 'bool', null, false, 'isnull(Ok)'],
  ['pod name', 'guid', 'f6a1', true, '["pod name"] != guid(f6a1)'],
] as const)('%s of type %s', (column, type, value, negated, expected) => {
  expect(kqlEquals(column, type, value, negated)).toBe(expected)
})

test('names that are not plain identifiers are bracketed, operators go to the end', () => {
  expect([kqlName('_ResourceId'), kqlName('1st'), kqlName('a-b')]).toEqual(['_ResourceId', '["1st"]', '["a-b"]'])
  expect(withOperator('T\n| take 5;\n', 'count')).toBe('T\n| take 5\n| count')
  expect(withOperator('T | summarize n = count() by a\n| render piechart', 'where n > 1')).toBe(
    'T | summarize n = count() by a\n| where n > 1\n| render piechart',
  )
})
