import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Column, ScalarType } from '@conshelf/kql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openContent } from '../content/content.ts'
import { guidOf } from '../core/ids.ts'
import { openChdb } from '../engine/chdb.ts'
import type { Engine } from '../engine/engine.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { openCatalog } from './catalog.ts'
import { readsAll, UndeclaredTable, type Workspace } from './types.ts'

const directory = mkdtempSync(join(tmpdir(), 'conshelf-catalog-'))
const content = openContent()
let engine: Engine
let store: Store
beforeAll(async () => {
  engine = await openChdb({ path: join(directory, 'engine') })
  store = openSqliteStore(':memory:')
})
afterAll(async () => {
  await store.close()
  await engine.close()
  rmSync(directory, { recursive: true })
})

const open = (from: Store = store) => openCatalog({ store: from, engine, content, clock: { now: () => 1 } })

function described(name: string): Omit<Workspace, 'database'> {
  const resourceId = `/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/${name}`
  return { id: guidOf(name), name, resourceId }
}

const columns = (types: Readonly<Record<string, ScalarType>>): Column[] =>
  Object.entries(types).map(([name, type]) => ({ name, type }))

async function insert({ database }: Workspace, table: string, ...rows: object[]) {
  const ndjson = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  await engine.insert({ database, table }, new TextEncoder().encode(ndjson))
}

async function select(sql: string) {
  const found: unknown[] = []
  const limits = { maxMillis: 10_000, maxMemoryBytes: 500_000_000 }
  for await (const rows of engine.query(sql, { tag: `test-${Math.random()}`, limits })) found.push(...rows)
  return found
}

const time = '2026-01-01 00:00:00.1234567'

test('a workspace is made once and found by name, GUID and ARM id', async () => {
  const { workspaces } = await open()
  const made = await workspaces.create(described('Alpha'))
  expect(made.database).toBe(`ws_${made.id.replaceAll('-', '')}`)
  expect(await workspaces.create(described('Alpha'))).toBe(made)
  for (const key of ['ALPHA', made.id.toUpperCase(), made.resourceId.toLowerCase()])
    expect(workspaces.find(key)).toBe(made)
  await expect(workspaces.create({ ...described('Beta'), name: 'alpha' })).rejects.toThrow(/'Alpha'.*exists already/)
  expect((await open()).workspaces.list()).toEqual([made])
})

test('the first row makes a table with all its columns, and its text is found through what is promoted', async () => {
  const { workspaces, tables } = await open()
  const workspace = await workspaces.create(described('first-row'))
  expect(tables.stored(workspace, 'ContainerLogV2')).toBeUndefined()
  const before = tables.catalog([workspace], readsAll)
  expect(before.table('ContainerLogV2')?.sources).toEqual([])
  expect(before.tableNames()).toEqual([])

  const stored = await tables.prepare(workspace, 'ContainerLogV2', columns({ Computer: 'string', Nonsense: 'string' }))
  expect(Object.fromEntries(stored.columns)).toMatchObject({
    LogMessage: 'dynamic',
    TimeGenerated: 'datetime',
    _ItemId: 'string',
  })
  expect(stored.columns.has('Nonsense')).toBe(false)
  const message = { LogMessage: '{"level":"info"}', KubernetesMetadata: '{"image":"chain-api","imageTag":"1.0"}' }
  await insert(workspace, 'ContainerLogV2', { TimeGenerated: time, Computer: 'node', ...message })

  const after = tables.catalog([workspace], readsAll)
  expect(after.version).not.toBe(before.version)
  expect(after.tableNames()).toEqual(['ContainerLog', 'ContainerLogV2'])
  const source = after.table('ContainerLogV2')?.sources[0]
  expect(source).toMatchObject({ database: workspace.database, table: 'ContainerLogV2' })
  const promoted = source?.promoted.map((path) => path.stored) ?? []
  expect(promoted).toEqual([
    'LogMessage/',
    'KubernetesMetadata/image',
    'KubernetesMetadata/imageRepo',
    'KubernetesMetadata/imageTag',
  ])
  const names = promoted.map((name) => `\`${name}\``).join(', ')
  expect(await select(`SELECT ${names} FROM ${workspace.database}.ContainerLogV2`)).toEqual([
    ['{"level":"info"}', 'chain-api', '', '1.0'],
  ])
})

