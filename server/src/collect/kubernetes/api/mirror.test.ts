// A mirror against an API server that pages, changes, cuts connections, forgets versions and refuses.
import { afterEach, expect, test } from 'vitest'
import { type ApiServer, type Recorded, startApiServer } from '../../../../test/kubernetes/api-server.ts'
import { type Pod, podKind } from '../pods.ts'
import { ApiClient, type RequestLimits } from './client.ts'
import { Mirror } from './mirror.ts'

let close: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const one of close) await one()
  close = []
})

function pod(index: number, phase = 'Running'): Recorded {
  const uid = `uid-${index}`
  const metadata = { uid, name: `pod-${index}`, namespace: 'n', creationTimestamp: '2024-05-01T10:00:00Z' }
  return { metadata, spec: { nodeName: `node-${index % 3}`, containers: [] }, status: { phase } }
}

const quick = { pageSize: 4, watchSeconds: 300, retry: { firstMillis: 10, mostMillis: 40 } }

interface Setup {
  readonly server: ApiServer
  readonly mirror: Mirror<Pod>
  readonly troubles: string[]
  readonly states: () => readonly string[]
}

async function start(
  count: number,
  prepare: (server: ApiServer) => void = () => {},
  options: { readonly limits?: Partial<RequestLimits>; readonly token?: string; readonly node?: string } = {},
): Promise<Setup> {
  const server = await startApiServer({ pods: Array.from({ length: count }, (_, index) => pod(index)) })
  prepare(server)
  const access = { server: new URL(server.url), ca: server.ca, token: () => options.token ?? server.token }
  const client = new ApiClient(access, { idleMillis: 2_000, answerBytes: 1e6, ...options.limits })
  const troubles: string[] = []
  const onTrouble = (message: string) => troubles.push(message)
  const kind = podKind({ environment: true, ...(options.node !== undefined && { node: options.node }) })
  const mirror = new Mirror(client, kind, { ...quick, onTrouble })
  const stopping = new AbortController()
  const running = mirror.run(stopping.signal)
  close.push(async () => {
    stopping.abort()
    await running
    client.close()
    await server.close()
  })
  const states = () => [...mirror.objects.values()].map(({ name, status }) => `${name} ${status}`).sort()
  return { server, mirror, troubles, states }
}

const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 5_000, interval: 5 })

test('lists page by page, then follows changes', async () => {
  const { server, mirror, states, troubles } = await start(10)
  await eventually(() => server.watchers('pods')).toBe(1)
  expect(mirror.objects.size).toBe(10)
  const lists = server.asked.filter((url) => !url.searchParams.has('watch'))
  expect(lists.map((url) => url.searchParams.get('continue'))).toEqual([null, '4', '8'])
  const watch = server.asked.at(-1)
  expect(Object.fromEntries(watch?.searchParams ?? [])).toMatchObject({
    resourceVersion: '1000',
    allowWatchBookmarks: 'true',
  })
  server.change('pods', 'MODIFIED', pod(1, 'Failed'))
  server.change('pods', 'DELETED', pod(2))
  server.change('pods', 'ADDED', pod(10, 'Pending'))
  await eventually(() => states().join()).toContain('pod-10 Pending')
  expect(states()).toContain('pod-1 Failed')
  expect(states()).not.toContain('pod-2 Running')
  expect(troubles).toEqual([])
})

test('goes on from the last version when a watch ends, bookmarks included', async () => {
  const { server, states } = await start(3)
  await eventually(() => server.watchers('pods')).toBe(1)
  server.bookmark('pods')
  server.change('pods', 'MODIFIED', pod(0, 'Failed'))
  server.bookmark('pods')
  await eventually(() => states().join()).toContain('pod-0 Failed')
  server.endWatches()
  await eventually(() => server.asked.at(-1)?.searchParams.get('resourceVersion')).toBe('1003')
  expect(server.asked.filter((url) => !url.searchParams.has('watch'))).toHaveLength(1)
})

test.each([
  ['a watch that ends with ERROR 410', ['expired']],
  ['a watch that is answered 410', [{ status: 410, reason: 'Expired' }]],
] as const)('lists anew after %s', async (_name, faults) => {
  const { server, states, troubles } = await start(3)
  await eventually(() => server.watchers('pods')).toBe(1)
  server.fault('pods', ...faults)
  server.endWatches()
  await eventually(() => server.asked.filter((url) => !url.searchParams.has('watch')).length).toBe(2)
  await eventually(() => server.watchers('pods')).toBe(1)
  expect(states()).toHaveLength(3)
  expect(troubles).toEqual([])
})

test('a list whose continue token is too old begins anew; what was known stays until it is complete', async () => {
  const { server, mirror, troubles } = await start(6)
  await eventually(() => server.watchers('pods')).toBe(1)
  server.fault('pods', 'expired', 'fine', { status: 410, reason: 'Expired' })
  server.endWatches()
  const lists = () => server.asked.filter((url) => !url.searchParams.has('watch'))
  await eventually(() => lists().length).toBe(4)
  expect(mirror.objects.size).toBe(6)
  await eventually(() => server.watchers('pods')).toBe(1)
  expect(lists().map((url) => url.searchParams.get('continue'))).toEqual([null, '4', null, '4', null, '4'])
  expect(mirror.objects.size).toBe(6)
  expect(troubles).toEqual([])
})

test('broken, slow and senseless answers are tried again, and told', async () => {
  const { mirror, troubles, server } = await start(
    5,
    (prepared) => prepared.fault('pods', 'cut', 'garbage', 'silent', { status: 500, reason: 'InternalError' }),
    { limits: { idleMillis: 150 } },
  )
  await eventually(() => mirror.isListed).toBe(true)
  await eventually(() => server.watchers('pods')).toBe(1)
  expect(troubles).toEqual([
    expect.stringMatching(/aborted|hang up|terminated/),
    expect.stringContaining('something that is not JSON'),
    expect.stringContaining('was silent for'),
    'pods: /api/v1/pods answered 500: InternalError it is',
  ])
  expect(mirror.objects.size).toBe(5)
})

test('waits as long as the server asks', async () => {
  const before = performance.now()
  const { mirror } = await start(1, (server) =>
    server.fault('pods', { status: 429, reason: 'TooManyRequests', headers: { 'retry-after': '1' } }),
  )
  await eventually(() => mirror.isListed).toBe(true)
  expect(performance.now() - before).toBeGreaterThan(950)
})

test('a token that is not accepted is told with what the server says', async () => {
  const { mirror, troubles } = await start(1, () => {}, { token: 'wrong' })
  await eventually(() => troubles.length).toBeGreaterThan(1)
  expect(troubles[0]).toBe('pods: /api/v1/pods answered 401: Unauthorized it is')
  expect(mirror.isListed).toBe(false)
})

test('asks for the pods of one node only', async () => {
  const { mirror, server } = await start(9, () => {}, { node: 'node-1' })
  await eventually(() => server.watchers('pods')).toBe(1)
  expect([...mirror.objects.keys()]).toEqual(['uid-1', 'uid-4', 'uid-7'])
  expect(server.asked.at(-1)?.searchParams.get('fieldSelector')).toBe('spec.nodeName=node-1')
})

test('an answer beyond the limit is not read on', async () => {
  const { troubles } = await start(10, () => {}, { limits: { answerBytes: 500 } })
  await eventually(() => troubles.length).toBeGreaterThan(0)
  expect(troubles[0]).toBe('pods: the answer is longer than 500 bytes')
})
