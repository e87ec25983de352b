import { expect, test } from 'vitest'
import { defaultLimits } from '../core/limits.ts'
import { Cap, capLimits } from './cap.ts'

const rows = (count: number) => Array.from({ length: count }, (_, n) => [n])

test.each([
  [{}, 500_000, 104_857_600],
  [{ truncationmaxrecords: 10 }, 10, 104_857_600],
  [{ truncationmaxrecords: '10', truncationmaxsize: 1000 }, 10, 1000],
  [{ notruncation: true }, 5_000_000, 1_073_741_824],
  [{ notruncation: true, truncationmaxrecords: 7 }, 7, 1_073_741_824],
  [{ truncationmaxrecords: 1e12 }, 5_000_000, 104_857_600],
])('limits of %j', (options, maxRows, maxBytes) => {
  expect(capLimits(defaultLimits, 'api', options)).toEqual({ rows: maxRows, bytes: maxBytes, take: Infinity })
})

test('rows up to the limit pass whole; one more truncates', () => {
  const cap = new Cap({ rows: 5, bytes: 1e6, take: Infinity })
  cap.nextTable()
  expect(cap.pass(rows(3))).toEqual({ rows: rows(3), done: false })
  expect(cap.pass(rows(2))).toEqual({ rows: rows(2), done: false })
  expect(cap.truncated).toBeUndefined()
  expect(cap.pass(rows(1))).toEqual({ rows: [], done: true })
  expect(cap.truncated).toEqual({ kind: 'rows', limit: 5 })
})

test('each result has the row limit of its own; bytes add up', () => {
  const cap = new Cap({ rows: 5, bytes: 80, take: Infinity })
  cap.nextTable()
  expect(cap.pass(rows(5)).done).toBe(false)
  cap.nextTable()
  expect(cap.pass(rows(5))).toEqual({ rows: rows(3), done: true })
  expect(cap.truncated).toEqual({ kind: 'bytes', limit: 80 })
  expect(cap.tables.map((table) => table.rows)).toEqual([5, 3])
})

test('what the client takes ends quietly', () => {
  const cap = new Cap({ rows: 5, bytes: 1e6, take: 2 })
  cap.nextTable()
  expect(cap.pass(rows(4))).toEqual({ rows: rows(2), done: true })
  expect(cap.truncated).toBeUndefined()
})
