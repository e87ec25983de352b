// Azure's own clients of queries over TLS: the SDKs of logs queries and of Resource Graph.
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { ResourceGraphClient } from '@azure/arm-resourcegraph'
import { LogsQueryClient, LogsQueryResultStatus } from '@azure/monitor-query-logs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

const token = 'secret'
const resource = '/subscriptions/S1/resourceGroups/A/providers/Microsoft.KeyVault/vaults/kv-1'
const hour = { duration: 'PT1H' }

let server: RealServer
let ca: string
let workspace: string
let client: LogsQueryClient

beforeAll(async () => {
  server = await startRealServer({ args: ['--tls', 'self-signed', '--token', token, '--syslog', 'off'] })
  const folder = join(server.data, 'tls')
  ca = readFileSync(join(folder, readdirSync(folder).find((name) => name.includes('cert')) ?? ''), 'utf8')
  await post('/ingest/azure-diagnostics?workspace=default', {
    records: ['A', 'B'].map((operationName) => ({
      time: new Date().toISOString(),
      resourceId: operationName === 'A' ? resource.toUpperCase() : resource.replace('kv-1', 'kv-2').toUpperCase(),
      category: 'AuditEvent',
      operationName,
      properties: { requestUri_s: 'x' },
    })),
  })
  client = clientWith(token)
  workspace = JSON.parse(await post('/v1/workspaces/default/metadata', {})).workspaces[0].id
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
})

function clientWith(secret: string): LogsQueryClient {
  const credential = { getToken: async () => ({ token: secret, expiresOnTimestamp: Date.now() + 3_600_000 }) }
  return new LogsQueryClient(credential, {
    endpoint: `${server.url}/v1`,
    tlsOptions: { ca },
    retryOptions: { maxRetries: 0 },
  })
}

function post(path: string, body: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const call = request(server.url + path, { method: 'POST', ca, headers }, (answer) => {
      let text = ''
      answer.on('data', (chunk) => {
        text += chunk
      })
      answer.on('end', () => resolve(text))
    })
    call.on('error', reject)
    call.end(JSON.stringify(body))
  })
}

test('a workspace: types, statistics and visualization', async () => {
  const query =
    'AzureDiagnostics | summarize N = count(), D = take_any(dynamic({"a":[1]})), T = max(TimeGenerated) | render table'
  const options = { includeQueryStatistics: true, includeVisualization: true, serverTimeoutInSeconds: 30 }
  const result = await client.queryWorkspace(workspace, query, hour, options)
  expect(result.status).toBe(LogsQueryResultStatus.Success)
  if (result.status !== LogsQueryResultStatus.Success) return
  expect(result.tables[0]?.name).toBe('PrimaryResult')
  expect(result.tables[0]?.columnDescriptors.map(({ name, type }) => [name, type])).toEqual([
    ['N', 'long'],
    ['D', 'dynamic'],
    ['T', 'datetime'],
  ])
  expect(result.tables[0]?.rows).toEqual([[2, { a: [1] }, expect.any(Date)]])
  expect(result.statistics).toMatchObject({ query: { executionTime: expect.any(Number) } })
  expect(result.visualization).toMatchObject({ visualization: 'table' })
})

test('a resource, over all workspaces', async () => {
  const result = await client.queryResource(resource, 'AzureDiagnostics | project OperationName', hour)
  expect(result).toMatchObject({ status: LogsQueryResultStatus.Success, tables: [{ rows: [['A']] }] })
})

test('an answer that is cut is partial', async () => {
  const query = 'set truncationmaxrecords = 3; range x from 1 to 10 step 1'
  const result = await client.queryWorkspace(workspace, query, hour)
  expect(result).toMatchObject({
    status: LogsQueryResultStatus.PartialFailure,
    partialTables: [{ rows: [[1], [2], [3]] }],
    partialError: { code: 'PartialError' },
  })
})

test('a batch: each its own result, in order', async () => {
  const one = (query: string, workspaceId = workspace) => ({ workspaceId, query, timespan: hour })
  const results = await client.queryBatch([
    one('AzureDiagnostics | count'),
    one('AzureDiagnostics | where'),
    one('set truncationmaxrecords = 1; range x from 1 to 10 step 1'),
    one('print 1', '00000000-0000-0000-0000-000000000001'),
    ...Array.from({ length: 10 }, (_, n) => one(`print n = ${n}`)),
  ])
  // The client calls what failed wholly a partial failure too, without tables.
  expect(results.slice(0, 4)).toMatchObject([
    { status: LogsQueryResultStatus.Success, tables: [{ rows: [[2]] }] },
    { partialTables: [], partialError: { code: 'BadArgumentError', innererror: { code: 'SyntaxError' } } },
    { status: LogsQueryResultStatus.PartialFailure, partialTables: [{ rows: [[1]] }] },
    { partialTables: [], partialError: { code: 'WorkspaceNotFoundError' } },
  ])
  expect(results.slice(4).map((result) => 'tables' in result && result.tables[0]?.rows)).toEqual(
    Array.from({ length: 10 }, (_, n) => [[n]]),
  )
})

test.each<[string, () => Promise<unknown>, object]>([
  [
    'a query that is none',
    () => client.queryWorkspace(workspace, 'AzureDiagnostics | where X == 1', hour),
    { statusCode: 400, code: 'BadArgumentError' },
  ],
  [
    'a workspace that is not there',
    () => client.queryWorkspace('nowhere', 'print 1', hour),
    { statusCode: 404, code: 'WorkspaceNotFoundError' },
  ],
  [
    'a wrong token',
    () => clientWith('wrong').queryWorkspace(workspace, 'print 1', hour),
    { statusCode: 401, code: 'InvalidAuthenticationToken' },
  ],
  [
    'a query that takes too long',
    () =>
      client.queryWorkspace(workspace, 'range x from 1 to 100000000000 step 1 | summarize sum(x * x % 7)', hour, {
        serverTimeoutInSeconds: 1,
      }),
    { statusCode: 504, code: 'GatewayTimeout' },
  ],
])('%s is its error', async (_name, sent, error) => {
  await expect(sent()).rejects.toMatchObject(error)
})

test('the Resource Graph SDK', async () => {
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) }
  const agentSettings = { http: new Agent({ ca }), https: new Agent({ ca }) }
  const graph = new ResourceGraphClient(credential, { baseUri: server.url, agentSettings, noRetryPolicy: true })
  const found = await graph.resources({
    query: 'Resources | project name, type',
    options: { top: 1, resultFormat: 'objectArray' },
    facets: [{ expression: 'type' }, { expression: 'nothing' }],
  })
  expect(found).toMatchObject({
    totalRecords: 1,
    count: 1,
    resultTruncated: 'false',
    data: [{ name: 'default', type: 'microsoft.operationalinsights/workspaces' }],
    facets: [{ resultType: 'FacetResult', totalRecords: 1 }, { resultType: 'FacetError' }],
  })
  await expect(graph.resources({ query: 'Resources | where' })).rejects.toMatchObject({
    statusCode: 400,
    body: { error: { code: 'BadRequest', details: [{ code: 'InvalidQuery' }, { code: 'ParserFailure' }] } },
  })
})
