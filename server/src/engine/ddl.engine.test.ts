// The DDL in the engine: what a made table does with rows, and whether its indexes serve the predicates they are for.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Column, PromotedPath, Row } from '@conshelf/kql'
import { quoteName, quoteString } from '@conshelf/kql/sql/quote'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TableDefinition } from '../catalog/types.ts'
import { openChdb } from './chdb.ts'
import { addColumns, createDatabase, createTable } from './ddl.ts'
import { type Engine, EngineError } from './engine.ts'
import { partitions, removeOwnExpiry } from './expired.ts'

const root = await mkdtemp(join(tmpdir(), 'ddl-'))
let engine: Engine
beforeAll(async () => {
  engine = await openChdb({ path: root })
  await engine.command(createDatabase(database))
})
afterAll(async () => {
  await engine.close()
  await rm(root, { recursive: true })
})

const database = 'ws_0123456789abcdef0123456789abcdef'
const table = (name: string) => ({ database, table: name })
const limits = { maxMillis: 20_000, maxMemoryBytes: 1_000_000_000 }
let tags = 0

async function select(sql: string): Promise<Row[]> {
  const rows: Row[] = []
  for await (const chunk of engine.query(sql, { tag: `ddl ${++tags}`, limits })) rows.push(...chunk)
  return rows
}

const ndjson = (rows: readonly object[]) => Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'))
const string = (name: string): Column => ({ name, type: 'string' })
const promoted = (column: string, ...paths: readonly string[]): PromotedPath[] =>
  paths.map((path) => ({
    column,
    path: path === '' ? [] : path.split('.'),
    stored: `${column}/${path}`,
    type: 'string',
  }))

function define(name: string, layout: Partial<TableDefinition['layout']>): TableDefinition {
  const plain = { lowCardinality: [], searched: [], promoted: [], retentionDays: 730 }
  return {
    name,
    columns: [],
    timeColumn: 'TimeGenerated',
    plan: 'analytics',
    grows: true,
    layout: { ...plain, ...layout },
  }
}

const columns: readonly Column[] = [
  string('TenantId'),
  { name: 'TimeGenerated', type: 'datetime' },
  string('Type'),
  string('Category'),
  string('msg_s'),
  string('log_s'),
  { name: 'd', type: 'dynamic' },
  { name: 'n', type: 'long' },
  string('_ItemId'),
  { name: '_TimeReceived', type: 'datetime' },
]

const time = '2026-11-20T10:00:00.1234567Z'

test('a row gets what it lacks', async () => {
  const definition = define('Defaults', { discriminator: 'Category', lowCardinality: ['Category'] })
  await engine.command(createTable(table('Defaults'), definition, columns))
  await engine.command(createTable(table('Defaults'), definition, columns))
  await engine.insert(table('Defaults'), ndjson([{ TimeGenerated: time }, { TimeGenerated: time, Category: null }]))
  const rows = await select(`SELECT * EXCEPT (\`_ItemId/number\`, _TimeReceived) FROM ${database}.Defaults`)
  const row = ['01234567-89ab-cdef-0123-456789abcdef', time, 'Defaults', '', '', '', null, null]
  expect(rows).toEqual([row, row])
  const unique = `uniqExact(_ItemId), min(length(_ItemId)), countIf(abs(date_diff('s', _TimeReceived, now())) > 60)`
  expect(await select(`SELECT ${unique} FROM ${database}.Defaults`)).toEqual([['2', '36', '0']])
})

const documents = [
  '{"verb":"get","user":{"username":"u\\"\\u00fc"},"code":200,"ips":["1.1.1.1"],"ok":true,"none":null,"obj":{"a":{"b":1.0}}}',
  '{"user":"not an object","verb":{"nested":1},"obj":{"a":[]}}',
  '{"verb":"","user":{}}',
  '[1,2]',
  '"text \\n \\u0041"',
  'plain text, no JSON',
  '{"verb":"torn',
  '',
  'null',
  '17',
]

