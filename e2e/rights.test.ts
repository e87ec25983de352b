// Two workspaces, a principal with rights on one of them and one with rights on both: what each gets on every surface.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

const owner = 'the-owners'
/** Stands in rows and names of the other workspace alone. */
const secret = 'SECRETOFOTHER'
const group = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/conshelf'
const home = `${group}/providers/Microsoft.OperationalInsights/workspaces/default`
const otherGroup = '/subscriptions/00000000-0000-0000-0000-0000000000aa/resourceGroups/elsewhere'
const other = `${otherGroup}/providers/Microsoft.OperationalInsights/workspaces/other`

let server: RealServer
let otherGuid: string
/** Readers and publishers: of the first workspace, of both. */
let one: string
let both: string

beforeAll(async () => {
  server = await startRealServer({ args: ['--syslog', 'off'], env: { CONSHELF_TOKEN: owner } })
  const made = await send(owner, `${other}?api-version=2023-09-01`, { location: 'local' }, 'PUT')
  otherGuid = made.body.properties.customerId
  for (const [workspace, word] of [
    ['default', 'HOME'],
    ['other', secret],
  ] as const) {
    const time = new Date().toISOString()
    const rows = [{ TimeGenerated: time, Computer: word }]
    expect((await send(owner, `/ingest/json/Heartbeat?workspace=${workspace}`, rows)).status).toBe(200)
    const resourceId = `/subscriptions/s1/resourceGroups/a/providers/Microsoft.KeyVault/vaults/kv-${word}`
    const record = { time, resourceId, category: 'AuditEvent', operationName: word }
    const audit = await send(owner, `/ingest/azure-diagnostics?workspace=${workspace}`, { records: [record] })
    expect(audit.status).toBe(200)
  }
  await send(owner, `/ingest/json/${secret}_CL?workspace=other`, [{ TimeGenerated: new Date().toISOString() }])
  const search = { properties: { category: 'c', displayName: secret, query: 'Heartbeat', functionAlias: secret } }
  await send(owner, `${other}/savedSearches/s1?api-version=2020-08-01`, search, 'PUT')
  const roles = (scope: string) => [
    { role: 'Log Analytics Reader', scope },
    { role: 'Monitoring Metrics Publisher', scope },
  ]
  one = (await send(owner, '/conshelf/tokens', { name: 'one', roles: roles('default') })).body.secret
  both = (await send(owner, '/conshelf/tokens', { name: 'both', roles: [...roles('default'), ...roles('other')] })).body
    .secret
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
})

