// Cases on the embedded engine: the rows that queries return.
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCases } from './case-file.ts'
import { catalog, fixtureSql, now } from './fixture.ts'
import { openTestEngine, type TestEngine } from './run-query.ts'

const folder = new URL('cases/', import.meta.url)
let engine: TestEngine

beforeAll(() => {
  engine = openTestEngine()
  for (const statement of fixtureSql()) engine.command(statement)
})
afterAll(() => engine.close())

const lines = (rows: readonly unknown[]): string[] =>
  rows.map((row) =>
    JSON.stringify(row, (_k, v) =>
      typeof v === 'bigint' ? `${v}n` : typeof v === 'number' && !Number.isFinite(v) ? String(v) : v,
    ),
  )

for (const name of readdirSync(folder).sort()) {
  const cases = readCases(new URL(name, folder)).filter((c) => c.rows !== undefined)
  if (cases.length === 0) continue
  describe(name, () => {
    it.each(cases)('$name', (c) => {
      const answer = engine.run(c.query, catalog, now)
      const got = lines(answer.rows)
      if (c.columns !== undefined) expect(answer.columns.map((x) => `${x.name}:${x.type}`).join(', ')).toBe(c.columns)
      const wanted = lines((c.rows ?? []).map((l) => JSON.parse(l) as unknown))
      if (c.anyOrder) expect(got.sort()).toEqual(wanted.sort())
      else expect(got).toEqual(wanted)
    })
  })
}
