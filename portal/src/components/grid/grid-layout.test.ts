import { describe, expect, test } from 'vitest'
import { moved } from './grid-keys.ts'
import { indexOf, initialWidth, itemAt } from './grid-layout.ts'

describe('lines of a list with open rows', () => {
  const open = [0, 2]
  test('details stand below their rows and push the others down', () => {
    const lines = Array.from({ length: 6 }, (_, index) => itemAt(index, open))
    expect(lines.map(({ kind, position }) => `${kind} ${position}`)).toEqual([
      'row 0',
      'detail 0',
      'row 1',
      'row 2',
      'detail 2',
      'row 3',
    ])
  })
  test.each([0, 1, 2, 3, 9])('row %i is found on its line', (position) => {
    expect(itemAt(indexOf(position, open), open)).toEqual({ kind: 'row', position })
  })
})

describe('keys', () => {
  const extent = { rows: 100, columns: 8, page: 20 }
  const from = { row: 50, column: 3 }
  test.each([
    ['ArrowDown', false, { row: 51, column: 3 }],
    ['ArrowUp', true, { row: 0, column: 3 }],
    ['PageDown', false, { row: 70, column: 3 }],
    ['End', false, { row: 50, column: 7 }],
    ['End', true, { row: 99, column: 7 }],
    ['x', false, undefined],
  ] as const)('%s, ctrl %s', (key, ctrl, expected) => expect(moved(from, { key, ctrl }, extent)).toEqual(expected))

  test('the header is above the first row, and nothing beyond the edges', () => {
    expect(moved({ row: 0, column: 0 }, { key: 'ArrowUp', ctrl: false }, extent)).toEqual({ row: -1, column: 0 })
    expect(moved({ row: -1, column: 0 }, { key: 'ArrowUp', ctrl: false }, extent)).toEqual({ row: -1, column: 0 })
    expect(moved({ row: 99, column: 7 }, { key: 'ArrowRight', ctrl: false }, extent)).toEqual({ row: 99, column: 7 })
    expect(moved({ row: -1, column: 2 }, { key: 'ArrowDown', ctrl: false }, { ...extent, rows: 0 })?.row).toBe(-1)
  })
})

test('columns fit their header and their content within bounds', () => {
  const rows = Array.from({ length: 10 }, () => ['x'.repeat(30), 5, 'y'.repeat(5000)])
  const widths = (['Name', 'n', 'Message'] as const).map((name, index) =>
    initialWidth({ name, type: index === 1 ? 'long' : 'string' }, index, rows),
  )
  expect(widths).toEqual([232, 72, 420])
})
