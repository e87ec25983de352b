// Damages a data folder in every way that can be told, and expects to be told.
import { cp, mkdir, mkdtemp, readdir, realpath, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openChdb } from './chdb.ts'
import { DataFolderError } from './data-folder.ts'
import type { Engine } from './engine.ts'
import { FolderInUse } from './folder-lock.ts'

const root = await mkdtemp(join(tmpdir(), 'data-folder-'))
const whole = join(root, 'whole')
let copies = 0

beforeAll(async () => {
  const engine = await openChdb({ path: whole })
  await engine.command('CREATE DATABASE d')
  for (const table of ['kept', 'hurt']) {
    await engine.command(
      `CREATE TABLE d.${table} (n Int64, t String) ENGINE = MergeTree ORDER BY n SETTINGS min_bytes_for_wide_part = 0`,
    )
    await engine.insert({ database: 'd', table }, Buffer.from('{"n":1,"t":"one"}\n{"n":2,"t":"two"}'))
  }
  await engine.close()
})
afterAll(() => rm(root, { recursive: true }))

async function copyOfFolder(): Promise<string> {
  const path = join(root, `copy ${++copies}`)
  await cp(whole, path, { recursive: true, verbatimSymlinks: true })
  return path
}

/** Path of the file or folder below `path` whose name matches; `d.hurt` has its data below data/d/hurt. */
async function find(path: string, ...names: readonly RegExp[]): Promise<string> {
  let found = path
  for (const name of names) {
    const entry = (await readdir(found)).find((each) => name.test(each))
    if (entry === undefined) throw new Error(`nothing in ${found} matches ${name}`)
    found = join(found, entry)
  }
  return found
}

const hurtPart = [/^clickhouse$/, /^data$/, /^d$/, /^hurt$/, /^all_/]

interface Damage {
  readonly what: string
  readonly inflict: (path: string) => Promise<unknown>
  readonly told: RegExp
  /** Whether the rest can be read once the damage is accepted. */
  readonly readable: boolean
}

const write = (name: string, text: string) => (path: string) => writeFile(join(path, name), text)
const remove =
  (...names: readonly RegExp[]) =>
  async (path: string) =>
    rm(await find(path, ...names), { recursive: true })

