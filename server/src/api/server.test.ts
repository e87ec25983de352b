// The HTTP surfaces over real sockets, with a query service and a pipeline that the test scripts.
import { connect } from 'node:net'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { openIdentity } from '../access/identity.ts'
import { allRights } from '../access/rights.ts'
import type { Workspace } from '../catalog/types.ts'
import { systemClock } from '../core/clock.ts'
import { ServerError } from '../core/errors.ts'
import { randomIds } from '../core/ids.ts'
import { defaultLimits } from '../core/limits.ts'
import { createLog } from '../core/log.ts'
import { noUse } from '../engine/engine.ts'
import { receivers } from '../ingest/receivers/index.ts'
import { type Ingest, type IngestRequest, MalformedBody, Overloaded, type Receiver } from '../ingest/types.ts'
import type { AnswerPart, QueryRequest, ResultHead } from '../query/types.ts'
import type { ApiParts } from './parts.ts'
import { createApi } from './server.ts'

const hub: Workspace = {
  id: '11111111-0000-0000-0000-000000000000',
  name: 'hub',
  resourceId: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/hub',
  database: 'ws_1',
}
const receiver: Receiver = { name: 'none', decode: async function* () {} }
const head: ResultHead = { name: 'PrimaryResult', columns: [{ name: 's', type: 'string' }], sorted: false }
const table: AnswerPart = { kind: 'table', ...head, heads: [head] }
const end: AnswerPart = { kind: 'end', statistics: { ...noUse, elapsedMillis: 1, tables: [] } }

interface Script {
  readonly run?: (request: QueryRequest) => AsyncGenerator<AnswerPart, void, undefined>
  readonly accept?: (request: IngestRequest) => ReturnType<Ingest['accept']>
  readonly token?: string
}

const opened: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()))
})

async function serve({ run, accept, token }: Script): Promise<string> {
  const missing = () => Promise.reject(new Error('not scripted'))
  const counters = {
    receivers: {},
    workspaces: {},
    pendingBytes: 0,
    inserts: 0,
    insertedRows: 0,
    insertedBytes: 0,
    failedInserts: 0,
  }
  const roles: ApiParts['roles'] = {
    rightsOf: () => allRights,
    find: () => undefined,
    list: () => [],
    custom: () => undefined,
    assignments: () => [],
    checkAssignable: () => {},
    assign: missing,
    define: missing,
    remove: missing,
  }
  const none = () => undefined
  const credentials = { create: missing, list: () => [], revoke: missing, token: none, client: none, clientOf: none }
  const accessTokens = { issue: missing, clientIn: missing, hasKey: () => false, publicKeys: [] }
  const parts: ApiParts = {
    queries: {
      run: run ?? async function* () {},
      fill: async () => {},
      compile: () => ({ ok: false, diagnostics: [] }),
      explain: async () => ({ ok: false, diagnostics: [] }),
      load: { running: 0, queued: 0 },
      close: async () => {},
    },
    content: { queries: () => [], resourceTypes: () => ({ types: new Map(), isClosed: () => false }) },
    workspaces: {
      list: () => [hub],
      find: (name) => ([hub.id, hub.name].includes(name.toLowerCase()) ? hub : undefined),
      create: missing,
      takesResourceRights: () => true,
      settings: () => ({}),
      change: missing,
      remove: missing,
    },
    tables: {
      catalog: () => ({
        version: '1',
        table: () => undefined,
        function: () => undefined,
        tableNames: () => [],
        allNames: () => [],
        workspace: () => undefined,
      }),
      definition: () => undefined,
      stored: () => undefined,
      storedNames: () => [],
      prepare: missing,
      names: () => [],
      declare: missing,
      drop: missing,
      watchlistsChanged: missing,
      functions: () => ({
        get: () => undefined,
        list: () => [],
        save: missing,
        put: missing,
        remove: missing,
        reload: missing,
      }),
    },
    resources: {
      ids: missing,
      get: missing,
      list: missing,
      put: missing,
      delete: missing,
      change: () => ({ do: 'put', id: '', kind: '', body: '', changedAt: 0, changedBy: '' }),
    },
    identity: openIdentity({ roles, credentials, accessTokens, ...(token === undefined ? {} : { token }) }),
    roles,
    credentials,
    accessTokens,
    dataCollectionRules: { put: missing, find: missing },
    diagnosticSettings: { put: missing, forget: () => {}, answer: () => undefined, warnings: () => [] },
    alerting: {
      rules: {
        put: missing,
        remove: missing,
        list: async () => [],
        changeOf: () => ({ do: 'unset', space: '', key: '' }),
        kept: () => {},
      },
      book: { list: async () => [], find: missing, change: missing, expire: missing },
      tick: missing,
      told: missing,
      start: missing,
      stop: missing,
    },
    rowQueries: { check: () => ({ diagnostics: [], columns: [] }), run: missing },
    activity: { record: async () => {} },
    sharedKeys: { of: missing },
    security: {} as ApiParts['security'],
    lifecycle: {
      deletions: { begin: missing, find: missing, resume: missing, stop: missing },
      searchJobs: { begin: missing, cancel: missing, resume: missing, stop: missing },
      summaryRules: {} as ApiParts['lifecycle']['summaryRules'],
      dataExports: {} as ApiParts['lifecycle']['dataExports'],
      operations: { find: missing },
    },
    ingest: {
      accept: accept ?? missing,
      acceptRecords: missing,
      append: missing,
      metrics: () => counters,
      close: async () => {},
    },
    receivers: Object.fromEntries(Object.keys(receivers).map((name) => [name, receiver])) as ApiParts['receivers'],
    listeners: () => [],
    followed: () => ({ sources: [], targets: [] }),
    clock: systemClock,
    ids: randomIds,
    limits: defaultLimits,
    log: createLog('silent'),
    version: '0',
    demo: () => ({ state: 'off' }),
    ready: () => true,
  }
  const server = await createApi(parts)
  opened.push(server)
  return server.listen({ host: '127.0.0.1', port: 0 })
}

