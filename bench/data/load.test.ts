import { expect, test } from 'vitest'
import { batches, type GeneratedTable, generated, spanMillis } from './load.ts'

const end = Date.UTC(2026, 10, 24, 12)
const tables = Object.keys(generated) as GeneratedTable[]
const lines = (table: GeneratedTable) =>
  [...batches(table, 2_000, end, { size: 300 })].flatMap((b) => Buffer.from(b).toString().split('\n'))

test.each(tables)('%s: the same rows every time, in order of time, within the span', (table) => {
  const made = lines(table)
  expect(made).toHaveLength(2_000)
  expect(lines(table)).toEqual(made)
  const times = made.map((line) => (JSON.parse(line) as { TimeGenerated: string }).TimeGenerated)
  expect(times).toEqual(times.toSorted())
  const [first = '', last = ''] = [times[0], times.at(-1)]
  expect(Date.parse(`${first.slice(0, 23)}Z`)).toBeGreaterThan(end - spanMillis)
  expect(last.slice(0, 19)).toBe('2026-11-24T12:00:00')
})
