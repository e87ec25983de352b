import { describe, expect, test } from 'vitest'
import { ticksOf } from './clock.ts'
import { formatInstant, formatTimespan, intersect, parseDuration, parseInstant, parseTimespan } from './time-range.ts'

const second = 10_000_000n
const at = (text: string) => ticksOf(Date.parse(text))

describe('durations', () => {
  const cases: readonly (readonly [string, bigint | undefined])[] = [
    ['PT1H', 3600n * second],
    ['P1D', 86_400n * second],
    ['P1DT2H', 26n * 3600n * second],
    ['P7D', 7n * 86_400n * second],
    ['P2W', 14n * 86_400n * second],
    ['P1M', 30n * 86_400n * second],
    ['P1Y', 365n * 86_400n * second],
    ['PT0.5H', 1800n * second],
    ['PT1.2345678S', 12_345_678n],
    ['pt5m', 300n * second],
    ['PT0S', 0n],
    ['P', undefined],
    ['PT', undefined],
    ['P1DT', undefined],
    ['1D', undefined],
    ['P1H', undefined],
    ['-P1D', undefined],
    ['PT1M1H', undefined],
    ['', undefined],
  ]
  test.each(cases)('%s', (text, ticks) => expect(parseDuration(text)).toBe(ticks))
})

describe('instants', () => {
  const cases: readonly (readonly [string, bigint | undefined])[] = [
    ['2024-05-01T10:00:00.000Z', at('2024-05-01T10:00:00Z')],
    ['2024-05-01T10:00:00.1234567Z', at('2024-05-01T10:00:00Z') + 1_234_567n],
    ['2024-05-01T10:00:00.123456789Z', at('2024-05-01T10:00:00Z') + 1_234_567n],
    ['2024-05-01T10:00', at('2024-05-01T10:00:00Z')],
    ['2024-05-01', at('2024-05-01T00:00:00Z')],
    ['2024-05-01 10:00:00', at('2024-05-01T10:00:00Z')],
    ['2024-05-01T10:00:00+02:00', at('2024-05-01T08:00:00Z')],
    ['2024-05-01T10:00:00 02:00', at('2024-05-01T08:00:00Z')],
    ['2024-05-01T10:00:00-0530', at('2024-05-01T15:30:00Z')],
    ['0001-01-01T00:00:00Z', 0n],
    ['9999-12-31T23:59:59.9999999Z', 3_155_378_975_999_999_999n],
    ['0001-01-01T00:00:00+01:00', undefined],
    ['2024-02-30', undefined],
    ['2024-13-01', undefined],
    ['2024-05-01T24:00:00Z', undefined],
    ['yesterday', undefined],
  ]
  test.each(cases)('%s', (text, ticks) => expect(parseInstant(text)).toBe(ticks))

  test('text and back', () => {
    for (const text of ['0001-01-01T00:00:00.0000000Z', '1969-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.9999999Z'])
      expect(formatInstant(parseInstant(text) ?? -1n)).toBe(text)
  })
})

describe('timespans of a request', () => {
  const now = at('2024-05-02T00:00:00Z')
  const may1 = at('2024-05-01T00:00:00Z')
  const noon = at('2024-05-01T12:00:00Z')
  test.each([
    ['P1D', { start: may1, end: now }],
    ['2024-05-01/2024-05-02', { start: may1, end: now }],
    ['2024-05-01T00:00:00Z/PT12H', { start: may1, end: noon }],
    ['PT12H/2024-05-01T12:00:00Z', { start: may1, end: noon }],
    ['P9999Y', { start: 0n, end: now }],
    ['2024-05-02/2024-05-01', undefined],
    ['2024-05-01/', undefined],
    ['/2024-05-01', undefined],
    ['P1D/P1D', undefined],
    ['2024-05-01', undefined],
    ['1d', undefined],
  ])('%s', (text, range) => expect(parseTimespan(text, now)).toEqual(range))

  test('two of them: what lies in both', () => {
    expect(intersect({ start: 1n, end: 9n }, { start: 3n })).toEqual({ start: 3n, end: 9n })
    expect(intersect({ end: 9n }, { start: 3n, end: 12n })).toEqual({ start: 3n, end: 9n })
    expect(intersect(undefined, { start: 3n })).toEqual({ start: 3n })
    expect(intersect(undefined, undefined)).toBeUndefined()
  })
})

test.each([
  [0n, '00:00:00'],
  [10n * second, '00:00:10'],
  [(26n * 3600n + 184n) * second + 5_000_000n, '1.02:03:04.5000000'],
  [-86_400n * second, '-1.00:00:00'],
  [1n, '00:00:00.0000001'],
  [9_223_372_036_854_775_807n, '10675199.02:48:05.4775807'],
  [-9_223_372_036_854_775_808n, '-10675199.02:48:05.4775808'],
])('timespan %s', (ticks, text) => expect(formatTimespan(ticks)).toBe(text))
