import type { Cell, ScalarType } from '@conshelf/kql'
import { expect, test } from 'vitest'
import { encodeRows, rowDecoder } from './decode.ts'

const cases: readonly (readonly [ScalarType, Cell, Cell])[] = [
  ['bool', true, true],
  ['bool', 1, true],
  ['bool', 0, false],
  ['bool', null, null],
  ['int', -5, -5],
  ['long', '42', 42],
  ['long', '9007199254740991', 9_007_199_254_740_991],
  ['long', '9007199254740993', 9_007_199_254_740_993n],
  ['long', '-9223372036854775808', -9_223_372_036_854_775_808n],
  ['long', null, null],
  ['timespan', '864000000000', 864_000_000_000],
  ['real', 1.5, 1.5],
  ['real', 'nan', Number.NaN],
  ['real', '-nan', Number.NaN],
  ['real', 'inf', Number.POSITIVE_INFINITY],
  ['real', '-inf', Number.NEGATIVE_INFINITY],
  ['decimal', '0.10101', '0.10101'],
  ['string', '', ''],
  ['string', '42', '42'],
  ['datetime', '2024-05-01T10:00:00.1234567Z', '2024-05-01T10:00:00.1234567Z'],
  ['dynamic', '{"a":1}', '{"a":1}'],
  ['guid', null, null],
]

test.each(cases)('%s %j', (type, raw, cell) => {
  expect(rowDecoder([{ name: 'x', type }])([raw])).toEqual([cell])
})

test('rows without anything to decode are passed through', () => {
  const row = ['a', 'b']
  const decode = rowDecoder([
    { name: 'a', type: 'string' },
    { name: 'b', type: 'dynamic' },
  ])
  expect(decode(row)).toBe(row)
})

test('cells as NDJSON: every digit of a long, quoted denormals, the order of the rows', () => {
  const rows = [
    [9_007_199_254_740_993n, Number.NaN, 'x\n"'],
    [null, Number.NEGATIVE_INFINITY, ''],
  ]
  expect(new TextDecoder().decode(encodeRows(rows))).toBe(
    '{"c0":9007199254740993,"c1":"nan","c2":"x\\n\\"","ordinal":0}\n{"c0":null,"c1":"-inf","c2":"","ordinal":1}\n',
  )
})
