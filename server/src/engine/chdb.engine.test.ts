// The embedded engine against the port's suite, and what only an embedded one can get wrong: the process dies.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from '@conshelf/kql'
import { afterAll, expect, test } from 'vitest'
import { openChdb } from './chdb.ts'
import { engineConformance } from './conformance.ts'
import type { Engine } from './engine.ts'

const root = await mkdtemp(join(tmpdir(), 'engine-'))
afterAll(() => rm(root, { recursive: true }))

engineConformance({ name: 'embedded', open: () => openChdb({ path: join(root, 'suite'), handles: 4 }) })

/** Inserts batches of 1000 rows and says which are acknowledged, until it is killed. */
const writer = `
const { openChdb } = await import(process.argv[1])
const engine = await openChdb({ path: process.argv[2] })
await engine.command('CREATE DATABASE IF NOT EXISTS d')
await engine.command('CREATE TABLE IF NOT EXISTS d.t (batch UInt32, n UInt32, text String) ENGINE = MergeTree ORDER BY (batch, n)')
const first = Number(process.argv[3])
for (let batch = first; ; batch++) {
  const rows = Array.from({ length: 1000 }, (_, n) => JSON.stringify({ batch, n, text: 'row ' + n }))
  await engine.insert({ database: 'd', table: 't' }, Buffer.from(rows.join('\\n')))
  process.stdout.write(batch + '\\n')
}`

async function writeUntilKilled(path: string, first: number): Promise<number> {
  const module = new URL('./chdb.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--input-type=module', '-e', writer, module, path, String(first)])
  let acknowledged = ''
  child.stdout.on('data', (text) => {
    acknowledged += text
    if (acknowledged.split('\n').length > 15) child.kill('SIGKILL')
  })
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
  return Number(acknowledged.trim().split('\n').at(-1))
}

async function batches(engine: Engine): Promise<readonly Row[]> {
  const limits = { maxMillis: 10_000, maxMemoryBytes: 500_000_000 }
  const sql = 'SELECT batch, count() FROM d.t GROUP BY batch ORDER BY batch'
  const rows: Row[] = []
  for await (const chunk of engine.query(sql, { tag: 'batches', limits })) rows.push(...chunk)
  return rows
}

test('acknowledged rows survive kill -9, and no batch is torn', async () => {
  const path = join(root, 'killed')
  let next = 0
  for (let round = 0; round < 2; round++) {
    const last = await writeUntilKilled(path, next)
    const engine = await openChdb({ path })
    const stored = await batches(engine)
    await engine.close()
    expect(stored.every(([, rows]) => rows === '1000')).toBe(true)
    expect(stored.map(([batch]) => batch)).toEqual(Array.from({ length: stored.length }, (_, n) => n))
    expect(stored.length).toBeGreaterThan(last)
    next = stored.length
  }
})

test('a process that leaves without closing ends cleanly', async () => {
  const script = `
    const { openChdb } = await import(process.argv[1])
    const engine = await openChdb({ path: process.argv[2] })
    const limits = { maxMillis: 60000, maxMemoryBytes: 1e9 }
    const busy = engine.query('SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1', { tag: 'busy', limits })
    busy.next().catch(() => {})
    for await (const rows of engine.query('SELECT 7', { tag: 'seven', limits })) process.stdout.write(String(rows))
    process.exit(3)`
  const module = new URL('./chdb.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, module, join(root, 'left')])
  let out = ''
  child.stdout.on('data', (text) => {
    out += text
  })
  expect(await once(child, 'exit')).toEqual([3, null])
  expect(out).toBe('7')
})

test('a crash of the engine ends what runs, and the next call finds it again', async () => {
  const engine = await openChdb({ path: join(root, 'crash') })
  await engine.command('CREATE DATABASE d')
  await engine.command('CREATE TABLE d.t (batch UInt32) ENGINE = MergeTree ORDER BY batch')
  await engine.insert({ database: 'd', table: 't' }, Buffer.from('{"batch":7}'))
  const limits = { maxMillis: 60_000, maxMemoryBytes: 500_000_000 }
  const sql = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1'
  const running = engine.query(sql, { tag: 'running', limits })[Symbol.asyncIterator]().next()
  await new Promise((resolve) => setTimeout(resolve, 300))
  for (const pid of hostsOf(join(root, 'crash'))) process.kill(pid, 'SIGKILL')
  await expect(running).rejects.toMatchObject({ kind: 'closed', message: "the engine's process went down (SIGKILL)" })
  expect(await batches(engine)).toEqual([[7, '1']])
  await engine.close()
  expect(hostsOf(join(root, 'crash'))).toEqual([])
})

/** The processes that serve this folder. */
function hostsOf(path: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n')
  return lines
    .filter((line) => line.includes('host.ts') && line.includes(path))
    .map((line) => Number.parseInt(line, 10))
}