/** The parts of answers that these tests look into. */
interface AnswerBody {
  readonly tables?: readonly { readonly rows: readonly unknown[] }[]
  readonly error?: { readonly code: string }
}

async function bodyOf(answer: Response): Promise<AnswerBody> {
  return (await answer.json()) as AnswerBody
}

function post(url: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
}

const rows = (count: number, text: string): AnswerPart => ({
  kind: 'rows',
  rows: Array.from({ length: count }, () => [text]),
})

test('what a query is addressed to: workspace, resource, doubled slashes, any case', async () => {
  const seen: QueryRequest[] = []
  const url = await serve({
    run: async function* (request) {
      seen.push(request)
      yield table
      yield end
    },
  })
  const resource = 'subscriptions/S/resourcegroups/rg/providers/microsoft.network/azureFirewalls/fw'
  for (const path of ['/v1/workspaces/HUB/query', `/v1/${resource}/query`, `/V1//${resource}/query/`]) {
    const answer = await post(url + path, '{"query":"T"}', { 'x-ms-app': 'ConshelfPortal' })
    expect(await answer.json()).toEqual({
      tables: [{ name: 'PrimaryResult', columns: [{ name: 's', type: 'string' }], rows: [] }],
    })
  }
  expect(seen.map((request) => request.resourceScope)).toEqual([
    undefined,
    [`/${resource.toLowerCase()}`],
    [`/${resource.toLowerCase()}`],
  ])
  expect(seen.every(({ profile, text }) => profile === 'portal' && text === 'T')).toBe(true)
  expect((await fetch(`${url}/v1/workspaces/hub/query?query=T%20%7C+take+1`)).status).toBe(200)
  expect(seen.at(-1)?.text).toBe('T | take 1')
})

test('an early failure has its own status, a late one is a PartialError in whole JSON', async () => {
  const failing = (chunks: number) =>
    async function* (): AsyncGenerator<AnswerPart, void, undefined> {
      yield table
      for (let n = 0; n < chunks; n++) yield rows(1000, 'x'.repeat(100))
      throw new ServerError('queryTimeout', { seconds: 5 })
    }
  const early = await post(`${await serve({ run: failing(0) })}/v1/workspaces/hub/query`, '{"query":"T"}')
  expect([early.status, await early.json()]).toMatchObject([504, { error: { code: 'GatewayTimeout' } }])
  const late = await post(`${await serve({ run: failing(3) })}/v1/workspaces/hub/query`, '{"query":"T"}')
  const body = await bodyOf(late)
  expect([late.status, body.tables?.[0]?.rows.length, body.error?.code]).toEqual([200, 3000, 'PartialError'])
})

test('answers are compressed when asked for, and not otherwise', async () => {
  const url = await serve({
    run: async function* ({ text }) {
      yield table
      for (let n = 0; n < Number(text); n++) yield rows(1000, 'äöü'.repeat(40))
      yield end
    },
  })
  for (const chunks of ['0', '1', '30']) {
    const plain = await post(`${url}/v1/workspaces/hub/query`, JSON.stringify({ query: chunks }), {
      'accept-encoding': 'br, gzip;q=0',
    })
    expect(plain.headers.get('content-encoding')).toBeNull()
    const packed = await post(`${url}/v1/workspaces/hub/query`, JSON.stringify({ query: chunks }), {
      'accept-encoding': 'gzip',
    })
    expect(packed.headers.get('content-encoding')).toBe(chunks === '0' ? null : 'gzip')
    expect(await packed.text()).toBe(await plain.text())
  }
})

test('a client that leaves ends its query', async () => {
  const ended = Promise.withResolvers<boolean>()
  const url = await serve({
    run: async function* ({ signal }) {
      try {
        yield table
        for (;;) yield rows(1000, 'x'.repeat(100))
      } finally {
        ended.resolve(signal?.aborted ?? false)
      }
    },
  })
  const leaving = new AbortController()
  const answer = await fetch(`${url}/v1/workspaces/hub/query?query=T`, { signal: leaving.signal })
  await answer.body?.getReader().read()
  leaving.abort()
  expect(await ended.promise).toBe(true)
})

