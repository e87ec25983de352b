import { expect, test } from 'vitest'
import { bytesText, durationText, timePassed } from './texts.ts'

test('durations', () => {
  const seconds = [0.25, 0.9996, 1.23, 59.6, 119, 120, 7_200, 172_800]
  expect(seconds.map(durationText)).toEqual(['250 ms', '1 s', '1.2 s', '60 s', '119 s', '2 min', '2 h', '2 days'])
  expect([-5, 1_400, 8_000].map(timePassed)).toEqual(['just now', 'just now', '8 s ago'])
})

test('bytes', () => {
  expect([0, 999, 1_000, 1_234_567, 5e15].map(bytesText)).toEqual([
    '0 bytes',
    '999 bytes',
    '1.0 kB',
    '1.2 MB',
    '5000.0 TB',
  ])
})
