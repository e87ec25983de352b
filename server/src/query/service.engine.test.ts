// The query service over the real engine: stages, limits, leaving, accounts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Catalog, Column, LocalStage, Row } from '@conshelf/kql'
import { sqlTypes } from '@conshelf/kql/sql/types'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { owner } from '../access/principal.ts'
import type { Workspace } from '../catalog/types.ts'
import { systemClock } from '../core/clock.ts'
import { ServerError } from '../core/errors.ts'
import { randomIds } from '../core/ids.ts'
import { defaultLimits } from '../core/limits.ts'
import { createLog } from '../core/log.ts'
import { openChdb } from '../engine/chdb.ts'
import type { Engine } from '../engine/engine.ts'
import type { Outcome } from './audit.ts'
import { rowDecoder } from './decode.ts'
import { externalFiles } from './external-files.ts'
import { openQueryService } from './service.ts'
import { runStage } from './stages.ts'
import type { AnswerPart, QueryRequest, QueryService } from './types.ts'

const folder = mkdtempSync(join(tmpdir(), 'conshelf-queries-'))
const lists = mkdtempSync(join(tmpdir(), 'conshelf-lists-'))
let engine: Engine
let queries: QueryService
const audited: { request: QueryRequest; outcome: Outcome }[] = []

const catalog: Catalog = {
  version: '1',
  table: () => undefined,
  function: () => undefined,
  tableNames: () => [],
  allNames: () => [],
  workspace: () => undefined,
}
const hub: Workspace = { id: randomIds.guid(), name: 'hub', resourceId: '/subscriptions/s', database: 'ws_1' }

beforeAll(async () => {
  engine = await openChdb({ path: folder })
  const audit = {
    record: (request: QueryRequest, outcome: Outcome) => audited.push({ request, outcome }),
    flush: async () => {},
  }
  queries = await openQueryService({
    engine,
    tables: { catalog: () => catalog },
    audit,
    clock: systemClock,
    ids: randomIds,
    limits: { ...defaultLimits, queryMemoryBytes: 200_000_000 },
    log: createLog('silent'),
    externalFiles: externalFiles([lists]),
  })
})
beforeEach(() => {
  audited.length = 0
})
afterAll(async () => {
  await queries.close()
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
  rmSync(lists, { recursive: true, force: true })
})

const request = (text: string, more: Partial<QueryRequest> = {}): QueryRequest => ({
  text,
  workspaces: [hub],
  principal: owner,
  profile: 'api',
  client: { app: 'test', requestId: randomIds.guid(), target: '' },
  ...more,
})

async function answer(text: string, more: Partial<QueryRequest> = {}) {
  const parts: AnswerPart[] = []
  for await (const part of queries.run(request(text, more))) parts.push(part)
  return { rows: parts.flatMap((part) => (part.kind === 'rows' ? part.rows : [])), end: parts.at(-1) }
}

async function failure(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof ServerError ? error.errorName : String(error)),
  )
}

async function scratchTables(): Promise<readonly Row[]> {
  const rows: Row[] = []
  const options = { tag: randomIds.guid(), limits: { maxMillis: 5000, maxMemoryBytes: 1e9 } }
  for await (const chunk of engine.query("SELECT name FROM system.tables WHERE database = 'scratch'", options))
    rows.push(...chunk)
  return rows
}

test('values that a function refuses make the query invalid, at the call', async () => {
  const call = 'series_outliers(s, "ctukey", 0, 5, 95)'
  const text = `range x from 1 to 8 step 1 | summarize s = make_list(x) | extend o = ${call}`
  const error: unknown = await answer(text).catch((e: unknown) => e)
  expect(error).toMatchObject({
    errorName: 'invalidQuery',
    diagnostics: [{ code: 'CS010', start: text.length - call.length }],
  })
  expect(audited).toMatchObject([{ outcome: { status: 400 } }])
  expect(await scratchTables()).toEqual([])
})

test('an answer is accounted for and audited', async () => {
  const { rows, end } = await answer('range x from 1 to 3 step 1 | extend y = x * 9007199254740993')
  expect(rows[0]).toEqual([1, 9007199254740993n])
  expect(end).toMatchObject({ kind: 'end', statistics: { tables: [{ rows: 3 }] } })
  expect(audited).toMatchObject([
    { request: { client: { app: 'test' } }, outcome: { status: 200, statistics: { tables: [{ rows: 3 }] } } },
  ])
})

test('rows beyond the limit are cut, the profile and the query decide where', async () => {
  const { rows, end } = await answer('range x from 1 to 100000 step 1', { profile: 'portal' })
  expect([rows.length, end]).toMatchObject([30_000, { truncated: { kind: 'rows', limit: 30_000 } }])
  const raised = await answer('set truncationmaxrecords = 50000; range x from 1 to 100000 step 1', {
    profile: 'portal',
  })
  expect([raised.rows.length, raised.end]).toMatchObject([50_000, { truncated: { limit: 50_000 } }])
  const exact = await answer('range x from 1 to 30000 step 1', { profile: 'portal' })
  expect([exact.rows.length, exact.end]).toMatchObject([30_000, { statistics: {} }])
  expect(exact.end).not.toHaveProperty('truncated')
  const small = await answer('set truncationmaxsize = 1000; range x from 1 to 100000 step 1')
  expect(small.end).toMatchObject({ truncated: { kind: 'bytes', limit: 1000 } })
})

const endless = 'range x from 1 to 100000000000 step 1 | summarize sum(x * x % 7)'

