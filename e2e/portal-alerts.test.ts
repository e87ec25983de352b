// The alert pages in a real browser over the demo data: from the alert to the rows that it saw, answers, filters, rules.
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

const built = fileURLToPath(new URL('../portal/dist/index.html', import.meta.url))
const quarantine = /^Image Imported into ACR from \w+ source other than approved Quarantine$/

let server: RealServer
let browser: Browser
let page: Page
/** What the page itself complained about. */
let complaints: string[]

beforeAll(async () => {
  if (!existsSync(built)) throw new Error('The portal is not built: run `npm run build` first.')
  browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-gpu'] })
  server = await startRealServer({ args: ['--demo', '--syslog', 'off'] })
  // The history of the demo comes first, then the runs of its rules over it.
  while ((await alertCount()) === 0) await new Promise((resolve) => setTimeout(resolve, 500))
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})
beforeEach(async () => {
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
  page.setDefaultTimeout(60_000)
  complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
})
afterEach(async () => {
  await page.context().close()
  expect(complaints).toEqual([])
})

async function alertCount(): Promise<number> {
  const subscription = '/subscriptions/00000000-0000-0000-0000-000000000001'
  const path = `${subscription}/providers/Microsoft.AlertsManagement/alerts?api-version=2019-03-01`
  const answer = (await (await fetch(server.url + path)).json()) as { readonly value: readonly unknown[] }
  return answer.value.length
}

const alertButton = () => page.getByRole('button', { name: quarantine }).first()
const details = () => page.getByRole('complementary', { name: 'Details of the alert' })

test('the import past the quarantine is an alert, whose results are the offending row alone', async () => {
  await page.goto(server.url)
  await page.getByRole('link', { name: 'Alerts' }).click()
  await alertButton().click()
  expect(await details().textContent()).toMatch(/Rows is more than 0: it was 1/)
  expect(page.url()).toMatch(/\/alerts\?alert=[0-9a-f-]{36}$/)
  await page.getByRole('button', { name: 'View query results' }).click()
  await page.getByText('SkippedQuarantine').first().waitFor()
  await page.getByText('1 row', { exact: true }).waitFor()
  expect(page.url()).toContain('/logs')
})

test('an answer is kept with its comment', async () => {
  await page.goto(`${server.url}/alerts`)
  await alertButton().click()
  await details().getByLabel('Comment').fill('asked the importer')
  await details().getByRole('button', { name: 'Acknowledge' }).click()
  const history = details().getByRole('region', { name: 'History' })
  await history.getByText('User response: New → Acknowledged').waitFor()
  expect(await history.textContent()).toContain('asked the importer')
  await page.getByRole('row', { name: /Acknowledged/ }).waitFor()
})

test('filters stand in the address', async () => {
  await page.goto(`${server.url}/alerts?severity=0&range=7d`)
  await page.getByText('No alert fits.').waitFor()
  await page.getByRole('button', { name: /^Informational/ }).click()
  await alertButton().waitFor()
  await page.getByLabel('Condition').selectOption('Resolved')
  await page.getByLabel('Search').fill('quarantine')
  await alertButton().waitFor()
  expect(new URL(page.url()).search).toBe('?severity=3&range=7d&condition=Resolved&text=quarantine')
})

test('rules say how they are, and are switched off and on', async () => {
  await page.goto(`${server.url}/alert-rules`)
  const row = page.getByRole('row', { name: /PodFailedScheduledQuery/ })
  expect(await row.textContent()).toMatch(/Average of FailedCount > 3.*every 5 min.*Available/)
  await row.getByRole('switch').click()
  await row.getByText('Disabled').waitFor()
  await row.getByRole('switch').click()
  await row.getByText('Available').waitFor()
})

function browserPath(): string {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
  const apps = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
  const found = [...onPath, ...apps, chromium.executablePath()].find(isExecutable)
  if (!found)
    throw new Error('The browser tests need Chromium: install it, or run `npx playwright-core install chromium`.')
  return found
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
