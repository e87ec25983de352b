import { expect, test } from 'vitest'
import type { ResultTable } from '../../api/types.ts'
import { displayOrder, emptyColumns, nextSort } from './result-view.ts'

const table = (names: readonly string[], rows: ResultTable['rows'] = []): ResultTable => ({
  name: 'PrimaryResult',
  columns: names.map((name) => ({ name, type: 'string' })),
  rows,
})

test('whole rows show time first, resource and standard columns last; projected rows stay as asked', () => {
  const stored = ['TenantId', 'ResourceId', 'Category', 'TimeGenerated', 'Type', '_ResourceId', 'msg_s']
  expect(displayOrder(table(stored)).map((index) => stored[index])).toEqual([
    'TimeGenerated',
    'Category',
    'msg_s',
    'ResourceId',
    'TenantId',
    'Type',
    '_ResourceId',
  ])
  expect(displayOrder(table(['Type', 'TimeGenerated', 'a']))).toEqual([0, 1, 2])
})

test('empty columns are those without a value in any row', () => {
  expect(
    emptyColumns(
      table(
        ['a', 'b', 'c'],
        [
          ['', null, 0],
          ['', 'x', null],
        ],
      ),
    ),
  ).toEqual(new Set([0]))
})

test('sorting goes ascending, descending, back', () => {
  const first = nextSort(undefined, 2)
  const second = nextSort(first, 2)
  expect([first, second, nextSort(second, 2), nextSort(first, 3)]).toEqual([
    { column: 2, descending: false },
    { column: 2, descending: true },
    undefined,
    { column: 3, descending: false },
  ])
})