test('nothing changes when nothing is new: the same objects, the same version', async () => {
  const { workspaces, tables } = await open()
  const workspace = await workspaces.create(described('stable'))
  const first = await tables.prepare(workspace, 'Syslog', [])
  const catalog = tables.catalog([workspace], readsAll)
  const schema = catalog.table('Syslog')
  expect(await tables.prepare(workspace, 'Syslog', columns({ Computer: 'string' }))).toBe(first)
  expect(tables.catalog([workspace], readsAll)).toBe(catalog)
  expect(catalog.table('Syslog')).toBe(schema)
  expect(catalog.table('syslog')).toBeUndefined()
  expect(schema?.columns.map((c) => c.name)).toEqual(
    expect.arrayContaining(['SyslogMessage', '_ItemId', '_TimeReceived']),
  )
})

test('a growing table gets what arrives, all at once too, and keeps the first type', async () => {
  const { workspaces, tables } = await open()
  const workspace = await workspaces.create(described('growing'))
  const asked = Array.from({ length: 12 }, (_, i) =>
    columns({ [`p${i % 6}_s`]: 'string', httpStatus_d: 'real', [`q${i}_d`]: 'real' }),
  )
  await Promise.all(asked.map((some) => tables.prepare(workspace, 'AzureDiagnostics', some)))
  const stored = await tables.prepare(workspace, 'AzureDiagnostics', columns({ p1_s: 'bool' }))
  expect(Object.fromEntries(stored.columns)).toMatchObject({
    p5_s: 'string',
    q11_d: 'real',
    httpStatus_d: 'real',
    p1_s: 'string',
  })
  expect(stored.columns.has('userAgent_s')).toBe(false)

  await insert(workspace, 'AzureDiagnostics', { TimeGenerated: time, Category: 'c', q3_d: 3, p0_s: 'x' })
  expect(await select(`SELECT Category, q3_d, p0_s, q4_d FROM ${workspace.database}.AzureDiagnostics`)).toEqual([
    ['c', 3, 'x', null],
  ])
  const schema = tables.catalog([workspace], readsAll).table('AzureDiagnostics')
  expect(schema?.columns).toContainEqual({ name: 'q11_d', type: 'real' })
  expect(schema?.columns).toContainEqual({ name: 'userAgent_s', type: 'string', hidden: true })
  expect(schema?.sources[0]?.columns.has('userAgent_s')).toBe(false)
})

test('beyond five hundred properties there is AdditionalFields', async () => {
  const { workspaces, tables } = await open()
  const workspace = await workspaces.create(described('wide'))
  const many = Array.from({ length: 503 }, (_, i) => ({ name: `p${i + 1}`, type: 'string' as const }))
  const stored = await tables.prepare(workspace, 'Wide_CL', many)
  expect(['p500', 'p501', 'p503', 'AdditionalFields'].map((name) => stored.columns.get(name))).toEqual([
    'string',
    undefined,
    undefined,
    'dynamic',
  ])
  expect(await tables.prepare(workspace, 'Wide_CL', many)).toBe(stored)
})

test('a custom log is made by its first row; no other unknown name is', async () => {
  const { workspaces, tables } = await open()
  const workspace = await workspaces.create(described('custom'))
  expect(tables.definition(workspace, 'App_CL')).toBeUndefined()
  await tables.prepare(workspace, 'App_CL', columns({ Took: 'timespan', Count: 'long', Level: 'string', Id: 'guid' }))
  expect(tables.definition(workspace, 'App_CL')).toMatchObject({
    grows: true,
    plan: 'analytics',
    timeColumn: 'TimeGenerated',
  })
  expect(tables.catalog([workspace], readsAll).allNames()).toContain('App_CL')
  await expect(tables.prepare(workspace, 'Nothing', [])).rejects.toThrow(UndeclaredTable)
  await expect(tables.prepare(workspace, 'No space_CL', [])).rejects.toThrow(UndeclaredTable)
  expect(tables.catalog([workspace], readsAll).table('Nothing')).toBeUndefined()
})

