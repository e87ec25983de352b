import { describe, expect, test } from 'vitest'
import type { Cell, ResultColumn, ScalarType } from '../../api/types.ts'
import { matchingRows, sortedRows } from './row-order.ts'

function sorted(type: ScalarType, values: readonly Cell[], descending = false): readonly Cell[] {
  const rows = values.map((value) => [value])
  const columns: readonly ResultColumn[] = [{ name: 'c', type }]
  const order = rows.map((_, index) => index)
  return sortedRows(rows, order, columns, { column: 0, descending }).map((index) => values[index] ?? null)
}

describe('sorting by what values mean', () => {
  test.each<[ScalarType, readonly Cell[]]>([
    ['long', [null, -2, 9, 10, 9007199254740993n]],
    ['real', ['NaN', '-Infinity', 1.5, 'Infinity']],
    ['decimal', ['-1', '0.9', '10.10101']],
    ['timespan', ['-1.00:00:00', '-00:00:01', '00:00:00.5000000', '00:00:10', '1.02:03:04']],
    ['datetime', ['2024-05-01T10:00:59Z', '2024-05-01T10:00:59.9Z', '2024-05-01T10:01:00Z']],
    ['bool', [null, false, true]],
    ['string', ['', 'alpha', 'Beta', 'gamma']],
  ])('%s', (type, ascending) => {
    expect(sorted(type, [...ascending].reverse())).toEqual(ascending)
    expect(sorted(type, ascending, true)).toEqual([...ascending].reverse())
  })

  test('equal values keep the order of the answer', () => {
    const rows = [
      ['b', 1],
      ['a', 2],
      ['b', 3],
      ['a', 4],
    ]
    const columns: readonly ResultColumn[] = [
      { name: 'k', type: 'string' },
      { name: 'n', type: 'long' },
    ]
    expect(sortedRows(rows, [0, 1, 2, 3], columns, { column: 0, descending: false })).toEqual([1, 3, 0, 2])
    expect(sortedRows(rows, [3, 0], columns, undefined)).toEqual([3, 0])
  })
})

test('the filter looks in the columns given, without regard to case, for text and not for a pattern', () => {
  const rows = [
    ['GET /a.b', 200],
    ['GET /aXb', 403],
    [null, null],
  ]
  expect(matchingRows(rows, [0, 1], ' ')).toEqual([0, 1, 2])
  expect(matchingRows(rows, [0, 1], 'A.B')).toEqual([0])
  expect(matchingRows(rows, [0, 1], '403')).toEqual([1])
  expect(matchingRows(rows, [0], '403')).toEqual([])
})
