import { expect, test } from 'vitest'
import { MalformedBody } from '../types.ts'
import { receivers } from './index.ts'
import { decode, decodeRows } from './testing.ts'

const receiver = receivers['kubernetes-audit']
const cluster = '/subscriptions/S/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c'
const event = (verb: string, more = '') =>
  `{"level":"Request","auditID":"id-${verb}","stage":"ResponseComplete","requestURI":"/api","verb":"${verb}","user":{"username":"u"},"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"2026-03-01T10:00:00.123456Z","stageTimestamp":"2026-03-01T10:00:01.000001Z"${more}}`
const list = (...items: string[]) =>
  `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${items.join(',')}]}`

test('by default events become rows of AKSAudit', async () => {
  const [row] = await decodeRows(receiver, list(event('get', ',"annotations":{"a/b":"c"}')), { cluster })
  expect(row).toMatchObject({ table: 'AKSAudit', resourceId: cluster, time: '2026-03-01T10:00:00.123456Z' })
  expect(row?.fields).toMatchObject({
    AuditId: 'id-get',
    RequestUri: '/api',
    User: { username: 'u' },
    ResponseStatus: { metadata: {}, code: 200 },
    Annotations: { 'a/b': 'c' },
    RequestReceivedTime: '2026-03-01T10:00:00.123456Z',
    StageReceivedTime: '2026-03-01T10:00:01.000001Z',
  })
})

test('in diagnostics mode rows look as AKS makes them, reads apart from the rest', async () => {
  const rows = await decodeRows(receiver, list(event('create', ',"n":1.0'), event('watch')), {
    mode: 'diagnostics',
    cluster,
  })
  expect(rows.map(({ fields }) => fields.Category)).toEqual(['kube-audit-admin', 'kube-audit'])
  expect(rows[0]?.fields).toMatchObject({
    OperationName: 'Microsoft.ContainerService/managedClusters/diagnosticLogs/Read',
    ResourceId: cluster.toUpperCase(),
    Resource: 'C',
    stream_s: 'stdout',
    log_s: `{"kind":"Event","apiVersion":"audit.k8s.io/v1",${event('create', ',"n":1.0').slice(1)}\n`,
  })
  const [forced] = await decodeRows(receiver, list(event('create')), { mode: 'diagnostics', category: 'kube-audit' })
  expect(forced?.fields.Category).toBe('kube-audit')
})

test('single events, as the log backend writes them, are taken too', async () => {
  const lines = ['get', 'delete']
    .map((verb) => event(verb, ',"kind":"Event","apiVersion":"audit.k8s.io/v1"'))
    .join('\n')
  expect(await decodeRows(receiver, lines)).toHaveLength(2)
  const [row] = await decodeRows(receiver, lines, { mode: 'diagnostics' })
  expect(row?.fields.log_s).toBe(`${lines.split('\n')[0]}\n`)
})

test('an empty list is fine', async () => {
  expect(await decode(receiver, list())).toEqual([])
})

test.each([
  ['{"kind":"PodList","items":[]}', 'found kind "PodList"'],
  ['{"items":[{"auditID":"a"}]}', 'found kind null'],
  ['{"kind":"Pod","metadata":{}}', 'found kind "Pod"'],
  [list(event('get')).slice(0, -3), 'the body ends inside'],
  ['<html>', 'expected a JSON object or array'],
])('another body is malformed: %s', async (body, message) => {
  const failure = decode(receiver, body)
  await expect(failure).rejects.toThrow(MalformedBody)
  await expect(failure).rejects.toThrow(message)
})

test('an item that is no event costs itself only', async () => {
  expect(await decode(receiver, list(event('get'), '{"verb":"get"}', '7'))).toMatchObject([
    { table: 'AKSAudit' },
    { rejected: 'no audit event: auditID is missing' },
    { rejected: expect.stringContaining('must be a JSON object') },
  ])
})

test('cluster must be an ARM id', async () => {
  await expect(decode(receiver, list(), { cluster: 'c' })).rejects.toThrow(MalformedBody)
})
