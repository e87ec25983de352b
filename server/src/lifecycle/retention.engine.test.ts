import { afterAll, beforeAll, expect, test } from 'vitest'
import { owner } from '../access/principal.ts'
import type { Workspace } from '../catalog/types.ts'
import { randomIds } from '../core/ids.ts'
import { defaultLimits } from '../core/limits.ts'
import { createLog } from '../core/log.ts'
import { at0, type Bench, hour, now, openBench } from '../ingest/testing.ts'
import { noAudit } from '../query/audit.ts'
import { openQueryService } from '../query/service.ts'
import type { QueryRequest, QueryService } from '../query/types.ts'
import { startRetention } from './retention.ts'

const log = createLog('silent')
const day = 24 * hour
let time = now
const clock = { now: () => time }
let bench: Bench
let queries: QueryService
let at: Workspace
beforeAll(async () => {
  bench = await openBench()
  queries = await openQueryService({ ...bench, audit: noAudit, clock, ids: randomIds, limits: defaultLimits, log })
  at = await bench.workspace()
  await bench.tables.declare(at, { name: 'Syslog', retentionDays: 4, totalRetentionDays: 40, by: 'test' })
  const ages = [0, 3, 5, 30]
  const rows = ages.map((age) => ({ table: 'Syslog', time: at0(-age * day), fields: { SyslogMessage: `${age} days` } }))
  await bench.ingest.append(at, rows)
})
afterAll(async () => {
  await queries.close()
  await bench.close()
})

async function ask(text: string, more: Partial<QueryRequest> = {}): Promise<unknown[]> {
  const client = { app: 'test', requestId: randomIds.guid(), target: '' }
  const found: unknown[] = []
  const answer = queries.run({ text, workspaces: [at], principal: owner, profile: 'api', client, ...more })
  for await (const part of answer) if (part.kind === 'rows') found.push(...part.rows.map(([first]) => first))
  return found
}

const messages = 'Syslog | order by TimeGenerated desc | project SyslogMessage'
const keeper = () => startRetention({ ...bench, workspaces: { list: () => [at] }, clock, ids: randomIds, log })
const storedRows = async () => bench.countOf(at, 'Syslog')

test('a query reaches back as far as the table says, to the tick, whatever its now() is', async () => {
  expect(await ask(messages)).toEqual(['0 days', '3 days'])
  expect(await ask(`set query_now = datetime(${at0(-4 * day)});\n${messages}`)).toEqual(['0 days', '3 days'])
  expect(await ask('search * | count')).toEqual([2])
  expect(await ask(messages, { reach: 'kept' })).toEqual(['0 days', '3 days', '5 days', '30 days'])
  time = now + day
  expect(await ask(messages)).toEqual(['0 days', '3 days'])
  time = now + day + 1
  expect(await ask(messages)).toEqual(['0 days'])
  time = now
})

test('a longer time of queries shows at once what is still kept', async () => {
  const change = { name: 'Syslog', by: 'test' }
  await bench.tables.declare(at, { ...change, retentionDays: 31 })
  expect(await ask('Syslog | count')).toEqual([4])
  await bench.tables.declare(at, { ...change, retentionDays: 4 })
  expect(await ask('Syslog | count')).toEqual([2])
})

test('rows go when the table keeps them no more, and nothing else does', async () => {
  const retention = keeper()
  await retention.run()
  expect(await storedRows()).toBe(4)
  time = now + 20 * day
  await retention.run()
  expect(await storedRows()).toBe(3)
  expect(await ask(messages, { reach: 'kept' })).toEqual(['0 days', '3 days', '5 days'])
  time = now + 400 * day
  await retention.run()
  await retention.stop()
  expect(await storedRows()).toBe(0)
  time = now
})

test('plans: a Basic table is queried for thirty days and keeps what it kept; an Auxiliary one shows all of it', async () => {
  const change = { name: 'Plans_CL', by: 'test' }
  const columns = [{ name: 'TimeGenerated', type: 'datetime' as const }]
  const days = (table: { queryDays?: number; layout: { retentionDays: number } }) => [
    table.queryDays,
    table.layout.retentionDays,
  ]
  await bench.tables.declare(at, { ...change, columns, retentionDays: 60 })
  expect(days(await bench.tables.declare(at, { ...change, plan: 'basic' }))).toEqual([30, 60])
  expect(days(await bench.tables.declare(at, { ...change, plan: 'auxiliary' }))).toEqual([60, 60])
  expect(days(await bench.tables.declare(at, { ...change, plan: 'analytics' }))).toEqual([60, 60])
  expect(days(await bench.tables.declare(at, { ...change, totalRetentionDays: 4383 }))).toEqual([60, 4383])
  const refused = [
    { retentionDays: 3 },
    { retentionDays: 731 },
    { totalRetentionDays: 4384 },
    { totalRetentionDays: 59 },
  ]
  for (const wrong of refused)
    await expect(bench.tables.declare(at, { ...change, ...wrong })).rejects.toThrow(/must be from|are less than/)
})