test('time, memory, the client’s patience: each ends the query with its own error', async () => {
  expect(await failure(answer(endless, { maxMillis: 300 }))).toBe('queryTimeout')
  expect(await failure(answer(endless, { signal: AbortSignal.timeout(300) }))).toBe('queryCancelled')
  const heavy = 'range x from 1 to 50000000 step 1 | summarize make_list(strcat(x, "some text to keep", x), 50000000)'
  expect(await failure(answer(heavy))).toBe('queryTooExpensive')
  expect(await failure(answer('nonsense'))).toBe('invalidQuery')
  expect(audited.map(({ outcome }) => outcome.status)).toEqual([504, 499, 400, 400])
  expect((await answer('print 1')).rows).toEqual([[1]])
})

test('leaving the answer ends the query and frees its place', async () => {
  for (let n = 0; n < 8; n++) {
    for await (const part of queries.run(request('range x from 1 to 100000000000 step 1')))
      if (part.kind === 'rows') break
  }
  expect(queries.load).toEqual({ running: 0, queued: 0 })
  expect(audited.every(({ outcome }) => outcome.status === 499)).toBe(true)
})

test('scratch tables go, whatever happened', async () => {
  const twice = 'let t = materialize(range x from 1 to 5 step 1 | extend r = rand()); union t, t | summarize dcount(r)'
  expect((await answer(twice)).rows).toEqual([[5]])
  await failure(answer(`let t = materialize(${endless}); union t, t`, { maxMillis: 300 }))
  expect(await scratchTables()).toEqual([])
})

test('a plug-in whose columns depend on the data', async () => {
  const text =
    'datatable(d:dynamic)[dynamic({"a":1,"b":"x"}), dynamic({"a":2})] | evaluate bag_unpack(d) | order by a asc'
  expect((await answer(text)).rows).toEqual([
    [1, 'x'],
    [2, ''],
  ])
  expect(await scratchTables()).toEqual([])
})

test('externaldata reads files of the list, as values of the types that the query says', async () => {
  const file = join(lists, 'iocs.csv')
  writeFileSync(file, 'Ip,Seen,Score,Tags\n10.0.0.1,2024-05-01T10:00:00Z,7,"{""a"":1}"\n10.0.0.2,,no number,\n')
  const text = `externaldata (Ip:string, Seen:datetime, Score:long, Tags:dynamic) [${JSON.stringify(file)}] with (ignoreFirstRecord=true)
    | where Ip startswith "10." | extend a = Tags.a | order by Ip asc`
  expect((await answer(text)).rows).toEqual([
    ['10.0.0.1', '2024-05-01T10:00:00.0000000Z', 7, '{"a":1}', '1'],
    ['10.0.0.2', null, null, null, null],
  ])
  expect(await scratchTables()).toEqual([])
  writeFileSync(file, 'a,"b')
  const refused = (message: string) => ({ diagnostics: [{ message }] })
  await expect(answer(text)).rejects.toMatchObject(refused('file 1 is no csv: a quote is not closed'))
  rmSync(file)
  await expect(answer(text)).rejects.toMatchObject(refused('reading this address is not supported'))
})

const everyType: readonly Column[] = Object.keys(sqlTypes).map((type) => ({
  name: `a ${type}`,
  type: type as Column['type'],
}))

function localStage(input: string, maxRows: number): LocalStage {
  const declared = everyType.map(({ type }, index) => `c${index} ${sqlTypes[type]}`).join(', ')
  return {
    kind: 'local',
    operator: 'twice',
    table: 'scratch.q_test',
    create: `CREATE TABLE scratch.q_test (${declared}, ordinal Int64) ENGINE = Memory`,
    input,
    inputColumns: everyType,
    columns: everyType,
    maxRows,
    run: (rows) => [...rows, ...rows],
  }
}

test('a local stage takes and gives every type without loss', async () => {
  const values = [
    'true, -5, 9223372036854775807, nan, 0.10101',
    "'é\"\\n', toDateTime64('0001-01-01 00:00:00.1234567', 7, 'UTC'), -9223372036854775808",
    "toUUID('74be27de-1e4e-49d9-b579-fe0b331d3642'), '{\"a\":1.0}'",
  ].join(', ')
  const nulls = "null, null, null, -inf, null, '', null, null, null, null"
  const casts = everyType
    .map(({ type }, index) => `CAST(c${index + 1}, '${sqlTypes[type].replaceAll("'", "\\'")}')`)
    .join(', ')
  const input = `SELECT ${casts} FROM VALUES((${values}), (${nulls}))`.replace(
    'VALUES((',
    "VALUES('c1 Nullable(Bool), c2 Nullable(Int32), c3 Nullable(Int64), c4 Nullable(Float64), c5 Nullable(Float64), c6 String, c7 Nullable(DateTime64(7, \\'UTC\\')), c8 Nullable(Int64), c9 Nullable(UUID), c10 Nullable(String)', (",
  )
  const options = { tag: randomIds.guid(), limits: { maxMillis: 10_000, maxMemoryBytes: 1e9 } }
  await runStage(engine, localStage(input, 2), options)
  const stored: Row[] = []
  const decode = rowDecoder(everyType)
  for await (const chunk of engine.query('SELECT * EXCEPT ordinal FROM scratch.q_test ORDER BY ordinal', options))
    stored.push(...chunk.map(decode))
  const first = [
    true,
    -5,
    9223372036854775807n,
    Number.NaN,
    '0.10101',
    'é"\n',
    '0001-01-01T00:00:00.1234567Z',
    -9223372036854775808n,
    '74be27de-1e4e-49d9-b579-fe0b331d3642',
    '{"a":1.0}',
  ]
  const second = [null, null, null, Number.NEGATIVE_INFINITY, null, '', null, null, null, null]
  expect(stored).toEqual([first, second, first, second])
  await engine.command('DROP TABLE scratch.q_test')
  expect(await failure(runStage(engine, localStage(input, 1), options))).toBe('localRowsExceeded')
  await engine.command('DROP TABLE scratch.q_test')
})
