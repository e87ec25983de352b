// The portal in a real browser over the demo data: every query of the walk, errors, charts, rows.
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'
import { type RealServer, startRealServer } from './server.ts'

let server: RealServer
let browser: Browser
let page: Page
/** What the page itself complained about. */
let complaints: string[]

beforeAll(async () => {
  browser = await launchBrowser()
  server = await startRealServer({ args: ['--demo'] })
  await demoIsLive()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function openPortal(): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  page = await context.newPage()
  page.setDefaultTimeout(120_000)
  complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // A refused query is a failed request to the browser, which says so.
    if (message.type() === 'error' && !message.text().includes('status of 400')) complaints.push(message.text())
  })
  await page.goto(server.url)
  await page.waitForSelector('.monaco-editor')
}

async function closePortal(): Promise<void> {
  await page.context().close()
  expect(complaints).toEqual([])
}

describe('the walk, one tab after the other', () => {
  beforeAll(openPortal)
  afterAll(closePortal)

  test.each([
    ['seed-fw-blocked', 'msg_s', /example\.org:443\. Action: Deny/],
    ['seed-fw-dns', 'RequestedName', /\w\.\w/],
    ['seed-acr-import', 'OperationName', /^importImage$/],
    ['seed-acr-pull', 'OperationName', /^Pull$/],
    ['seed-acr-403', 'ResultDescription', /^403$/],
    ['seed-audit', 'log_s', /apiVersion: audit\.k8s\.io\/v1/],
    ['seed-audit-user', 'log_s', /bu0001a000500-admin@contoso\.com/],
    ['seed-app-logs', 'Image', /chain-api/],
    ['seed-policy-sync', 'LogEntry', /Syncing policies with cluster/],
    ['seed-policy-audit', 'LogEntry', /Sending audit result/],
    ['seed-agw-access', 'requestUri_s', /^\//],
    ['seed-agw-waf', 'action_s', /^(Blocked|Matched|Detected)$/],
    ['seed-kv-secretget', 'OperationName', /^SecretGet$/],
  ])('%s', async (id, column, expected) => {
    await page.click(`[data-example="${id}"]`)
    expect(await rowCount()).toBeGreaterThan(0)
    expect(await firstValue(column)).toMatch(expected)
  })
})

describe('the page', () => {
  beforeEach(openPortal)
  afterEach(closePortal)

  test('a query is typed, run from the keyboard, and drawn', async () => {
    await typeQuery('AzureDiagnostics\n| summarize Rows = count() by Category\n| render piechart\n\nnonsense')
    await page.keyboard.press('Control+Home')
    await page.keyboard.press('Shift+Enter')
    await page.getByRole('img', { name: /Pie chart of \d+ values/ }).waitFor()
    await page.getByRole('tab', { name: 'Results' }).click()
    expect(await page.getByRole('columnheader', { name: 'Category' }).count()).toBe(1)
    expect(decodeURIComponent(page.url())).toContain('render+piechart')
  })

  test('an error stands below the editor and at its place in the text', async () => {
    await typeQuery('AzureDiagnostics\n| where Categry == "x"')
    await page.keyboard.press('Shift+Enter')
    const alert = page.getByRole('alert').filter({ hasText: 'KS142' })
    expect(await alert.textContent()).toMatch(/Categry[\s\S]*KS142[\s\S]*line 2, column 9/)
    await page.waitForSelector('.squiggly-error')
  })

  test('warnings are marked while the query is written, by one request, and listed below what it brings', async () => {
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/conshelf/validate')) asked.push(request.postData() ?? '')
    })
    await typeQuery(
      'Heartbeat\n\nAzureDiagnostics\n| where tolower(Category) == "A" or Category == "a" and Category == "b"',
    )
    await page.keyboard.type(' // so')
    await page.waitForSelector('.squiggly-warning')
    expect(await page.locator('.squiggly-error').count()).toBe(0)
    expect(asked).toEqual([expect.stringMatching(/"query":"AzureDiagnostics.*so"/)])
    await page.keyboard.press('Shift+Enter')
    expect(await rowCount()).toBe(0)
    await page.getByText('What the warnings say').waitFor()
    await page.getByRole('button', { name: '2 warnings' }).click()
    const list = page.getByRole('dialog', { name: 'Warnings' })
    expect(await list.textContent()).toMatch(/never true[\s\S]*=~[\s\S]*CS012\s*line 4, column 9/)
    await list.getByRole('button', { name: 'line 4, column 37' }).click()
    await page.keyboard.type('not')
    await expect.poll(() => page.locator('.squiggly-warning').count(), { timeout: 60_000 }).toBe(0)
  })

  test('what a query becomes is explained step by step', async () => {
    await typeQuery('AzureDiagnostics\n| where Category == "kube-audit"\n| summarize Rows = count() by ResourceGroup')
    await page.keyboard.press('Shift+Enter')
    await rowCount()
    await page.getByRole('button', { name: 'Explain' }).click()
    const dialog = page.getByRole('dialog')
    const step = dialog.getByRole('listitem').filter({ hasText: '| summarize Rows' })
    expect(await step.textContent()).toMatch(
      /3:3.*plan.*aggregate.*sql.*GROUP BY.*columns2:ResourceGroup string.*Rows long/s,
    )
    const reads = dialog.getByRole('region', { name: 'What is read' })
    expect(await reads.textContent()).toMatch(/about [\d,]+ of [\d,]+ rows, .* marks.*Category, ResourceGroup/s)
    await dialog.getByRole('tab', { name: 'SQL' }).click()
    await dialog.getByText(/^-- PrimaryResult/).waitFor()
  })

  test('a row opens to all its values, JSON as a tree; filters go into the query', async () => {
    await page.click('[data-example="seed-audit-user"]')
    const all = await rowCount()
    expect(await firstValue('log_s')).toMatch(/^\{\d+\}kind: Event.*verb: \w+/)
    await page.locator('.grid-detail summary', { hasText: 'objectRef' }).click()
    await page.locator('.grid-detail details details', { hasText: 'resource: ' }).waitFor()
    await propertyOf('Category').hover()
    await propertyOf('Category').getByRole('button', { name: 'Only rows without this value' }).click()
    await page.waitForURL(
      ({ hash }) => new URLSearchParams(hash.slice(1)).get('query')?.includes('| where Category !=') === true,
    )
    expect([all > 0, await rowCount()]).toEqual([true, 0])
  })

  test('tens of thousands of rows scroll, sort and filter', async () => {
    await typeQuery('range n from 1 to 30000 step 1 | extend text = strcat("row ", n), even = n % 2 == 0')
    await page.keyboard.press('Shift+Enter')
    expect(await rowCount()).toBe(30_000)
    await page.getByRole('columnheader', { name: 'n' }).first().click()
    await page.getByRole('columnheader', { name: 'n' }).first().click()
    expect(await firstValue('n')).toBe('30000')
    await page.locator('[role=grid]').focus()
    await page.keyboard.press('Control+End')
    await page.getByRole('gridcell', { name: 'row 1', exact: true }).waitFor()
    await page.getByLabel('Filter rows').fill('row 2999')
    await page.locator('[role=grid][aria-rowcount="12"]').waitFor()
  })

  test('a resource as scope leaves its rows alone', async () => {
    await page.click('[data-example="seed-kv-secretget"]')
    await rowCount()
    await page.getByRole('button', { name: 'Scope: cluster' }).click()
    await page.getByRole('button', { name: /^kv-aks-/ }).click()
    await typeQuery('AzureDiagnostics\n| distinct ResourceProvider')
    await page.keyboard.press('Shift+Enter')
    expect(await rowCount()).toBe(1)
    expect(await firstValue('ResourceProvider')).toBe('MICROSOFT.KEYVAULT')
  })

  test('a link opens its query; tabs keep theirs over a reload', async () => {
    const link = new URLSearchParams({ workspace: 'networking', timespan: 'PT1H', query: 'AzureDiagnostics | take 3' })
    await page.goto(`${server.url}/logs#${link}`)
    await page.reload()
    await page.getByRole('button', { name: 'Time range: Last hour' }).waitFor()
    await page.getByRole('button', { name: /^Workspace networking/ }).waitFor()
    await page.click('text=Run')
    expect(await rowCount()).toBe(3)
  })
})

