import { expect, test } from 'vitest'
import { boundsProblem, defaultRange, fromTimespan, presets, rangeLabel, toTimespan } from './time-range.ts'

test('every range survives the way through a link', () => {
  for (const { duration, label } of presets) {
    expect(fromTimespan(duration)).toEqual({ kind: 'last', duration })
    expect(rangeLabel({ kind: 'last', duration })).toBe(label)
  }
  const between = { kind: 'between', start: '2024-05-01T10:00:00.000Z', end: '2024-05-02T00:00:00.000Z' } as const
  expect(fromTimespan(toTimespan(between))).toEqual(between)
  expect(rangeLabel(between)).toBe('2024-05-01 10:00 – 2024-05-02 00:00')
  expect(toTimespan({ kind: 'query' })).toBeUndefined()
  expect(fromTimespan('query')).toEqual({ kind: 'query' })
})

test.each(['P', 'PT', 'yesterday', 'P1D/now', '/', '2024-05-01T10:00:00Z/x'])('%s is no time range', (text) =>
  expect(fromTimespan(text)).toEqual(defaultRange),
)

test('bounds need both ends in order', () => {
  expect(boundsProblem('', '2024-05-01T10:00:00Z')).toMatch(/Both ends/)
  expect(boundsProblem('2024-05-01T10:00:00Z', '2024-05-01T10:00:00Z')).toMatch(/after the start/)
  expect(boundsProblem('2024-05-01T09:59:00Z', '2024-05-01T10:00:00Z')).toBeUndefined()
})
