// Who may do what, with real credentials: tokens of an identity provider, Azure's client secrets, API tokens; roles of each kind.
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { Agent, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { ResourceGraphClient } from '@azure/arm-resourcegraph'
import { ClientSecretCredential } from '@azure/identity'
import { LogsQueryClient } from '@azure/monitor-query-logs'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

const token = 'the-owners'
const tenant = '11111111-2222-3333-4444-555555555555'
const audience = 'api://conshelf'
const workspace =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/conshelf/providers/Microsoft.OperationalInsights/workspaces/default'
const vault = '/subscriptions/s1/resourceGroups/a/providers/Microsoft.KeyVault/vaults/kv-1'
const roleIds = { reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7' }

type Pair = Awaited<ReturnType<typeof generateKeyPair>>
let server: RealServer
let ca: string
let provider: Server
let issuer: string
/** The provider's keys by id: those that it publishes. */
const keys = new Map<string, Pair>()

beforeAll(async () => {
  keys.set('first', await generateKeyPair('RS256'))
  provider = createServer(async (call, answer) => {
    answer.setHeader('content-type', 'application/json')
    if (call.url === '/.well-known/openid-configuration')
      return answer.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }))
    const all = [...keys].map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid, use: 'sig' }))
    return answer.end(JSON.stringify({ keys: await Promise.all(all) }))
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
  server = await startRealServer({
    args: ['--tls', 'self-signed', '--syslog', 'off'],
    env: { CONSHELF_TOKEN: token, CONSHELF_OIDC_ISSUER: issuer, CONSHELF_OIDC_AUDIENCE: audience },
  })
  const folder = join(server.data, 'tls')
  ca = readFileSync(join(folder, readdirSync(folder).find((name) => name.includes('cert')) ?? ''), 'utf8')
  for (const name of ['kv-1', 'kv-2']) {
    const resourceId = vault.replace('kv-1', name)
    const record = { time: new Date().toISOString(), resourceId, category: 'AuditEvent', operationName: name }
    expect((await call(token, '/ingest/azure-diagnostics?workspace=default', { records: [record] })).status).toBe(200)
  }
  expect((await call(token, '/ingest/json/Heartbeat', [{ TimeGenerated: new Date().toISOString() }])).status).toBe(200)
})
afterAll(async () => {
  provider.close()
  expect(await server.stop()).toBe(0)
})

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, looked into by the tests
  readonly body: any
}

function call(bearer: string, path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') {
  return new Promise<Answer>((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const headers = { authorization: `Bearer ${bearer}`, ...type }
    const sent = request(server.url + path, { method, ca, headers }, (answer) => {
      let text = ''
      answer.on('data', (chunk) => {
        text += chunk
      })
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) }),
      )
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

const query = (bearer: string, text: string, path = '/v1/workspaces/default/query') =>
  call(bearer, path, { query: text })

async function assign(principalId: string, role: string, scope: string): Promise<string> {
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`
  const properties = { principalId, roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}` }
  expect(await call(token, `${id}?api-version=2022-04-01`, { properties }, 'PUT')).toMatchObject({ status: 201 })
  return id
}

interface Claims {
  readonly kid?: string
  readonly from?: string
  readonly to?: string
  readonly expires?: number
  readonly notBefore?: number
  readonly [claim: string]: unknown
}

/** A token of the provider. */
async function provided({ kid = 'first', from, to, expires = 300, notBefore = 0, ...claims }: Claims): Promise<string> {
  const key = keys.get(kid) ?? (await generateKeyPair('RS256'))
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(from ?? issuer)
    .setAudience(to ?? audience)
    .setIssuedAt(now)
    .setNotBefore(now + notBefore)
    .setExpirationTime(now + expires)
    .sign(key.privateKey)
}

test('a user of the provider has the roles of its object id, its groups and its roles', async () => {
  const [oid, group] = [crypto.randomUUID(), crypto.randomUUID()]
  const mine = await provided({ oid, sub: 'x', preferred_username: 'ann@example.com' })
  expect(await query(mine, 'Heartbeat | count')).toMatchObject({
    status: 403,
    body: { error: { code: 'InsufficientAccessError' } },
  })
  await assign(oid, roleIds.reader, workspace)
  expect(await query(mine, 'Heartbeat | count')).toMatchObject({ status: 200, body: { tables: [{ rows: [[1]] }] } })
  const grouped = await provided({ sub: 'bob', groups: [group] })
  const named = await provided({ sub: 'eve', roles: ['Log.Readers'] })
  expect([(await query(grouped, 'Heartbeat')).status, (await query(named, 'Heartbeat')).status]).toEqual([403, 403])
  await assign(group, roleIds.reader, workspace)
  await assign('Log.Readers', roleIds.reader, workspace)
  expect([(await query(grouped, 'Heartbeat')).status, (await query(named, 'Heartbeat')).status]).toEqual([200, 200])
})

