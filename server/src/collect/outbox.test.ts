// The outbox against an HTTP server that stores, refuses, is overloaded, answers slowly, or is not there for a while.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { Outbox, type OutboxOptions } from './outbox.ts'

interface Answer {
  readonly status: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Stored, but the connection breaks before the answer. */
  readonly isCut?: true
}

const stored: Answer = { status: 200, body: '{"accepted":1,"rejected":0,"errors":[]}' }
let server: Server | undefined
let stop = async () => {}
afterEach(async () => {
  await stop()
  server?.closeAllConnections()
  server?.close()
})

interface Request {
  readonly url: string
  readonly key: string
  readonly token: string
  readonly rows: readonly unknown[]
}

async function listen(answers: readonly Answer[], port = 0) {
  const requests: Request[] = []
  const left = [...answers]
  server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
    const { 'idempotency-key': key, authorization = '' } = request.headers
    const rows = gunzipSync(Buffer.concat(parts))
      .toString()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    requests.push({ url: request.url ?? '', key: String(key), token: authorization, rows })
    const { status, body, headers, isCut } = left.shift() ?? stored
    if (isCut) response.destroy()
    else response.writeHead(status, headers).end(body)
  })
  server.listen(port, '127.0.0.1')
  await new Promise((resolve) => server?.once('listening', resolve))
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function open(url: string, options: Partial<OutboxOptions> = {}) {
  const losses: string[] = []
  const outbox = new Outbox(
    { url, token: 'secret', workspace: 'a b' },
    {
      delayed: (reason) => losses.push(`delayed ${reason}`),
      dropped: (table, rows) => losses.push(`dropped ${rows} of ${table}`),
      refused: (table, rows, reason) => losses.push(`refused ${rows} of ${table}: ${reason}`),
    },
    {
      capacityBytes: 1e6,
      batchBytes: 1e5,
      requestMillis: 2_000,
      retry: { firstMillis: 5, mostMillis: 40 },
      ...options,
    },
  )
  const stopping = new AbortController()
  const running = outbox.run(stopping.signal)
  stop = async () => {
    stopping.abort()
    await running
  }
  return { outbox, losses }
}

const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ n: index }))

test('sends rows packed, with workspace, token and a key for each batch', async () => {
  const { url, requests } = await listen([])
  const { outbox, losses } = open(url, { batchBytes: 20 })
  await outbox.put('Perf', rows(5))
  expect(requests.map((request) => request.rows)).toEqual([
    [{ n: 0 }, { n: 1 }, { n: 2 }],
    [{ n: 3 }, { n: 4 }],
  ])
  expect(requests[0]).toMatchObject({ url: '/ingest/json/Perf?workspace=a+b', token: 'Bearer secret' })
  expect(new Set(requests.map(({ key }) => key)).size).toBe(2)
  expect(losses).toEqual([])
  expect(outbox.waitingBytes).toBe(0)
})

test.each([
  ['an overloaded server', { status: 429, body: '{}', headers: { 'retry-after': '1' } }],
  ['a failing server', { status: 503, body: 'starting' }],
  ['a wrong token, which can be set right', { status: 401, body: '{}' }],
  ['a workspace that is not made yet', { status: 404, body: '{"error":{"code":"WorkspaceNotFoundError"}}' }],
  ['an answer that is lost', { status: 0, isCut: true }],
] as const)('tries again with the same key: %s', async (_name, answer) => {
  const { url, requests } = await listen([answer])
  const { outbox, losses } = open(url)
  const before = performance.now()
  await outbox.put('Perf', rows(1))
  expect(requests).toHaveLength(2)
  expect(requests[1]?.key).toBe(requests[0]?.key)
  expect(losses).toEqual([expect.stringMatching(/^delayed /)])
  if (answer.status === 429) expect(performance.now() - before).toBeGreaterThan(950)
})

test.each([
  [{ status: 400, body: 'no' }, 'refused 3 of Perf: the server answered 400: no'],
  [
    { status: 404, body: '{"error":{"code":"TableNotFound"}}' },
    'refused 3 of Perf: the server answered 404: {"error":{"code":"TableNotFound"}}',
  ],
  [
    { status: 200, body: '{"accepted":2,"rejected":1,"errors":[{"index":1,"reason":"odd"}]}' },
    'refused 1 of Perf: odd',
  ],
] as const)('tells of rows that no repetition would store: %j', async (answer, loss) => {
  const { url, requests } = await listen([answer])
  const { outbox, losses } = open(url)
  await outbox.put('Perf', rows(3))
  await outbox.put('Perf', rows(1))
  expect(losses).toEqual([loss])
  expect(requests).toHaveLength(2)
})

test('keeps everything, in order, while the server is away within what the buffer holds', async () => {
  const first = await listen([])
  server?.close()
  const { outbox, losses } = open(first.url)
  const waiting = [1, 2, 3].map((n) => outbox.put('KubeEvents', [{ n }]))
  await expect.poll(() => losses.length).toBeGreaterThan(1)
  expect(outbox.waitingBytes).toBeGreaterThan(0)
  const again = await listen([], Number(new URL(first.url).port))
  await Promise.all(waiting)
  expect(again.requests.flatMap((request) => request.rows)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  expect(losses.every((loss) => loss.startsWith('delayed no answer from'))).toBe(true)
})

test('a full buffer drops the oldest that are not on their way, and counts them', async () => {
  const first = await listen([])
  server?.close()
  const { outbox, losses } = open(first.url, { capacityBytes: 120 })
  const text = () => crypto.randomUUID()
  const waiting = [1, 2, 3, 4].map((n) =>
    outbox.put('Perf', [
      { n, text: text() },
      { n, text: text() },
    ]),
  )
  expect(outbox.hasRoom).toBe(false)
  expect(losses.filter((loss) => loss.startsWith('dropped'))).toEqual(['dropped 2 of Perf', 'dropped 2 of Perf'])
  const again = await listen([], Number(new URL(first.url).port))
  await Promise.all(waiting)
  expect(again.requests.flatMap((request) => request.rows)).toMatchObject([{ n: 1 }, { n: 1 }, { n: 4 }, { n: 4 }])
})

test('what its source can keep is not dropped for others', async () => {
  const first = await listen([])
  server?.close()
  const { outbox, losses } = open(first.url, { capacityBytes: 150 })
  const parcel = {
    path: '/ingest/cri-logs',
    parameters: { file: 'a b.log' },
    table: 'ContainerLogV2',
    rows: 1,
    text: '{"n":0}',
  }
  const row = () => [{ text: crypto.randomUUID() }]
  const waiting = [outbox.put('Perf', row()), outbox.keep(parcel), outbox.put('Perf', row()), outbox.put('Perf', row())]
  const again = await listen([], Number(new URL(first.url).port))
  await Promise.all(waiting)
  expect(losses.filter((loss) => loss.startsWith('dropped'))).toEqual(['dropped 1 of Perf'])
  expect(again.requests.map((request) => request.url)).toContain('/ingest/cri-logs?workspace=a+b&file=a+b.log')
})

test('delivers what waits before it ends', async () => {
  const { url, requests } = await listen([{ status: 503 }])
  const { outbox } = open(url)
  await stop()
  void outbox.put('Perf', rows(1))
  await outbox.drain(2_000)
  expect(requests).toHaveLength(2)
  expect(outbox.waitingBytes).toBe(0)
})
