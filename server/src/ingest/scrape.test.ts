import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Workspace } from '../catalog/types.ts'
import { systemClock } from '../core/clock.ts'
import { createLog } from '../core/log.ts'
import { receivers } from './receivers/index.ts'
import { startScraper } from './scrape.ts'
import { parseTargets, type ScrapeTarget } from './scrape-targets.ts'
import type { IngestRequest, TableRow } from './types.ts'

const workspace: Workspace = { id: 'w', name: 'w', resourceId: '/w', database: 'w' }
const opened: { stop(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.stop()
})

/** An exporter that serves what `page` says; undefined: it fails. */
async function exporter(page: () => string | undefined): Promise<string> {
  const server: Server = createServer((request, response) => {
    const text = request.url === '/metrics' ? page() : undefined
    response.writeHead(text === undefined ? 500 : 200, { 'content-type': 'text/plain; version=0.0.4' }).end(text)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  opened.push({ stop: () => new Promise((closed) => server.close(closed)) })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A scraper whose rows are kept here, with names of their metrics, values and whether they end a series. */
function scraped(targets: () => readonly ScrapeTarget[]) {
  const rows: TableRow[] = []
  const scraper = startScraper({
    ingest: {
      async accept({ receiver, body, head }: IngestRequest) {
        for await (const batch of receiver.decode(body, head)) {
          for (const record of batch) if (!('rejected' in record)) rows.push(record)
        }
        return { accepted: 0, rejected: 0, errors: [] }
      },
      async append(_, appended) {
        rows.push(...appended)
        return { accepted: 0, rejected: 0, errors: [] }
      },
    },
    receiver: receivers['prometheus-text'],
    workspace: () => workspace,
    sources: [{ targets }],
    routes: 'none',
    clock: systemClock,
    log: createLog('silent'),
  })
  opened.push(scraper)
  const of = (name: string) => rows.filter(({ fields }) => fields.Name === name)
  return { rows, of }
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries++) await new Promise((resume) => setTimeout(resume, 50))
  expect(holds()).toBe(true)
}

test('what a target serves, whether it is up, and the end of what is gone', async () => {
  let page: string | undefined = 'a 1\nb{x="y"} 2\nold 3 1000\n'
  const url = await exporter(() => page)
  let targets = parseTargets(`${url}#job=node&interval=1`)
  const { of } = scraped(() => targets)
  await until(() => of('up').length >= 1)
  const instance = url.slice('http://'.length)
  expect(of('b')[0]?.fields).toMatchObject({ Labels: { instance, job: 'node', x: 'y' }, Value: 2 })
  expect(of('a')[0]?.time).toBe(of('up')[0]?.time)
  expect(of('scrape_samples_scraped')[0]?.fields.Value).toBe(2)

  page = 'a 1\n'
  await until(() => of('b').some(({ fields }) => fields.IsStale === true))
  expect(of('a').some(({ fields }) => fields.IsStale === true)).toBe(false)

  page = undefined
  await until(() => of('up').some(({ fields }) => fields.Value === 0))
  expect(of('a').filter(({ fields }) => fields.IsStale === true)).toHaveLength(1)

  page = 'a 1\n'
  await until(() => of('up').at(-1)?.fields.Value === 1)
  targets = []
  await until(() => of('a').filter(({ fields }) => fields.IsStale === true).length === 2)
  expect(of('old').some(({ fields }) => fields.IsStale === true)).toBe(false)
}, 30_000)

test('targets of the setting', () => {
  expect(parseTargets(' http://a:9100  https://b/m?x=1#job=j&instance=i&interval=15&workspace=w ')).toEqual([
    { url: 'http://a:9100/metrics', job: 'static', instance: 'a:9100', intervalMillis: 60_000 },
    { url: 'https://b/m?x=1', job: 'j', instance: 'i', intervalMillis: 15_000, workspace: 'w' },
  ])
  expect(parseTargets('')).toEqual([])
})

test.each([
  ['a:9100', 'no http or https URL'],
  ['ftp://a/', 'no http or https URL'],
  ['http://a/#every=5', "'every'"],
  ['http://a/#interval=0', '1 to 86400'],
  ['http://a/#interval=x', '1 to 86400'],
])('refused: %s', (text, reason) => expect(() => parseTargets(text)).toThrow(reason))
