import { expect, test } from 'vitest'
import type { ResultColumn, Row } from '../../api/types.ts'
import { toCsv, toJson, toTabbed } from './table-text.ts'

const columns: readonly ResultColumn[] = [
  { name: 'Message, text', type: 'string' },
  { name: 'n', type: 'long' },
  { name: 'Props', type: 'dynamic' },
]
const rows: readonly Row[] = [
  ['say "hi"\nthere', 9007199254740993n, '{"a":[1]}'],
  ['=cmd()', null, 'bare'],
  ['-5', -5, ''],
]

test('CSV quotes what needs it, and disarms formulas but not numbers', () => {
  expect(toCsv(columns, rows)).toBe(
    ['"Message, text",n,Props', '"say ""hi""\nthere",9007199254740993,"{""a"":[1]}"', "'=cmd(),,bare", '-5,-5,'].join(
      '\r\n',
    ),
  )
})

test('JSON keeps digits and opens dynamic values', () => {
  expect(toJson(columns, rows)).toBe(
    `[${[
      '{"Message, text": "say \\"hi\\"\\nthere", "n": 9007199254740993, "Props": {"a":[1]}}',
      '{"Message, text": "=cmd()", "n": null, "Props": "bare"}',
      '{"Message, text": "-5", "n": -5, "Props": ""}',
    ].join(',\n')}]`,
  )
})

test('tab-separated text stays one line a row', () => {
  expect(toTabbed(rows)).toBe('say "hi" there\t9007199254740993\t{"a":[1]}\n=cmd()\t\tbare\n-5\t-5\t')
})
