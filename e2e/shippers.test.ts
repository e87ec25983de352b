// Log shippers' and Azure's protocols over HTTP with bodies that are wrong: refused in the protocol's way, and the next good one is stored.
import { gzipSync } from 'node:zlib'
import { compress } from 'snappyjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { messageOf } from '../server/src/ingest/receivers/protobuf/messages.ts'
import { type RealServer, startRealServer } from './server.ts'

let server: RealServer
beforeAll(async () => {
  server = await startRealServer({ args: ['--token', 'secret'] })
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
})

interface Target {
  readonly path: string
  readonly type: string
  readonly good: string
  /** Finds the good record. */
  readonly query: string
  readonly created: number
}

const json = 'application/json'
const nanos = `${Date.now()}000000`
const targets: readonly Target[] = [
  {
    path: '/ingest/fluent-bit',
    type: json,
    good: '[{"log":"good"}]',
    query: 'FluentBit_CL | where log == "good"',
    created: 200,
  },
  {
    path: '/ingest/vector',
    type: json,
    good: '{"message":"good"}\n',
    query: 'Vector_CL | where message == "good"',
    created: 200,
  },
  {
    path: '/i/_bulk',
    type: json,
    good: '{"index":{}}\n{"message":"good"}\n',
    query: 'i_CL | where message == "good"',
    created: 200,
  },
  {
    path: '/loki/api/v1/push',
    type: json,
    good: JSON.stringify({ streams: [{ stream: { a: 'b' }, values: [[nanos, 'good']] }] }),
    query: 'LokiLogs_CL | where Line == "good"',
    created: 204,
  },
  {
    path: '/services/collector',
    type: json,
    good: '{"event":"good"}',
    query: 'SplunkEvents_CL | where tostring(Event) == "good"',
    created: 200,
  },
  {
    path: '/ingest/falco',
    type: json,
    good: '{"rule":"good","output":"o"}',
    query: 'FalcoEvents_CL | where Rule == "good"',
    created: 200,
  },
  {
    path: '/ingest/json/Own_CL',
    type: json,
    good: '[{"text":"good"}]',
    query: 'Own_CL | where text == "good"',
    created: 200,
  },
  {
    path: '/ingest/azure-diagnostics',
    type: json,
    good: '{"records":[{"category":"Some","resourceId":"/subscriptions/s","properties":{"text":"good"}}]}',
    query: 'AzureDiagnostics | where text_s == "good"',
    created: 200,
  },
  {
    path: '/ingest/data-export/Heartbeat',
    type: json,
    good: '[{"Computer":"good"}]',
    query: 'Heartbeat | where Computer == "good"',
    created: 200,
  },
  {
    path: '/ingest/defender',
    type: json,
    good: '[{"AlertType":"good"}]',
    query: 'SecurityAlert | where AlertType == "good"',
    created: 200,
  },
  {
    path: '/ingest/container-insights',
    type: json,
    good: '{"DataType":"KUBE_NODE_INVENTORY_BLOB","DataItems":[{"Computer":"good"}]}',
    query: 'KubeNodeInventory | where Computer == "good"',
    created: 200,
  },
  {
    path: '/k8s-audit',
    type: json,
    good: JSON.stringify({
      kind: 'EventList',
      apiVersion: 'audit.k8s.io/v1',
      items: [{ level: 'Metadata', auditID: 'a', stage: 'ResponseComplete', verb: 'good', user: { username: 'u' } }],
    }),
    query: 'AKSAudit | where Verb == "good"',
    created: 200,
  },
]

const send = (path: string, type: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
  fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': type, authorization: 'Bearer secret', ...headers },
    body: Buffer.from(body),
  })

async function count(query: string): Promise<unknown> {
  const response = await send('/v1/workspaces/default/query', json, JSON.stringify({ query: `${query} | count` }))
  const { tables } = (await response.json()) as { tables?: { rows: unknown[][] }[] }
  return tables?.[0]?.rows[0]?.[0] ?? 0
}

describe.each(targets)('$path', ({ path, type, good, query, created }) => {
  test('wrong bodies, then a good one', async () => {
    const gzip = { 'content-encoding': 'gzip' }
    expect((await send(path, type, gzipSync(good).subarray(0, -9), gzip)).status).toBe(400)
    expect((await send(path, type, good, gzip)).status).toBe(400)
    expect((await send(path, type, Buffer.from([0xff, 0xfe, 0x00, 0xc3]))).status).toBe(400)
    expect((await send(path, type, `${'['.repeat(200_000)}`)).status).toBe(400)
    expect((await send(path, type, good, { authorization: 'Bearer no' })).status).toBeOneOf([401, 403])
    const deep = good.replace('"good"', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`)
    expect((await send(path, type, deep)).status).toBeLessThan(500)
    expect(await count(query)).toBe(0)
    expect((await send(path, type, gzipSync(good), gzip)).status).toBe(created)
    expect(await count(query)).toBe(1)
  })
})

test('Loki, protobuf', async () => {
  const entries = [{ timestamp: { seconds: Math.floor(Date.now() / 1000) }, line: 'protobuf' }]
  const body = compress(messageOf('loki', 'PushRequest').encode({ streams: [{ labels: '{a="b"}', entries }] }))
  const type = 'application/x-protobuf'
  expect((await send('/loki/api/v1/push', type, body.subarray(0, -3))).status).toBe(400)
  expect((await send('/loki/api/v1/push', type, body)).status).toBe(204)
  expect(await count('LokiLogs_CL | where Line == "protobuf"')).toBe(1)
})

test('each of many refused items of a bulk request is told', async () => {
  const pairs = Array.from({ length: 300 }, (_, n) => `{"create":{"_index":"many"}}\n${n % 2 ? '{"n":1}' : '{"n":'}\n`)
  const answer = (await (await send('/_bulk', json, pairs.join(''))).json()) as {
    errors: boolean
    items: { create: { status: number } }[]
  }
  expect(answer.errors).toBe(true)
  expect(answer.items.map(({ create }) => create.status)).toEqual(pairs.map((_, n) => (n % 2 ? 201 : 400)))
  expect(await count('many_CL')).toBe(150)
})
