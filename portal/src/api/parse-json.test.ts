import { expect, test } from 'vitest'
import { parseJson } from './parse-json.ts'

test('longs beyond 2^53 keep their digits, everything else is ordinary JSON', () => {
  expect(parseJson('{"rows":[[9223372036854775807,1.5,"12345678901234567890",-9007199254740993]]}')).toEqual({
    rows: [[9223372036854775807n, 1.5, '12345678901234567890', -9007199254740993n]],
  })
  expect(parseJson('[1,2.5e20,9007199254740991,null]')).toEqual([1, 2.5e20, 9007199254740991, null])
})