test.each<[string, () => Promise<string>]>([
  ['expired', () => provided({ sub: 'ann', expires: -120 })],
  ['not good yet', () => provided({ sub: 'ann', notBefore: 120 })],
  ['for another service', () => provided({ sub: 'ann', to: 'api://other' })],
  ['of another issuer', () => provided({ sub: 'ann', from: 'https://elsewhere.example' })],
  ['signed with a key that nobody published', () => provided({ sub: 'ann', kid: 'unknown' })],
  ['of nobody', () => provided({})],
  ['not signed', async () => new UnsecuredJWT({ sub: 'ann' }).setIssuer(issuer).setAudience(audience).encode()],
  [
    'signed with the public key as a secret',
    async () => {
      const secret = new TextEncoder().encode(JSON.stringify(await exportJWK((keys.get('first') as Pair).publicKey)))
      const jwt = new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'HS256', kid: 'first' })
      return jwt.setIssuer(issuer).setAudience(audience).setExpirationTime('5m').sign(secret)
    },
  ],
  [
    'changed',
    async () => {
      const [head, , signature] = (await provided({ sub: 'ann' })).split('.')
      const claims = { sub: 'eve', iss: issuer, aud: audience, exp: Date.now() }
      return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
    },
  ],
])('a token that is %s', async (_what, made) => {
  const answer = await query(await made(), 'print 1')
  expect(answer).toMatchObject({ status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } })
})

test('the provider changes its keys', async () => {
  await assign('kim', roleIds.reader, workspace)
  keys.set('second', await generateKeyPair('ES256').then(() => generateKeyPair('RS256')))
  // Keys are not fetched again within five seconds, or unknown ones would have the provider asked for each request.
  await expect
    .poll(async () => (await query(await provided({ sub: 'kim', kid: 'second' }), 'print 1')).status, {
      timeout: 15_000,
      interval: 500,
    })
    .toBe(200)
  keys.delete('first')
})

test("Azure's client secrets: the SDKs of queries and of Resource Graph, unmodified", async () => {
  const made = await call(token, '/conshelf/clients', {
    name: 'dashboard',
    roles: [{ role: 'Log Analytics Reader', scope: 'default' }],
  })
  expect(made.status).toBe(201)
  const { id, secret } = made.body
  const options = { authorityHost: server.url, disableInstanceDiscovery: true, tlsOptions: { ca } }
  const credential = new ClientSecretCredential(tenant, id, secret, options)
  const logs = new LogsQueryClient(credential, { endpoint: `${server.url}/v1`, tlsOptions: { ca } })
  const customerId = (await call(token, '/conshelf/workspaces')).body.workspaces[0].id
  const hour = { duration: 'PT1H' }
  expect(await logs.queryWorkspace(customerId, 'Heartbeat | count', hour)).toMatchObject({ tables: [{ rows: [[1]] }] })
  const agentSettings = { http: new Agent({ ca }), https: new Agent({ ca }) }
  const graph = new ResourceGraphClient(credential, { baseUri: server.url, agentSettings, noRetryPolicy: true })
  expect(await graph.resources({ query: 'Resources | project name' })).toMatchObject({ data: [{ name: 'default' }] })

  const { token: access } = await credential.getToken('https://api.loganalytics.io/.default')
  const claims = JSON.parse(Buffer.from(access.split('.')[1] ?? '', 'base64url').toString())
  expect(claims).toMatchObject({
    aud: 'https://api.loganalytics.io',
    appid: id,
    tid: tenant,
    oid: made.body.principalId,
  })
  expect(claims.exp - claims.iat).toBe(3_600)
  const wrong = new ClientSecretCredential(tenant, id, `${secret}x`, options)
  await expect(wrong.getToken('https://api.loganalytics.io/.default')).rejects.toThrow(/invalid_client/)

  expect((await call(token, `/conshelf/clients/${id}`, undefined, 'DELETE')).status).toBe(204)
  expect((await query(access, 'print 1')).status).toBe(401)
})