test('opening again finds everything, even without the store', async () => {
  const first = await open()
  const workspace = await first.workspaces.create(described('again'))
  await first.tables.prepare(
    workspace,
    'App_CL',
    columns({ Took: 'timespan', Flag: 'bool', Id: 'guid', Bag: 'dynamic' }),
  )
  await first.tables.prepare(workspace, 'AzureDiagnostics', columns({ new_t: 'datetime' }))
  const schema = (tables: typeof first.tables, name: string) => tables.catalog([workspace], readsAll).table(name)

  const second = await open()
  for (const name of ['App_CL', 'AzureDiagnostics'])
    expect(schema(second.tables, name)).toEqual(schema(first.tables, name))

  const lost = openSqliteStore(':memory:')
  const third = await open(lost)
  await third.workspaces.create(described('again'))
  const fourth = await open(lost)
  const types = Object.fromEntries(schema(fourth.tables, 'App_CL')?.columns.map((c) => [c.name, c.type]) ?? [])
  expect(types).toMatchObject({
    Took: 'long',
    Flag: 'bool',
    Id: 'guid',
    Bag: 'dynamic',
    TimeGenerated: 'datetime',
    TenantId: 'string',
  })
  expect(schema(fourth.tables, 'AzureDiagnostics')?.columns).toContainEqual({ name: 'new_t', type: 'datetime' })
  await lost.close()
})

test('several workspaces join their tables; each can be named', async () => {
  const { workspaces, tables } = await open()
  const [one, two] = [await workspaces.create(described('one')), await workspaces.create(described('two'))]
  await tables.prepare(one, 'Own_CL', columns({ a: 'string', same: 'real' }))
  await tables.prepare(two, 'Own_CL', columns({ b: 'bool', same: 'string' }))
  const both = tables.catalog([one, two], readsAll)
  const schema = both.table('Own_CL')
  expect(schema?.columns).toEqual(
    expect.arrayContaining([
      { name: 'a', type: 'string' },
      { name: 'b', type: 'bool' },
    ]),
  )
  expect(schema?.columns.find((c) => c.name === 'same')?.type).toBe('real')
  const has = (i: number) => ['a', 'b', 'same'].map((name) => schema?.sources[i]?.columns.has(name))
  expect([has(0), has(1)]).toEqual([
    [true, false, true],
    [false, true, false],
  ])
  expect(
    both
      .workspace('TWO')
      ?.table('Own_CL')
      ?.columns.map((c) => c.name),
  ).not.toContain('a')
  expect(both.workspace('three')).toBeUndefined()
  expect(both.version).not.toBe(tables.catalog([one], readsAll).version)
})

test('functions and deleted tables are as they were left when the catalog is opened again', async () => {
  const { workspaces, tables } = await open()
  const workspace = await workspaces.create(described('functions'))
  const before = tables.catalog([workspace], readsAll)
  await tables.functions(workspace).save({ name: 'Twice', parameters: 'n:long = 2', body: 'n * 2', by: 'ada' })
  await tables.functions(workspace).save({ name: 'Gone', parameters: '', body: 'print 1', by: 'ada' })
  expect(await tables.functions(workspace).remove('Gone')).toBe(true)
  expect(await tables.functions(workspace).remove('Gone')).toBe(false)
  expect(tables.catalog([workspace], readsAll).version).not.toBe(before.version)
  const bad = { name: 'no name', parameters: '', body: 'print 1', by: 'ada' }
  await expect(tables.functions(workspace).save(bad)).rejects.toThrow(/no name of a function/)

  await tables.prepare(workspace, 'Old_CL', columns({ a: 'string' }))
  await insert(workspace, 'Old_CL', { TimeGenerated: time, a: 'x' })
  expect(await tables.drop(workspace, 'Old_CL')).toBe(true)
  expect(await tables.drop(workspace, 'Old_CL')).toBe(false)
  await expect(tables.drop(workspace, 'Syslog')).rejects.toThrow(/cannot be deleted/)

  for (const now of [tables, (await open()).tables]) {
    const catalog = now.catalog([workspace], readsAll)
    expect(catalog.function('Twice')).toMatchObject({ parameters: 'n:long = 2', body: 'n * 2' })
    expect([catalog.function('Gone'), catalog.table('Old_CL')]).toEqual([undefined, undefined])
    expect(catalog.allNames()).not.toContain('Old_CL')
  }
  await tables.prepare(workspace, 'Old_CL', columns({ a: 'long' }))
  expect(await select(`SELECT count() FROM ${workspace.database}.Old_CL`)).toEqual([['0']])
})
