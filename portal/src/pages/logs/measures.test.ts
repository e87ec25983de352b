import { expect, test } from 'vitest'
import { countText, durationText, sizeText } from './measures.ts'

test('measures in words', () => {
  expect([0.4, 431, 1234, 12_345, 61_000].map(durationText)).toEqual([
    '0 ms',
    '431 ms',
    '1.23 s',
    '12.3 s',
    '1 min 1 s',
  ])
  expect([countText(1, 'row'), countText(30000, 'row')]).toEqual(['1 row', '30,000 rows'])
  expect([0, 1023, 1024, 5_400_000, 3 * 1024 ** 4].map(sizeText)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KB',
    '5.1 MB',
    '3.0 TB',
  ])
})
