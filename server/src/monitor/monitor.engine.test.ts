import { afterAll, beforeAll, expect, test } from 'vitest'
import { owner } from '../access/principal.ts'
import { randomIds } from '../core/ids.ts'
import { defaultLimits } from '../core/limits.ts'
import { createLog } from '../core/log.ts'
import { at0, type Bench, hour, now, openBench } from '../ingest/testing.ts'
import { noAudit } from '../query/audit.ts'
import { openQueryService } from '../query/service.ts'
import type { QueryService } from '../query/types.ts'
import { startOperationLog } from './operations.ts'
import { startUsage } from './usage.ts'

let bench: Bench
let queries: QueryService
const log = createLog('silent')
beforeAll(async () => {
  bench = await openBench()
  const clock = { now: () => now }
  queries = await openQueryService({ ...bench, audit: noAudit, clock, ids: randomIds, limits: defaultLimits, log })
})
afterAll(async () => {
  await queries.close()
  await bench.close()
})

async function ask(text: string, at: Awaited<ReturnType<Bench['workspace']>>): Promise<unknown[][]> {
  const client = { app: 'test', requestId: randomIds.guid(), target: '' }
  const rows: unknown[][] = []
  const answer = queries.run({ text, workspaces: [at], principal: owner, profile: 'api', client })
  for await (const part of answer) if (part.kind === 'rows') rows.push(...part.rows.map((row) => [...row]))
  return rows
}

test('usage: what arrived in an hour, by table, once', async () => {
  const at = await bench.workspace()
  const line = (text: string) => JSON.stringify({ TimeGenerated: at0(-5_000), SyslogMessage: text, Facility: 'auth' })
  await bench.send({ to: at, body: [line('a'), line('b')].join('\n'), parameters: { table: 'Syslog' } })
  await bench.send({ to: at, body: '{"Computer":"c"}', parameters: { table: 'Heartbeat' } })
  const { store, ingest } = bench
  const clock = { now: () => now + hour + 2 * 60_000 }
  const workspaces = { list: () => [at] }
  const usage = startUsage({ workspaces, queries, ingest, store, views: () => [], clock, ids: randomIds, log })
  await usage.run()
  await usage.run()
  await usage.stop()
  const found = await ask(
    'Usage | project DataType, IsBillable, TotalBatches, Quantity > 0, AvgLatencyInSeconds, EndTime - StartTime == 1h, QuantityUnit | sort by DataType asc',
    at,
  )
  expect(found).toEqual([
    ['Heartbeat', false, 1, true, 0, true, 'MBytes'],
    ['Syslog', true, 2, true, 5, true, 'MBytes'],
  ])
})

test('what goes wrong with data is an event, said once in a while', async () => {
  const at = await bench.workspace()
  let time = now
  const events = startOperationLog({ ingest: () => bench.ingest, clock: { now: () => time }, log })
  const pipeline = bench.pipeline({ observer: events, limits: { notedErrors: 2 } })
  const bad = '{"Nope":1}\n{"Nope":2}\n{"Nope":3}'
  await bench.send({ to: at, body: bad, parameters: { table: 'Syslog' }, by: pipeline })
  await bench.send({ to: at, body: bad, parameters: { table: 'Syslog' }, by: pipeline })
  await events.flush()
  await bench.send({ to: at, body: '{"Nope":1}', parameters: { table: 'Syslog' }, by: pipeline })
  await events.flush()
  const query = '_LogOperation | project Category, Operation, Level, Detail'
  const first = ['Ingestion', 'Data dropped', 'Warning', expect.stringMatching(/^6 records of json .*'Nope'/)]
  expect(await ask(query, at)).toEqual([first])
  time += 11 * 60_000
  await events.flush()
  expect(await ask(`${query} | where Detail startswith "1 records"`, at)).toHaveLength(1)
  expect(await ask('ConshelfIngestionErrors_CL | where Index >= 2 or Reason has "more" | project Reason', at)).toEqual(
    Array.from({ length: 2 }, () => ['1 more records of the request had faults, which are not listed one by one']),
  )
  await events.stop()
  await pipeline.close()
})