async function send(token: string, path: unknown, body?: unknown, method?: string) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/plain' : 'application/json'
  const response = await fetch(`${server.url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    ...(body === undefined ? {} : { body: text }),
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': type }) },
  })
  const answer = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') && answer !== ''
  return { status: response.status, text: answer, body: isJson ? JSON.parse(answer) : undefined }
}

const graph = '/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01'
const kusto = (csl: string, db = 'other') => ({ db, csl })
const version = 'api-version=2023-09-01'

/** Path, body; the status for who may not, and for who may. */
type Case = [path: string, body: unknown, denied: number, allowed: number]

/** What names the other workspace: refused to one, answered to both. */
const addressed: Case[] = [
  ['/v1/workspaces/other/query', { query: 'Heartbeat' }, 403, 200],
  ['/v1/workspaces/GUID/query', { query: 'print 1' }, 403, 200],
  ['/v1/workspaces/other/query?query=Heartbeat', undefined, 403, 200],
  ['/v1/workspaces/other/search?timespan=P1D', { query: 'Heartbeat' }, 403, 200],
  ['/v1/workspaces/other/metadata', undefined, 403, 200],
  [`/v1${other}/query`, { query: 'Heartbeat' }, 403, 200],
  [`/v1${other}/metadata`, undefined, 403, 200],
  [`${other}/query?api-version=2017-10-01`, { query: 'Heartbeat' }, 403, 200],
  [`${other}/api/query?api-version=2020-08-01`, { query: 'Heartbeat' }, 403, 200],
  [`${other}/providers/microsoft.insights/logs?api-version=2018-03-01-preview`, { query: 'Heartbeat' }, 403, 200],
  ['/v1/workspaces/default/query', { query: 'Heartbeat', workspaces: ['other'] }, 400, 200],
  ['/v1/workspaces/default/query', { query: `workspace("other").Heartbeat` }, 400, 200],
  ['/v1/workspaces/default/query', { query: `workspace("GUID").Heartbeat` }, 400, 200],
  ['/v1/workspaces/default/query', { query: 'Heartbeat', resources: [other] }, 400, 200],
  ['/conshelf/workspaces/other/schema', undefined, 403, 200],
  ['/conshelf/workspaces/other/resources', undefined, 403, 200],
  ['/conshelf/validate', { workspace: 'other', query: 'Heartbeat' }, 403, 200],
  ['/conshelf/explain', { workspace: 'other', query: 'Heartbeat' }, 403, 200],
  ['/v2/rest/query', kusto('Heartbeat'), 403, 200],
  ['/v1/rest/query', kusto('Heartbeat'), 403, 200],
  ['/v1/rest/query', kusto(`workspace("other").Heartbeat`, 'default'), 400, 200],
  ['/v1/rest/mgmt', kusto('.show tables'), 403, 200],
  ['/v1/rest/mgmt', kusto('.show database other schema', 'default'), 403, 200],
  ['/v1/rest/mgmt', kusto('.show functions'), 403, 200],
  ['/v1/rest/mgmt', kusto('.ingest inline into table Heartbeat <| a'), 403, 200],
  ['/v1/rest/ingest/other/Heartbeat?streamFormat=csv', 'x', 403, 200],
  ['/prometheus/other/api/v1/query?query=up', undefined, 403, 200],
  ['/api/v1/labels?workspace=other', undefined, 403, 200],
  ['/ingest/json/Heartbeat?workspace=other', [], 403, 200],
  ['/v1/logs?workspace=other', { resourceLogs: [] }, 403, 200],
  ['/loki/api/v1/push?workspace=other', { streams: [] }, 403, 204],
  ['/_bulk?workspace=other', '{"create":{"_index":"a"}}\n{"m":"a"}\n', 403, 200],
  ['/services/collector?workspace=other', { event: 'a' }, 403, 200],
  ['/k8s-audit?workspace=other', { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [] }, 403, 200],
  [`${other}?${version}`, undefined, 403, 200],
  [`${other}/tables?${version}`, undefined, 403, 200],
  [`${other}/tables/Heartbeat?${version}`, undefined, 403, 200],
  [`${other}/savedSearches/s1?api-version=2020-08-01`, undefined, 403, 200],
  [`${other}/providers/Microsoft.SecurityInsights/incidents?api-version=2023-02-01`, undefined, 403, 200],
  [`${otherGroup}?api-version=2021-04-01`, undefined, 403, 200],
]

const filled = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value).replaceAll('GUID', otherGuid))

describe('addressed to the other workspace', () => {
  test.each(addressed)('%s %j', async (path, body, denied, allowed) => {
    const [where, what] = [filled(path), filled(body)]
    const refused = await send(one, where, what)
    const answered = await send(both, where, what)
    expect([refused.status, answered.status], `${refused.text.slice(0, 300)}\n${answered.text.slice(0, 300)}`).toEqual([
      denied,
      allowed,
    ])
    expect(refused.text).not.toMatch(/SECRETOFOTHER/i)
  })

  // A name that is out of reach and one that does not exist are answered alike, but for the name itself.
  test.each(addressed)('%s %j: like one that is not there', async (path, body, denied) => {
    const absent = (value: unknown): unknown =>
      value === undefined
        ? undefined
        : JSON.parse(
            JSON.stringify(value)
              .replace(/other(?=["/?\\ ])|(?<=workspace=)other/g, 'oqqqr')
              .replaceAll('GUID', '00000000-0000-0000-0000-00000000000f'),
          )
    const missing = await send(one, absent(path), absent(body))
    expect(missing.status, missing.text.slice(0, 300)).toBe(denied)
    const refused = await send(one, filled(path), filled(body))
    const plain = (text: string) =>
      text
        .replace(/"(correlationId|x-ms-request-id|timestamp|clientRequestId|activityId)":"[^"]*"/g, '')
        .replace(/oqqqr|other|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '*')
    expect(plain(missing.text)).toBe(plain(refused.text))
  })
})

/** What names no workspace, or the first: nothing of the other in it for one, and something for both. */
const general: [path: string, body?: unknown][] = [
  ['/conshelf/workspaces'],
  [`/subscriptions?${version}`],
  [`/subscriptions/00000000-0000-0000-0000-0000000000aa/resourceGroups?api-version=2021-04-01`],
  [graph, { query: 'resources | project id, name' }],
  [graph, { query: 'resourcecontainers | project id, name' }],
  ['/v1/rest/mgmt', kusto('.show databases', 'default')],
  ['/v1/rest/mgmt', kusto('.show databases schema as json', 'default')],
]

const ofOther = /SECRETOFOTHER|workspaces\/other|"other"|0000000000aa|elsewhere/i
describe('of both workspaces', () => {
  test.each(general)('%s %j', async (path, body) => {
    const [mine, all] = [await send(one, path, body), await send(both, path, body)]
    expect([mine.status, all.status]).toEqual([200, 200])
    expect([ofOther.test(mine.text), ofOther.test(all.text)]).toEqual([false, true])
  })

  test('a resource: rows of the workspaces in reach', async () => {
    const query = { query: 'AzureDiagnostics | project OperationName' }
    const path = '/v1/subscriptions/s1/resourceGroups/a/query'
    const rows = async (token: string) => (await send(token, path, query)).body.tables[0].rows.flat().toSorted()
    expect(await rows(one)).toEqual(['HOME'])
    expect(await rows(both)).toEqual(['HOME', secret])
    const inside = { query: 'resource("/subscriptions/s1/resourceGroups/a").AzureDiagnostics | project OperationName' }
    expect((await send(one, '/v1/workspaces/default/query', inside)).text).not.toContain(secret)
    expect((await send(both, '/v1/workspaces/default/query', inside)).text).toContain(secret)
  })

  test('a batch: each its own answer', async () => {
    const requests = ['default', 'other'].map((workspace) => ({
      id: workspace,
      workspace,
      body: { query: 'Heartbeat' },
    }))
    const statuses = async (token: string) =>
      (await send(token, '/v1/$batch', { requests })).body.responses.map(({ status }: { status: number }) => status)
    expect(await statuses(one)).toEqual([200, 403])
    expect(await statuses(both)).toEqual([200, 200])
  })

  test('hints of errors name no table of the other', async () => {
    const { text } = await send(one, '/v1/workspaces/default/query', { query: `${secret}X_CL` })
    expect(text.replaceAll(`${secret}X_CL`, '')).not.toContain(secret)
  })

  test('queries of others are not shown', async () => {
    const text = `print "${secret}"`
    expect((await send(both, '/v2/rest/query', kusto(text))).status).toBe(200)
    expect((await send(one, '/v1/rest/mgmt', kusto('.show queries', 'default'))).text).not.toContain(secret)
    expect((await send(both, '/v1/rest/mgmt', kusto('.show queries', 'default'))).text).toContain(secret)
  })
})

/** Readers change nothing. */
test.each<readonly [path: string, body: unknown, method: string, status: number]>([
  [`${home}?${version}`, { location: 'local' }, 'PUT', 403],
  [`${home}/tables/New_CL?${version}`, { properties: {} }, 'PUT', 403],
  [`${home}/tables/Heartbeat?${version}`, undefined, 'DELETE', 403],
  [`${home}/savedSearches/a?${version}`, { properties: {} }, 'PUT', 403],
  [`${home}/sharedKeys?${version}`, undefined, 'POST', 403],
  [`${group}/providers/Microsoft.Insights/dataCollectionRules/r?${version}`, { properties: {} }, 'PUT', 403],
  [`${home}/providers/Microsoft.SecurityInsights/incidents/${crypto.randomUUID()}?${version}`, {}, 'PUT', 403],
  [`${home}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?${version}`, {}, 'PUT', 403],
  [`/providers/Microsoft.Authorization/roleDefinitions/${crypto.randomUUID()}?${version}`, {}, 'PUT', 403],
  [`/subscriptions/00000000-0000-0000-0000-000000000000?${version}`, undefined, 'DELETE', 403],
  ['/v1/rest/mgmt', kusto('.create table New_CL (A:string)', 'default'), 'POST', 403],
  ['/v1/rest/mgmt', kusto('.drop table Heartbeat', 'default'), 'POST', 403],
  ['/v1/rest/mgmt', kusto('.create-or-alter function f() { print 1 }', 'default'), 'POST', 403],
  ['/v1/rest/mgmt', kusto('.set-or-append New_CL <| print A = 1', 'default'), 'POST', 403],
  ['/conshelf/tokens', { name: 'x' }, 'POST', 403],
  ['/conshelf/clients', undefined, 'GET', 403],
  ['/conshelf/receivers', undefined, 'GET', 403],
])('a reader is refused: %s %j %s', async (path, body, method, status) => {
  const answer = await send(one, path, body, method)
  expect(answer.status, answer.text).toBe(status)
  if (path.includes('api-version'))
    expect(answer.body.error).toMatchObject({
      code: 'AuthorizationFailed',
      message: expect.stringMatching(
        /^The client 'one' with object id '[\da-f-]{36}' does not have authorization to perform action 'Microsoft\./,
      ),
    })
})
