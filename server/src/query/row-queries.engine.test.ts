// Transformations over rows that are not stored, on the real engine.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../core/clock.ts'
import { randomIds } from '../core/ids.ts'
import { defaultLimits } from '../core/limits.ts'
import { openChdb } from '../engine/chdb.ts'
import type { Engine } from '../engine/engine.ts'
import type { RowQueries } from '../ingest/types.ts'
import { openRowQueries } from './row-queries.ts'
import { prepareScratch } from './stages.ts'

const folder = mkdtempSync(join(tmpdir(), 'conshelf-rows-'))
let engine: Engine
let queries: RowQueries
beforeAll(async () => {
  engine = await openChdb({ path: folder })
  await prepareScratch(engine)
  const places = (ip: string) => (ip === '1.0.0.5' ? { country: 'Australia', city: 'Sydney' } : undefined)
  queries = openRowQueries({ engine, clock: systemClock, ids: randomIds, limits: defaultLimits, places })
})
afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true })
})

const columns = [{ name: 'RawData', type: 'string' }] as const

async function transformed(text: string, lines: readonly string[]): Promise<unknown[][]> {
  const rows = Buffer.from(lines.map((RawData) => JSON.stringify({ RawData })).join('\n'))
  const query = { text, tables: [{ name: 'source', columns }], subset: 'transformation' } as const
  expect(queries.check(query).diagnostics).toEqual([])
  return (await queries.run(query, new Map([['source', rows]]))).rows.map((row) => [...row])
}

test('the documented way from a CEF message to columns', async () => {
  const text = `source
    | extend cefMessage = iff(RawData contains_cs ";", replace(";", " ", RawData), RawData)
    | extend extension = parse_cef_dictionary(cefMessage)["Extension"]
    | project SourceIP = tostring(extension.src), SourcePort = toint(extension["spt"]), Message = tostring(extension.msg)`
  const lines = ['CEF:0|V|P|1|100|n|5|src=10.0.0.1 spt=1232 msg=one;two words', 'no message']
  expect((await transformed(text, lines)).sort()).toEqual([
    ['', null, ''],
    ['10.0.0.1', 1232, 'one two words'],
  ])
})

test('places of addresses', async () => {
  const text = 'source | extend g = geo_location(RawData) | project tostring(g.Country), tostring(g.City)'
  expect((await transformed(text, ['1.0.0.5', '10.0.0.1'])).sort()).toEqual([
    ['', ''],
    ['Australia', 'Sydney'],
  ])
})
