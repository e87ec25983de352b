// Elasticsearch's own client ships documents: plain bulk requests and its bulk helper.
import { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

let server: RealServer
let client: Client
beforeAll(async () => {
  server = await startRealServer({ args: ['--token', 'secret'] })
  client = new Client({ node: server.url, auth: { apiKey: { id: 'conshelf', api_key: 'secret' } }, maxRetries: 0 })
})
afterAll(async () => {
  await client.close()
  expect(await server.stop()).toBe(0)
})

async function ask(query: string): Promise<unknown[][]> {
  const response = await fetch(`${server.url}/v1/workspaces/default/query`, {
    method: 'POST',
    headers: { authorization: 'Bearer secret' },
    body: JSON.stringify({ query }),
  })
  const { tables } = (await response.json()) as { tables: { rows: unknown[][] }[] }
  return tables[0]?.rows ?? []
}

const at = new Date(Date.now() - 1_000).toISOString()

test('a bulk request has a status for every item', async () => {
  const operations = [
    { create: { _index: 'app' } },
    { '@timestamp': at, message: 'one', status: 200 },
    { create: { _index: 'app' } },
    { '@timestamp': at, message: 'two', status: 'no number' },
    { delete: { _index: 'app', _id: '1' } },
  ]
  const answer = await client.bulk({ operations })
  expect(answer.errors).toBe(true)
  expect(answer.items.map((item) => Object.values(item)[0]?.status)).toEqual([201, 201, 400])
  // A value that its column does not take is left out, of which the error table tells.
  expect(await ask('app_CL | sort by message asc | project message, status')).toEqual([
    ['one', 200],
    ['two', null],
  ])
  expect(await ask('ConshelfIngestionErrors_CL | where Reason has "no number" | count')).toEqual([[1]])
})

test('the bulk helper sends thousands, once each', async () => {
  const documents = Array.from({ length: 5_000 }, (_, n) => ({ '@timestamp': at, message: `line ${n}`, n }))
  const stats = await client.helpers.bulk({
    datasource: documents,
    onDocument: () => ({ create: { _index: 'helper' } }),
    flushBytes: 100_000,
  })
  expect(stats).toMatchObject({ total: 5_000, successful: 5_000, failed: 0 })
  expect(await ask('helper_CL | summarize count(), count_distinct(n)')).toEqual([[5_000, 5_000]])
})

test('a wrong key is its error', async () => {
  const stranger = new Client({ node: server.url, auth: { username: 'conshelf', password: 'wrong' }, maxRetries: 0 })
  await expect(stranger.bulk({ operations: [{ create: { _index: 'app' } }, { a: 1 }] })).rejects.toMatchObject({
    statusCode: 401,
  })
  await stranger.close()
})
