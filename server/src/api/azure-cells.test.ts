import type { Cell, ScalarType } from '@conshelf/kql'
import { expect, test } from 'vitest'
import { rowsWriter } from './azure-cells.ts'

const cases: readonly (readonly [ScalarType, Cell, string])[] = [
  ['string', 'a"\n\u2028é', '"a\\"\\n\u2028é"'],
  ['string', null, '""'],
  ['bool', true, 'true'],
  ['bool', null, 'null'],
  ['int', -1, '-1'],
  ['long', 9_223_372_036_854_775_807n, '9223372036854775807'],
  ['long', 9_007_199_254_740_991, '9007199254740991'],
  ['real', 1.5, '1.5'],
  ['real', 1e300, '1e+300'],
  ['real', Number.NaN, '"NaN"'],
  ['real', Number.POSITIVE_INFINITY, '"Infinity"'],
  ['real', Number.NEGATIVE_INFINITY, '"-Infinity"'],
  ['decimal', '0.10101', '"0.10101"'],
  ['datetime', '2015-12-31T23:59:59.9000000Z', '"2015-12-31T23:59:59.9Z"'],
  ['datetime', '2015-12-31T23:59:00.0000000Z', '"2015-12-31T23:59:00Z"'],
  ['datetime', '2015-12-31T23:50:00Z', '"2015-12-31T23:50:00Z"'],
  ['datetime', '2015-12-31T23:59:59.1234567Z', '"2015-12-31T23:59:59.1234567Z"'],
  ['timespan', 100_000_000, '"00:00:10"'],
  ['timespan', -864_000_000_000, '"-1.00:00:00"'],
  ['guid', '74be27de-1e4e-49d9-b579-fe0b331d3642', '"74be27de-1e4e-49d9-b579-fe0b331d3642"'],
  ['dynamic', '{"a":123}', '"{\\"a\\":123}"'],
  ['dynamic', '5', '"5"'],
  ['dynamic', null, 'null'],
]

test.each(cases)('%s %s', (type, cell, text) => {
  const written = rowsWriter([{ name: 'x', type }])([[cell]])
  expect(written).toBe(`[${text}]`)
  expect(() => JSON.parse(written)).not.toThrow()
})

test('rows are joined by commas', () => {
  const write = rowsWriter([
    { name: 'a', type: 'int' },
    { name: 'b', type: 'string' },
  ])
  expect(
    write([
      [1, 'x'],
      [2, null],
    ]),
  ).toBe('[1,"x"],[2,""]')
  expect(write([])).toBe('')
})
