// The life of a server: signals, addresses and folders in use, data after a restart and after kill -9.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'conshelf-life-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function ask(server: RealServer, query: string): Promise<unknown> {
  const response = await fetch(`${server.url}/v1/workspaces/default/query`, {
    method: 'POST',
    body: JSON.stringify({ query }),
  })
  const { tables } = (await response.json()) as { tables: { rows: unknown[] }[] }
  return tables[0]?.rows
}

async function store(server: RealServer, count: number): Promise<number> {
  const body = JSON.stringify(Array.from({ length: count }, (_, n) => ({ Computer: `c${n}` })))
  return (await fetch(`${server.url}/ingest/json/Heartbeat`, { method: 'POST', body })).status
}

test('rows and workspaces outlive a stop and a kill', async () => {
  const data = join(folder, 'lives')
  const first = await startRealServer({ data })
  expect(await store(first, 10)).toBe(200)
  expect(await first.stop()).toBe(0)
  const second = await startRealServer({ data })
  expect(await store(second, 5)).toBe(200)
  await second.kill()
  const third = await startRealServer({ data })
  expect(await ask(third, 'Heartbeat | count')).toEqual([[15]])
  expect(await third.stop()).toBe(0)
})

test('SIGTERM lets an answer in flight end', async () => {
  const server = await startRealServer()
  const answer = ask(server, 'range x from 1 to 30000000 step 1 | summarize count() by x % 10 | count')
  await new Promise((resolve) => setTimeout(resolve, 300))
  const stopped = server.stop()
  expect(await answer).toEqual([[10]])
  expect(await stopped).toBe(0)
})

test('an address in use and a folder in use are said plainly', async () => {
  const server = await startRealServer()
  const { host } = new URL(server.url)
  await expect(startRealServer({ args: ['--listen', host] })).rejects.toThrow(/is in use by another program/)
  await expect(startRealServer({ data: server.data })).rejects.toThrow(/in use|another process|is held/i)
  expect(await ask(server, 'print 1')).toEqual([[1]])
  await server.stop()
})
