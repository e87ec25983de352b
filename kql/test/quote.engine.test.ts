// Values and names that would like to be SQL, through the real engine: they come back as they went in.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { quoteName, quoteString } from '../src/sql/quote.ts'
import { catalog, now } from './fixture.ts'
import { openTestEngine, type TestEngine } from './run-query.ts'

let engine: TestEngine
beforeAll(() => {
  engine = openTestEngine()
})
afterAll(() => engine.close())

const hostile = [
  "'; DROP TABLE x; --",
  "\\'; DROP TABLE x; --",
  "\\\\'",
  '`',
  '\\`',
  '{p:String}',
  '$' + '{x}',
  'a\0b',
  'line\nbreak\r\ttab',
  '/* comment */ -- and # more',
  '漢字 🦊 é',
  "'||(SELECT 1)||'",
  '%_\\%',
  "\u2028'\u2029",
  "x' FORMAT Null; SELECT 'y",
]

it.each(hostile)('value %j', (value) => {
  const { rows } = engine.run(`print x = ${JSON.stringify(value)}, n = strlen(${JSON.stringify(value)})`, catalog, now)
  expect(rows).toEqual([[value, [...value].length]])
})

it.each(hostile)('value %j in every kind of search finds itself', (value) => {
  const needle = JSON.stringify(value)
  const { rows } = engine.run(
    `datatable(s:string)[${needle}] | project contains = s contains ${needle}, cs = s contains_cs ${needle}, starts = s startswith ${needle},
     ends = s endswith_cs ${needle}, same = s =~ ${needle}, member = s in (${needle}), any = s has_any (dynamic([${needle}])),
     path = tostring(bag_pack(${needle}, 1)[${needle}])`,
    catalog,
    now,
  )
  expect(rows).toEqual([[true, true, true, true, true, true, true, '1']])
})

it('names', () => {
  for (const name of hostile.filter((n) => !n.includes('\0'))) {
    engine.command(`CREATE DATABASE IF NOT EXISTS names`)
    engine.command(`CREATE TABLE names.${quoteName(name)} (${quoteName(name)} String) ENGINE = Memory`)
    engine.command(`INSERT INTO names.${quoteName(name)} VALUES (${quoteString(name)})`)
    const columns = new Set([name])
    const table = {
      name: 'T',
      columns: [{ name, type: 'string' as const }],
      timeColumn: 'TimeGenerated',
      plan: 'analytics' as const,
      sources: [{ database: 'names', table: name, columns, promoted: [] }],
    }
    const own = { ...catalog, version: `names ${name}`, table: (n: string) => (n === 'T' ? table : undefined) }
    expect(engine.run('T', own, now).rows).toEqual([[name]])
  }
})

it('a lone surrogate becomes a replacement character', () => {
  expect(quoteString('a\ud800b')).toBe("'a\ufffdb'")
})