test('API tokens: shown once, listed without secrets, revoked', async () => {
  const { body } = await call(token, '/conshelf/tokens', { name: 't', roles: [{ role: 'Reader', scope: '/' }] })
  expect((await query(body.secret, 'Heartbeat | count')).status).toBe(200)
  const listed = await call(token, '/conshelf/tokens')
  expect(JSON.stringify(listed.body)).toContain(body.id)
  expect(JSON.stringify(listed.body)).not.toMatch(/secret|hash/i)
  // A reader of everything gives nothing to anybody.
  expect((await call(body.secret, '/conshelf/tokens', { name: 'u' })).status).toBe(403)
  expect((await call(token, `/conshelf/tokens/${body.id}`, undefined, 'DELETE')).status).toBe(204)
  expect((await query(body.secret, 'print 1')).status).toBe(401)
})

test('an API token expires', async () => {
  const expiresAt = new Date(Date.now() + 1_500).toISOString()
  const { body } = await call(token, '/conshelf/tokens', {
    name: 'short',
    expiresAt,
    roles: [{ role: 'Reader', scope: '/' }],
  })
  expect((await query(body.secret, 'print 1')).status).toBe(200)
  await expect.poll(async () => (await query(body.secret, 'print 1')).status, { timeout: 5_000 }).toBe(401)
})

async function tokenWith(...roles: readonly { readonly role: string; readonly scope: string }[]): Promise<string> {
  return (await call(token, '/conshelf/tokens', { name: 'one of a test', roles })).body.secret
}

test('a reader of one resource reads its rows alone, and in no workspace', async () => {
  const mine = await tokenWith({ role: 'Reader', scope: vault })
  const at = (resource: string) => query(mine, 'AzureDiagnostics | project OperationName', `/v1${resource}/query`)
  expect(await at(vault)).toMatchObject({ status: 200, body: { tables: [{ rows: [['kv-1']] }] } })
  expect((await query(mine, 'union * | count', `/v1${vault}/query`)).body.tables[0].rows).toEqual([[1]])
  const denied = { status: 403, body: { error: { code: 'InsufficientAccessError' } } }
  expect(await at(vault.replace('kv-1', 'kv-2'))).toMatchObject(denied)
  expect(await at('/subscriptions/s1/resourceGroups/a')).toMatchObject(denied)
  expect(await query(mine, 'AzureDiagnostics')).toMatchObject(denied)
  const more = { query: 'AzureDiagnostics', resources: [vault.replace('kv-1', 'kv-2')] }
  expect(await call(mine, `/v1${vault}/query`, more)).toMatchObject(denied)
  expect((await call(mine, '/conshelf/workspaces')).body.workspaces).toEqual([])

  // Where the workspace wants rights of its own, those to a resource open nothing.
  const features = (enableLogAccessUsingOnlyResourcePermissions: boolean) =>
    call(
      token,
      `${workspace}?api-version=2023-09-01`,
      { properties: { features: { enableLogAccessUsingOnlyResourcePermissions } } },
      'PATCH',
    )
  expect((await features(false)).body.properties.features.enableLogAccessUsingOnlyResourcePermissions).toBe(false)
  expect(await at(vault)).toMatchObject(denied)
  expect((await features(true)).status).toBe(200)
  expect((await at(vault)).status).toBe(200)
})

test('a reader of one table sees that one', async () => {
  const mine = await tokenWith({ role: 'Reader', scope: `${workspace}/tables/Heartbeat` })
  expect((await query(mine, 'Heartbeat | count')).body.tables[0].rows).toEqual([[1]])
  expect(await query(mine, 'union withsource=T * | distinct T')).toMatchObject({
    body: { tables: [{ rows: [['Heartbeat']] }] },
  })
  expect((await query(mine, 'search "kv-1" | count')).body.tables[0].rows).toEqual([[0]])
  for (const text of ['AzureDiagnostics', 'LAQueryLogs | take 1', 'workspace("default").AzureDiagnostics'])
    expect(await query(mine, text)).toMatchObject({ status: 400, body: { error: { code: 'BadArgumentError' } } })
  const metadata = await call(mine, '/v1/workspaces/default/metadata')
  expect(metadata.body.tables.map(({ name }: { name: string }) => name)).toEqual(['Heartbeat'])
  // Names of watchlists are rows of another table.
  expect(metadata.body.functions).toEqual([])
  const tables = await call(mine, `${workspace}/tables?api-version=2023-09-01`)
  expect(tables.body.value.map(({ name }: { name: string }) => name)).toEqual(['Heartbeat'])
  expect((await call(mine, `${workspace}/tables/Syslog?api-version=2023-09-01`)).status).toBe(403)
})

