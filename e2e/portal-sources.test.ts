// The page of data sources in a real browser: counters by workspace, folders that are followed, targets that are scraped.
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'
import { type RealServer, startRealServer } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'conshelf-sources-page-'))
const authorization = `Basic ${Buffer.from('reader:hidden').toString('base64')}`
const exporter = createServer(({ headers }, answer) => {
  if (headers.authorization === authorization) answer.end('jobs 3\nworkers 2\n')
  else answer.writeHead(401).end()
})
let browser: Browser
let page: Page
let server: RealServer

beforeAll(async () => {
  await once(exporter.listen(0, '127.0.0.1'), 'listening')
  mkdirSync(join(folder, 'logs'))
  const time = new Date(Date.now() - 4_000).toISOString()
  writeFileSync(
    join(folder, 'logs', 'a.jsonl'),
    `{"TimeGenerated":"${time}","A":1}\n{"TimeGenerated":"${time}","A":2}\nhalf a line`,
  )
  const follow = { kind: 'folder', receiver: 'json', table: 'Read_CL', workspace: 'default', pollSeconds: 0.5 }
  const sources = [
    { ...follow, name: 'app', path: join(folder, 'logs') },
    { ...follow, name: 'gone', path: join(folder, 'nowhere') },
  ]
  const { port } = exporter.address() as AddressInfo
  const scrape = `http://reader:hidden@127.0.0.1:${port}/metrics#job=app&interval=1&workspace=default http://127.0.0.1:1#job=down&interval=1&workspace=default`
  const env = { CONSHELF_SOURCES: JSON.stringify(sources), CONSHELF_SCRAPE: scrape, CONSHELF_LOG: 'error' }
  server = await startRealServer({ env })
  const other =
    '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/conshelf/providers/Microsoft.OperationalInsights/workspaces/other'
  const body = JSON.stringify({ location: 'local', properties: {} })
  const headers = { 'content-type': 'application/json' }
  expect((await fetch(`${server.url}${other}?api-version=2022-10-01`, { method: 'PUT', headers, body })).ok).toBe(true)
  const rows = Array.from({ length: 7 }, (_, n) => ({
    TimeGenerated: new Date(Date.now() - 45_000).toISOString(),
    N: n,
  }))
  const sent = await fetch(`${server.url}/ingest/json/Sent_CL?workspace=other`, {
    method: 'POST',
    headers,
    body: JSON.stringify(rows),
  })
  expect(sent.status).toBe(200)
  browser = await launchBrowser()
  page = await browser.newPage({ viewport: { width: 1440, height: 1200 } })
  page.setDefaultTimeout(60_000)
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  exporter.close()
  rmSync(folder, { recursive: true, force: true })
})

const section = (name: string) => page.getByRole('region', { name, exact: true })
const row = (part: Locator, text: string) => part.getByRole('row').filter({ hasText: text })
const textOf = async (part: Locator) => (await part.allInnerTexts()).join(' ').replace(/\s+/g, ' ')

async function open(workspace: string): Promise<void> {
  await page.addInitScript((name) => localStorage.setItem('conshelf.workspace', JSON.stringify(name)), workspace)
  await page.goto(`${server.url}/data-sources`)
  await page.getByText(`What the workspace ${workspace} got`).waitFor()
}

test('folders and targets with their state, and how long records are under way', async () => {
  await open('default')
  const followed = section('Followed')
  await expect.poll(() => textOf(row(followed, 'app')), { timeout: 20_000 }).toMatch(/folder .*\d s ago|just now/)
  expect(await textOf(row(followed, 'app'))).toMatch(/logs → json folder (just now|\d+ s ago) 11 bytes catches up/)
  expect(await textOf(row(followed, 'gone'))).toMatch(/folder – – ENOENT: no such file or directory/)
  const scraped = section('Scraped')
  await expect.poll(() => textOf(scraped.getByRole('row').nth(1)), { timeout: 30_000 }).toMatch(/ 2 up, [\d,]+ ms$/)
  expect(await textOf(scraped)).not.toContain('hidden')
  await expect
    .poll(() => textOf(row(scraped, '127.0.0.1:1/')), { timeout: 30_000 })
    .toMatch(/down .* 0 fetch failed|bad port/)
  const json = page.getByRole('button', { name: /^JSON rows/ })
  await expect
    .poll(() => textOf(json), { timeout: 20_000 })
    .toMatch(/ 2 stored 0 refused .* a minute p50 [\d.]+ s p95 [\d.]+ s$/)
})

test('another workspace has its own counters, and no sources', async () => {
  await open('other')
  const json = page.getByRole('button', { name: /^JSON rows/ })
  await expect.poll(() => textOf(json)).toMatch(/ 7 stored 0 refused .* a minute p50 45 s p95 \d+ s$/)
  expect(await textOf(section('Followed'))).toContain('None for this workspace')
  expect(await textOf(section('Scraped'))).toContain('None for this workspace')
})