test('without the token nothing is answered but health and /conshelf/about', async () => {
  const url = await serve({ token: 's3cret' })
  const missing = await post(`${url}/v1/workspaces/hub/query`, '{"query":"T"}')
  expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  expect(await missing.json()).toMatchObject({
    error: { code: 'AuthenticationFailed', message: "Authentication failed. The 'Authorization' header is missing." },
  })
  const wrong = { authorization: 'Bearer no' }
  for (const path of ['/ingest/json/T', '/k8s-audit', '/conshelf/validate']) {
    const answer = await post(url + path, '{}', wrong)
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: 'InvalidAuthenticationToken' } }])
  }
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect(await (await fetch(`${url}/conshelf/about`)).json()).toMatchObject({
    authentication: 'token',
    authenticated: false,
  })
})

async function readAll({ body }: IngestRequest): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

test('ingested bodies stream in, plain or gzip, with every parameter', async () => {
  const seen: unknown[] = []
  const url = await serve({
    accept: async (request) => {
      const bytes = await readAll(request)
      seen.push([request.workspace.name, request.head, request.idempotencyKey, bytes.length])
      return { accepted: 1, rejected: 0, errors: [] }
    },
  })
  const body = Buffer.alloc(3_000_000, 'x')
  const headers = { 'idempotency-key': 'k1', 'content-type': 'text/plain' }
  const answer = await post(`${url}/ingest/json/T_CL?workspace=hub&keepTime=true`, body, headers)
  expect([answer.status, await answer.json()]).toEqual([200, { accepted: 1, rejected: 0, errors: [] }])
  await post(`${url}/k8s-audit?timeout=30s`, gzipSync(body), { 'content-encoding': 'gzip' })
  expect(seen).toEqual([
    [
      'hub',
      { contentType: 'text/plain', parameters: { workspace: 'hub', keepTime: 'true', table: 'T_CL' } },
      'k1',
      3_000_000,
    ],
    ['hub', { contentType: 'application/json', parameters: { timeout: '30s' } }, undefined, 3_000_000],
  ])
  expect(gunzipSync(gzipSync(body)).length).toBe(3_000_000)
})

test.each([
  [new MalformedBody('not JSON', 'line 3'), 400, 'InvalidPayload'],
  [new Overloaded(2.5), 429, 'TooManyRequests'],
])('refusals of the pipeline reach a client that is still sending: %s', async (refusal, status, code) => {
  const url = await serve({
    accept: async (request) => {
      for await (const _chunk of request.body) break
      throw refusal
    },
  })
  const answer = await post(`${url}/ingest/azure-diagnostics?workspace=hub`, Buffer.alloc(8_000_000, 'x'))
  expect([answer.status, (await bodyOf(answer)).error?.code]).toEqual([status, code])
  expect(answer.headers.get('retry-after')).toBe(status === 429 ? '3' : null)
})

test('cut gzip, foreign encodings and broken connections are the body’s fault', async () => {
  const url = await serve({
    accept: async (request) => ({ accepted: (await readAll(request)).length, rejected: 0, errors: [] }),
  })
  const cut = gzipSync(Buffer.alloc(100_000, 'x')).subarray(0, 60)
  const answer = await post(`${url}/ingest/json/T?workspace=hub`, cut, { 'content-encoding': 'gzip' })
  expect([answer.status, (await bodyOf(answer)).error?.code]).toEqual([400, 'InvalidPayload'])
  expect((await post(`${url}/ingest/json/T?workspace=hub`, 'x', { 'content-encoding': 'br' })).status).toBe(415)

  const outcome = Promise.withResolvers<unknown>()
  const second = await serve({
    accept: async (request) => {
      await readAll(request).catch(outcome.resolve)
      return { accepted: 1, rejected: 0, errors: [] }
    },
  })
  const socket = connect(Number(new URL(second).port), '127.0.0.1')
  socket.write('POST /ingest/json/T?workspace=hub HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nabc')
  socket.once('connect', () => setTimeout(() => socket.destroy(), 50))
  expect(await outcome.promise).toBeInstanceOf(ServerError)
})

test.each([
  ['/nowhere', 404, 'PathNotFoundError'],
  ['/v1/workspaces/nope/query?query=T', 404, 'WorkspaceNotFoundError'],
  ['/v1/workspaces/hub/nothing', 404, 'PathNotFoundError'],
  ['/v1/workspaces/hub/query', 400, 'BadArgumentError'],
  ['/v1/workspaces/hub/query?query=T&timespan=a', 400, 'BadArgumentError'],
  ['/conshelf/workspaces/nope/schema', 404, 'WorkspaceNotFoundError'],
])('GET %s', async (path, status, code) => {
  const answer = await fetch((await serve({})) + path)
  expect([answer.status, (await bodyOf(answer)).error?.code]).toEqual([status, code])
})