test('a custom role reads all tables but one', async () => {
  const guid = crypto.randomUUID()
  const path = `/providers/Microsoft.Authorization/roleDefinitions/${guid}?api-version=2022-04-01`
  const permissions = [
    {
      actions: [
        'Microsoft.OperationalInsights/workspaces/query/read',
        'Microsoft.OperationalInsights/workspaces/query/*/read',
      ],
      notActions: ['Microsoft.OperationalInsights/workspaces/query/AzureDiagnostics/read'],
    },
  ]
  const properties = { roleName: 'All but diagnostics', permissions, assignableScopes: [workspace] }
  expect((await call(token, path, { properties }, 'PUT')).status).toBe(201)
  const mine = await tokenWith({ role: 'All but diagnostics', scope: 'default' })
  expect((await query(mine, 'Heartbeat | count')).status).toBe(200)
  expect((await query(mine, 'AzureDiagnostics')).status).toBe(400)
  expect((await query(mine, 'union * | where Type == "AzureDiagnostics" | count')).body.tables[0].rows).toEqual([[0]])
  const elsewhere = await call(token, '/conshelf/tokens', { name: 'x', roles: [{ role: guid, scope: '/' }] })
  expect(elsewhere).toMatchObject({ status: 400 })
})

test('a publisher sends to its rule or workspace, and reads nothing', async () => {
  const rule = `${workspace.split('/providers/')[0]}/providers/Microsoft.Insights/dataCollectionRules/r1`
  const columns = [
    { name: 'TimeGenerated', type: 'datetime' },
    { name: 'A', type: 'string' },
  ]
  const table = { properties: { schema: { name: 'Sent_CL', columns } } }
  expect((await call(token, `${workspace}/tables/Sent_CL?api-version=2023-09-01`, table, 'PUT')).status).toBe(200)
  const properties = {
    streamDeclarations: { 'Custom-S': { columns } },
    destinations: { logAnalytics: [{ workspaceResourceId: workspace, name: 'w' }] },
    dataFlows: [{ streams: ['Custom-S'], destinations: ['w'], outputStream: 'Custom-Sent_CL' }],
  }
  const made = await call(token, `${rule}?api-version=2023-03-11`, { location: 'x', properties }, 'PUT')
  const { immutableId } = made.body.properties
  const stream = `/dataCollectionRules/${immutableId}/streams/Custom-S?api-version=2023-01-01`
  const rows = [{ TimeGenerated: new Date().toISOString(), A: 'a' }]
  const [ofRule, ofWorkspace, reader] = await Promise.all([
    tokenWith({ role: 'Monitoring Metrics Publisher', scope: rule }),
    tokenWith({ role: 'Monitoring Metrics Publisher', scope: workspace }),
    tokenWith({ role: 'Reader', scope: '/' }),
  ])
  expect((await call(ofRule, stream, rows)).status).toBe(204)
  expect((await call(ofRule, '/ingest/json/Heartbeat?workspace=default', rows)).status).toBe(403)
  expect((await call(ofWorkspace, '/ingest/json/Heartbeat?workspace=default', rows)).status).toBe(200)
  for (const bearer of [reader, ofWorkspace])
    expect(await call(bearer, stream, rows)).toMatchObject({
      status: 403,
      body: { error: { code: 'OperationFailed' } },
    })
  expect((await call(reader, '/ingest/json/Heartbeat?workspace=default', rows)).status).toBe(403)
  expect((await query(ofWorkspace, 'print 1')).status).toBe(403)
})

test('what was refused is in the query audit', async () => {
  await expect
    .poll(
      async () =>
        (await query(token, 'LAQueryLogs | where ResponseCode == 403 | distinct AADEmail, QueryText')).body.tables[0]
          .rows,
    )
    .toContainEqual(['ann@example.com', 'Heartbeat | count'])
})