/** Waits for the end of the run that was just started. */
async function rowCount(): Promise<number> {
  await page.locator('[aria-busy]').waitFor({ state: 'detached' })
  const text = await page
    .getByRole('status')
    .filter({ hasText: /rows?$/ })
    .textContent()
  return Number(text?.replace(/\D/g, ''))
}

/** What the detail of the first row says of a column. */
async function firstValue(column: string): Promise<string> {
  await page.locator('[role=grid]').focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Enter')
  return (await propertyOf(column).locator('dd').textContent()) ?? ''
}

function propertyOf(column: string): Locator {
  const exact = page.locator('dt', { hasText: new RegExp(`^${column}$`) })
  return page.locator('.grid-detail dl > div', { has: exact })
}

async function typeQuery(text: string): Promise<void> {
  await page.click('.monaco-editor')
  await page.keyboard.press('Control+A')
  const paste = `new ClipboardEvent('paste', { clipboardData: new DataTransfer(), bubbles: true })`
  await page.evaluate(
    `{ const event = ${paste}; event.clipboardData.setData('text/plain', ${JSON.stringify(text)}); document.activeElement.dispatchEvent(event) }`,
  )
}

async function demoIsLive(): Promise<void> {
  for (;;) {
    const about: unknown = await (await fetch(`${server.url}/conshelf/about`)).json()
    const text = JSON.stringify(about)
    if (text.includes('"state":"live"')) return
    if (text.includes('"state":"failed"')) throw new Error(`the demo failed: ${text}\n${server.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}