test('a promoted path holds what tostring() of the path gives', async () => {
  const paths = ['', 'verb', 'user', 'user.username', 'code', 'ips', 'ok', 'none', 'obj.a.b', 'obj.a', 'missing.x']
  const all = [...promoted('log_s', ...paths), ...promoted('d', ...paths)]
  const definition = define('Promoted', { promoted: all, lowCardinality: ['log_s/verb'] })
  await engine.command(createTable(table('Promoted'), definition, columns))
  const rows = [...documents, undefined].map((document, n) => ({
    TimeGenerated: time,
    n,
    log_s: document,
    d: document,
  }))
  await engine.insert(table('Promoted'), ndjson(rows))
  for (const { column, path, stored } of all) {
    const extracted = `ifNull(JSONExtract(${[column, ...path.map(quoteString), "'Nullable(String)'"].join(', ')}), '')`
    const sql = `SELECT n, ${quoteName(stored)}, ${extracted} FROM ${database}.Promoted ORDER BY n`
    for (const [n, kept, expected] of await select(sql)) expect([stored, n, kept]).toEqual([stored, n, expected])
  }
  const texts = await select(
    `SELECT \`log_s/user.username\`, \`log_s/\` FROM ${database}.Promoted WHERE n IN (0, 4) ORDER BY n`,
  )
  expect(texts).toEqual([
    ['u"ü', expect.stringMatching(/^\{"verb":"get","user":/)],
    ['', 'text \n A'],
  ])
})

test('columns are added once, with their index and promoted paths', async () => {
  const definition = define('Grown', { searched: ['late_s', 'doc_s/text'], promoted: promoted('doc_s', 'text') })
  await engine.command(createTable(table('Grown'), definition, columns))
  await engine.insert(table('Grown'), ndjson([{ TimeGenerated: time, n: 1 }]))
  const late = [string('late_s'), string('doc_s'), { name: 'late_d', type: 'real' as const }]
  for (let repeat = 0; repeat < 2; repeat++) await engine.command(addColumns(table('Grown'), definition, late))
  const row = { TimeGenerated: time, n: 2, late_s: 'Late Arrival', doc_s: '{"text":"Deep Text"}', late_d: 0.5 }
  await engine.insert(table('Grown'), ndjson([row]))
  expect(await select(`SELECT n, late_s, \`doc_s/text\`, late_d FROM ${database}.Grown ORDER BY n`)).toEqual([
    ['1', '', '', null],
    ['2', 'Late Arrival', 'Deep Text', 0.5],
  ])
  expect(await select(`SELECT count() FROM ${database}.Grown WHERE hasToken(lower(\`doc_s/text\`), 'deep')`)).toEqual([
    ['1'],
  ])
})

test('rows of every time stay, in partitions that end behind them; old tables lose their own expiry', async () => {
  const name = { database: 'ws_times', table: 'Old' }
  await engine.command('CREATE DATABASE IF NOT EXISTS ws_times')
  await engine.command(createTable(name, define('Old', { retentionDays: 30 }), columns))
  const times = ['0001-01-01T00:00:00Z', '2020-01-01T00:00:00Z', '2400-01-01T00:00:00Z', '9999-12-31T23:59:59.9999999Z']
  await engine.insert(name, ndjson(times.map((TimeGenerated) => ({ TimeGenerated }))))
  await engine.command(`OPTIMIZE TABLE ws_times.Old FINAL`)
  expect(await select('SELECT TimeGenerated FROM ws_times.Old ORDER BY 1')).toHaveLength(4)
  const ends = (await partitions(engine, 'partitions')).map(({ end }) => end).sort((a, b) => a - b)
  expect(ends.filter((end) => end <= Date.UTC(2020, 0, 2))).toHaveLength(2)
  expect(ends.at(-1)).toBeGreaterThan(Date.UTC(2100, 0, 1))

  await engine.command('ALTER TABLE ws_times.Old MODIFY TTL TimeGenerated + toIntervalDay(100000)')
  await removeOwnExpiry(engine, 'expiry')
  const [[made] = []] = await select("SELECT create_table_query FROM system.tables WHERE database = 'ws_times'")
  expect(made).not.toContain('TTL')
  await engine.command('DROP DATABASE ws_times SYNC')
})

const needles: readonly (readonly [string, string, boolean])[] = [
  ['has a rare term', "hasToken(lower(msg_s), 'needle77')", true],
  ['has a term that is nowhere', "hasToken(lower(msg_s), 'haystack')", true],
  ['contains, inside a term', "lower(msg_s) LIKE '%eedle7%'", true],
  ['contains, across terms', "lower(msg_s) LIKE '%.bad.example:%'", true],
  ['several terms', "hasPhrase(lower(msg_s), 'from needle77')", true],
  ['the plain column, which has no index', "hasToken(msg_s, 'needle77')", false],
]

test.each(needles)('%s: same rows with and without the index', async (_, predicate, served) => {
  const name = 'Searched'
  await engine.command(createTable(table(name), define(name, { searched: ['msg_s'] }), columns))
  const [[rows] = []] = await select(`SELECT count() FROM ${database}.${name}`)
  if (rows === '0') await engine.command(searchedRows(name))
  const from = `FROM ${database}.${name} WHERE ${predicate}`
  const forced = `SELECT * FROM (SELECT count(), sum(n) ${from} SETTINGS force_data_skipping_indices = '\`search msg_s\`')`
  const plain = `SELECT * FROM (SELECT count(), sum(n) ${from} SETTINGS use_skip_indexes = 0)`
  if (served) expect(await select(forced)).toEqual(await select(plain))
  else await expect(select(forced)).rejects.toThrow(EngineError)
})

const searchedRows = (name: string) => `INSERT INTO ${database}.${name} (TimeGenerated, n, msg_s)
  SELECT toDateTime64('2026-11-20 10:00:00', 7, 'UTC') + number, number, concat('HTTPS request from ',
    if(number % 5000 = 77, 'Needle77', toString(number % 997)), ' to host', toString(number % 31),
    if(number % 7001 = 1, '.Bad.example:', '.good.example:'), '443. Action: Deny') FROM numbers(100000)`
