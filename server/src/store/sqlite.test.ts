import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { storeConformance } from './conformance.ts'
import { openSqliteStore } from './sqlite.ts'

storeConformance('SQLite', async () => openSqliteStore(':memory:'))

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'conshelf-store-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Writes batches of two documents for ever and tells each finished one. */
const writer = `
  const { openSqliteStore } = await import(process.argv[1])
  const store = openSqliteStore(process.argv[2])
  for (let n = 0; ; n++) {
    const put = (id) => ({ do: 'put', id, kind: 'k', body: String(n), changedAt: n, changedBy: '' })
    await store.apply([put('/a'), put('/b/' + n), put('/c')])
    process.stdout.write(n + '\\n')
  }`

test('a killed process loses no answered batch and tears none', async () => {
  const file = join(directory, 'store.sqlite')
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', writer, new URL('sqlite.ts', import.meta.url).href, file],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let told = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    told += text
    if (told.length > 600) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const answered = Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1))
  expect(answered).toBeGreaterThan(100)

  const store = openSqliteStore(file)
  const last = Number((await store.get('/a'))?.body)
  expect(last).toBeGreaterThanOrEqual(answered)
  expect((await store.get('/c'))?.body).toBe(String(last))
  expect(await store.list({ under: '/b' })).toHaveLength(last + 1)
  await store.close()
})

test('refuses a file of a newer program', () => {
  const file = join(directory, 'newer.sqlite')
  const newer = new DatabaseSync(file)
  newer.exec('PRAGMA user_version = 9999')
  newer.close()
  expect(() => openSqliteStore(file)).toThrow(/version 9999/)
})

test('keeps documents between two openings', async () => {
  const file = join(directory, 'store.sqlite')
  const first = openSqliteStore(file)
  const put = { do: 'put', id: '/a', kind: 'k', body: '1', changedAt: 1, changedBy: '' } as const
  const [made] = await first.apply([put])
  await first.close()
  const second = openSqliteStore(file)
  expect(await second.get('/a')).toEqual(made)
  const [again] = await second.apply([put])
  expect(again?.etag).not.toBe(made?.etag)
  await second.close()
})
