// Two workspaces on one server: whatever the surface, rows, columns and tables of one are seen from the other only where the
// request names it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

/** Stands in rows of the other workspace alone. */
const secret = 'SECRETOFOTHER'
const otherId =
  '/subscriptions/00000000-0000-0000-0000-0000000000aa/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/other'

let server: RealServer
beforeAll(async () => {
  server = await startRealServer({ args: ['--syslog', 'off'] })
  expect((await send(`${otherId}?api-version=2023-09-01`, { location: 'local' }, 'PUT')).status).toBe(201)
  await store('default', 'HOME', 'kv-home')
  await store('other', secret, 'kv-other')
  await send('/ingest/json/Hidden_CL?workspace=other', [{ [`${secret}_s`]: secret }])
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
})

async function send(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') {
  const response = await fetch(server.url + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', prefer: 'include-dataSources=true,include-statistics=true' },
  })
  return { status: response.status, text: await response.text() }
}

async function store(workspace: string, word: string, vault: string): Promise<void> {
  const time = new Date().toISOString()
  const rows = await send(`/ingest/json/Heartbeat?workspace=${workspace}`, [{ TimeGenerated: time, Computer: word }])
  const pods = await send(`/ingest/json/ContainerLogV2?workspace=${workspace}`, [
    { TimeGenerated: time, LogMessage: word },
  ])
  const resourceId = `/SUBSCRIPTIONS/S1/RESOURCEGROUPS/A/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/${vault}`
  const record = { time, resourceId, category: 'AuditEvent', operationName: word, properties: { [word]: word } }
  const audit = await send(`/ingest/azure-diagnostics?workspace=${workspace}`, { records: [record] })
  expect([rows.status, pods.status, audit.status]).toEqual([200, 200, 200])
}

const wide = [
  'Heartbeat',
  'AzureDiagnostics',
  'ContainerLog',
  'union *',
  'union withsource=T H*, A*, C*',
  'search "SECRET*"',
  'search in (Heartbeat, ContainerLogV2) "SECRET*"',
  'find where Computer startswith "S"',
  'let f = () { Heartbeat }; f() | union (f())',
  'let m = materialize(Heartbeat); union m, m',
  'Heartbeat | join kind=fullouter AzureDiagnostics on TenantId',
  'Heartbeat | evaluate pivot(Computer)',
  'workspace("default").ContainerLog',
  'LAQueryLogs | where RequestTarget has "other"',
]

test.each(wide)('from home: %s', async (query) => {
  const { status, text } = await send('/v1/workspaces/default/query', { query })
  expect({
    status,
    seen: text.includes(secret) && !query.includes(secret),
    other: text.includes('/workspaces/other'),
  }).toEqual({
    status: 200,
    seen: false,
    other: false,
  })
})

test.each(['Heartbeat', 'ContainerLog', 'AzureDiagnostics', 'union *'])('the other has its own: %s', async (query) => {
  const { text } = await send('/v1/workspaces/other/query', { query })
  expect([text.includes(secret), text.includes('HOME')]).toEqual([true, false])
})

test.each<[string, string, unknown?]>([
  ['GET query', '/v1/workspaces/default/query?query=union%20*'],
  ['search', '/v1/workspaces/default/search?timespan=P1D', { query: 'Heartbeat' }],
  ['batch', '/v1/$batch', { requests: [{ id: 'a', workspace: 'default', body: { query: 'union *' } }] }],
  [
    'ARM',
    `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/conshelf/providers/Microsoft.OperationalInsights/workspaces/default/query?api-version=2017-10-01`,
    { query: 'union *' },
  ],
  ['metadata', '/v1/workspaces/default/metadata'],
  ['schema of the portal', '/conshelf/workspaces/default/schema'],
  ['resources of the portal', '/conshelf/workspaces/default/resources'],
  ['explain', '/conshelf/explain', { workspace: 'default', query: 'union Heartbeat, AzureDiagnostics, ContainerLog' }],
  ['validate', '/conshelf/validate', { workspace: 'default', query: 'AzureDiagnostics | project nothing' }],
  ['hints of errors', '/v1/workspaces/default/query', { query: 'Hiden_CL' }],
  [
    'another resource',
    '/v1/subscriptions/S1/resourceGroups/A/providers/Microsoft.KeyVault/vaults/kv-home/query',
    { query: 'AzureDiagnostics' },
  ],
])('from home: %s', async (_name, path, body) => {
  const { text } = await send(path, body)
  expect([...text.matchAll(/SECRETOFOTHER(?!_s)|kv-other|Hidden_CL/gi)].map(String)).toEqual([])
})

test('a table that only the other has is not there', async () => {
  expect(await send('/v1/workspaces/default/query', { query: 'Hidden_CL' })).toMatchObject({ status: 400 })
})

test.each([
  [{ query: 'workspace("other").Heartbeat' }],
  [{ query: 'workspace("other").ContainerLog' }],
  [{ query: 'Heartbeat', workspaces: ['other'] }],
  [{ query: 'resource("/subscriptions/S1/resourceGroups/A").AzureDiagnostics' }],
])('named, it is seen: %j', async (body) => {
  const { status, text } = await send('/v1/workspaces/default/query', body)
  expect([status, text.includes(secret)]).toEqual([200, true])
})

test("scratch tables of running queries are nobody's", async () => {
  for (const query of ['scratch.q', 'database("scratch").q', `workspace("scratch").q`, 'ws_1.Heartbeat'])
    expect(await send('/v1/workspaces/default/query', { query })).toMatchObject({ status: 400 })
})