const damages: readonly Damage[] = [
  {
    what: 'no format',
    inflict: remove(/^format.json$/),
    told: /holds clickhouse but no format\.json/,
    readable: false,
  },
  {
    what: 'a torn format',
    inflict: write('format.json', '{"form'),
    told: /format\.json is damaged: it reads {"form/,
    readable: false,
  },
  {
    what: 'a later format',
    inflict: write('format.json', '{"format":2,"engine":"3.4.0","complete":true}'),
    told: /later version \(format 2, engine 3\.4\.0\)/,
    readable: false,
  },
  {
    what: 'a later engine',
    inflict: write('format.json', '{"format":1,"engine":"3.10.0","complete":true}'),
    told: /later version \(format 1, engine 3\.10\.0\)/,
    readable: false,
  },
  {
    what: 'no metadata',
    inflict: remove(/^clickhouse$/, /^metadata$/),
    told: /no file of clickhouse\/metadata names it/,
    readable: false,
  },
  { what: 'nothing left', inflict: remove(/^clickhouse$/), told: /folder clickhouse is missing/, readable: false },
  {
    what: 'a database without definition',
    inflict: remove(/^clickhouse$/, /^metadata$/, /^d\.sql$/),
    told: /holds the definitions of 2 tables, but no file of clickhouse\/metadata names it/,
    readable: false,
  },
  {
    what: 'a table without definition',
    inflict: remove(/^clickhouse$/, /^metadata$/, /^d$/, /^hurt\.sql$/),
    told: /holds 1 parts of a table, but no file/,
    readable: true,
  },
  {
    what: 'a table without data',
    inflict: async (path) =>
      rm(await find(path, /^clickhouse$/, /^data$/, /^d$/, /^hurt$/).then(realpath), { recursive: true }),
    told: /hurt\.sql names the folder .*, which is missing/,
    readable: true,
  },
  {
    what: 'no store at all',
    inflict: remove(/^clickhouse$/, /^store$/),
    told: /d\.sql names the folder .*, which is missing/,
    readable: false,
  },
  {
    what: 'a definition that is not one',
    inflict: async (path) =>
      writeFile(await find(path, /^clickhouse$/, /^metadata$/, /^d$/, /^hurt\.sql$/), 'ATTACH TAB'),
    told: /is damaged|cannot load/,
    readable: false,
  },
  {
    what: 'a column cut short',
    inflict: async (path) => truncate(await find(path, ...hurtPart, /^t\.bin$/), 3),
    told: /a part of table d\.hurt does not load; it is kept in .*detached/,
    readable: true,
  },
  {
    what: 'a column missing',
    inflict: remove(...hurtPart, /^n\.bin$/),
    told: /a part of table d\.hurt does not load/,
    readable: true,
  },
  {
    what: 'checksums missing their end',
    inflict: async (path) => truncate(await find(path, ...hurtPart, /^checksums\.txt$/), 20),
    told: /a part of table d\.hurt does not load/,
    readable: true,
  },
]

test.each(damages)('$what is reported and nothing is thrown away', async ({ inflict, told, readable }) => {
  const path = await copyOfFolder()
  await inflict(path)
  const before = await files(path)
  const error = await openChdb({ path }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DataFolderError)
  expect(String(error)).toMatch(told)
  expect(await files(path)).toBeGreaterThanOrEqual(before)

  if (!readable) return
  const problems: string[] = []
  const engine = await openChdb({ path, onDamage: (found) => problems.push(...found) })
  expect(problems.join('\n')).toMatch(told)
  expect(await count(engine, 'd.kept')).toEqual([['2']])
  await engine.close()
})

/** Bytes of table data in the folder. */
async function files(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => /\.(bin|sql)$/.test(entry.name)).length
}

async function count(engine: Engine, table: string): Promise<unknown> {
  const limits = { maxMillis: 5000, maxMemoryBytes: 500_000_000 }
  const found: unknown[] = []
  for await (const rows of engine.query(`SELECT count() FROM ${table}`, { tag: 'count', limits })) found.push(...rows)
  return found
}

test('a folder of something else is left alone', async () => {
  const path = join(root, 'photos')
  await mkdir(path)
  await writeFile(join(path, 'cat.jpg'), 'cat')
  await expect(openChdb({ path })).rejects.toThrow(/holds cat\.jpg but no format\.json: it is not a data folder/)
  expect(await readdir(path)).toEqual(['cat.jpg'])
})

test('an open folder is not opened again, by this engine or the engine beneath', async () => {
  const path = await copyOfFolder()
  const engine = await openChdb({ path })
  await expect(openChdb({ path })).rejects.toThrow(FolderInUse)
  await rm(join(path, 'lock'))
  await expect(openChdb({ path })).rejects.toThrow(/is in use by process \d+/)
  expect(await count(engine, 'd.kept')).toEqual([['2']])
  await engine.close()
  const again = await openChdb({ path })
  expect(await count(again, 'd.hurt')).toEqual([['2']])
  await again.close()
})

test('a database that has no table yet is no damage', async () => {
  const path = await copyOfFolder()
  const engine = await openChdb({ path })
  await engine.command('CREATE DATABASE empty')
  await engine.close()
  const again = await openChdb({ path })
  await again.command('CREATE TABLE empty.t (n Int64) ENGINE = MergeTree ORDER BY n')
  await again.close()
  await rm(await find(path, /^clickhouse$/, /^metadata$/, /^empty$/).then(realpath), { recursive: true })
  await expect(openChdb({ path })).rejects.toThrow(/empty\.sql names the folder .*, which is missing/)
})

test('several folders are open at a time', async () => {
  const engines = await Promise.all([await copyOfFolder(), await copyOfFolder()].map((path) => openChdb({ path })))
  for (const engine of engines) expect(await count(engine, 'd.kept')).toEqual([['2']])
  await Promise.all(engines.map((engine) => engine.close()))
})
