import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LifecycleBench, openLifecycleBench } from '../../test/lifecycle-bench.ts'
import { owner } from '../access/principal.ts'
import type { Workspace } from '../catalog/types.ts'
import { answered, at0, hour, now } from '../ingest/testing.ts'
import { restoreTable } from './restored.ts'
import { openSearchJobs, type SearchJobs, type SearchRequest } from './search-jobs.ts'

const day = 24 * hour
let bench: LifecycleBench
let at: Workspace
let jobs: SearchJobs
const open = () => openSearchJobs({ ...bench, workspaces: { list: () => [at] } })
beforeAll(async () => {
  bench = await openLifecycleBench()
  at = await bench.workspace()
  await bench.tables.declare(at, { name: 'Syslog', retentionDays: 4, totalRetentionDays: 100, by: 'test' })
  const rows = [1, 10, 20, 50, 150].flatMap((age) =>
    ['suspected.exe', 'fine.exe'].map((program) => ({
      table: 'Syslog',
      time: at0(-age * day),
      fields: { SyslogMessage: `${program} ${age}`, ProcessName: program, Computer: 'c', SeverityLevel: 'info' },
    })),
  )
  await bench.ingest.append(
    at,
    rows.filter(({ time }) => time > at0(-100 * day)),
  )
  jobs = open()
})
afterAll(async () => {
  await jobs.stop()
  await bench.close()
})

const request: SearchRequest = {
  query: "Syslog | where SyslogMessage has 'suspected.exe' | project SyslogMessage, Twice = strlen(ProcessName) * 2",
  startSearchTime: at0(-60 * day),
  endSearchTime: at0(0),
}
const stateOf = (name: string) => bench.tables.definition(at, name)?.searchResults
async function ended(name: string) {
  while (stateOf(name)?.state === 'InProgress') await new Promise((resolve) => setTimeout(resolve, 20))
  return stateOf(name)
}

test('rows past the time of queries become a table, with their source', async () => {
  const made = await jobs.begin(at, 'Found_SRCH', request, owner)
  expect(made.searchResults).toMatchObject({ state: 'InProgress', sourceTable: 'Syslog', limit: 1_000_000 })
  expect(await ended('Found_SRCH')).toMatchObject({ state: 'Succeeded', rows: 4 })
  const columns =
    'SyslogMessage, Twice, TimeGenerated, _OriginalType, _OriginalTimeGenerated, Type, isempty(_OriginalItemId)'
  const found = await bench.ask(at, `Found_SRCH | order by _OriginalTimeGenerated asc | project ${columns}`)
  expect(found).toEqual(
    [50, 20, 10, 1].map((age) => [
      `suspected.exe ${age}`,
      26,
      answered(0),
      'Syslog',
      answered(-age * day),
      'Found_SRCH',
      false,
    ]),
  )
  const same =
    'Found_SRCH | join kind=inner (Syslog | project _ItemId) on $left._OriginalItemId == $right._ItemId | count'
  expect(await bench.ask(at, same)).toEqual([[1]])
})

test('a limit ends it; a table that is there is not written over; its rows cannot be added to', async () => {
  await jobs.begin(at, 'Few_SRCH', { ...request, query: 'Syslog', limit: 3 }, owner)
  expect(await ended('Few_SRCH')).toMatchObject({
    state: 'Succeeded',
    rows: 3,
    message: expect.stringMatching(/limit/),
  })
  await expect(jobs.begin(at, 'Few_SRCH', request, owner)).rejects.toThrow(/exists already/)
  await expect(bench.tables.prepare(at, 'Few_SRCH', [])).rejects.toThrow(/takes none/)
  expect(await bench.tables.drop(at, 'Few_SRCH')).toBe(true)
  expect(bench.tables.definition(at, 'Few_SRCH')).toBeUndefined()
})

test.each<[string, Partial<SearchRequest>, RegExp]>([
  ['Bad_SRCH', { query: 'Syslog | summarize count()' }, /summarize/],
  ['Bad_SRCH', { query: 'Syslog | where Nope == 1' }, /Nope/],
  ['Bad_SRCH', { limit: 1_000_001 }, /limit/],
  ['Bad_SRCH', { startSearchTime: 'yesterday' }, /no time/],
  ['Bad_SRCH', { endSearchTime: at0(-61 * day) }, /later/],
  ['Bad_CL', {}, /ends in _SRCH/],
])('%s with %j is refused', async (name, change, reason) => {
  await expect(jobs.begin(at, name, { ...request, ...change }, owner)).rejects.toThrow(reason)
  expect(bench.tables.definition(at, name)).toBeUndefined()
})

test('what was cut off begins anew with the next start, and can be cancelled', async () => {
  const first = open()
  const begun = first.begin(at, 'Cut_SRCH', { ...request, startSearchTime: at0(-3000 * day) }, owner)
  await begun
  await first.stop()
  expect(stateOf('Cut_SRCH')?.state).toBe('InProgress')
  const second = open()
  await second.resume()
  expect(await ended('Cut_SRCH')).toMatchObject({ state: 'Succeeded', rows: 4 })
  expect(await bench.ask(at, 'Cut_SRCH | count')).toEqual([[4]])

  await second.begin(at, 'Stopped_SRCH', { ...request, startSearchTime: at0(-3000 * day) }, owner)
  expect(await second.cancel(at, 'Stopped_SRCH')).toBe(true)
  expect(await second.cancel(at, 'Stopped_SRCH')).toBe(false)
  expect(stateOf('Stopped_SRCH')?.state).toBe('Canceled')
})

test('a restored table shows a part of what is kept, until it is deleted', async () => {
  const times = { startRestoreTime: at0(-50 * day), endRestoreTime: at0(-10 * day) }
  await restoreTable(bench, at, 'Syslog_RST', { sourceTable: 'Syslog', ...times }, 'ada')
  const ages = 'Syslog_RST | where ProcessName == "fine.exe" | order by TimeGenerated asc | project SyslogMessage'
  expect(await bench.ask(at, ages)).toEqual([['fine.exe 50'], ['fine.exe 20']])
  expect(await bench.ask(at, 'search "fine" | summarize count() by $table')).toEqual(
    expect.arrayContaining([['Syslog', 1]]),
  )
  bench.clock.time = now + 60 * day
  expect(await bench.ask(at, ages)).toEqual([['fine.exe 20']])
  bench.clock.time = now
  const wrong = { sourceTable: 'Nope', ...times }
  await expect(restoreTable(bench, at, 'Nope_RST', wrong, 'ada')).rejects.toThrow(/no table 'Nope'/)
  expect(await bench.tables.drop(at, 'Syslog_RST')).toBe(true)
  expect(await bench.ask(at, 'Syslog | count', { reach: 'kept' })).toEqual([[8]])
})
