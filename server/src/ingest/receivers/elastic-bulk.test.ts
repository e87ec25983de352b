import { expect, test } from 'vitest'
import { MalformedBody } from '../types.ts'
import { type BulkItem, elasticBulk } from './elastic-bulk.ts'
import { decode, decodeRows } from './testing.ts'

const lines = (...values: readonly (object | string)[]) =>
  values.map((value) => `${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join('')

test('items and records are the same, one by one', async () => {
  const items: BulkItem[] = []
  const body = lines(
    { create: { _index: 'logs-app.web-default' } },
    { '@timestamp': '2026-03-01T10:00:00.123Z', message: 'a' },
    { index: { _id: '7' } },
    { 'a.b': 1 },
    { update: { _id: '8' } },
    { doc: {} },
    { delete: { _id: '9' } },
    { index: {} },
    '{"broken":',
    { index: {} },
    '[1]',
  )
  const out = await decode(
    elasticBulk((item) => items.push(item)),
    body,
    { index: 'logs' },
  )
  expect(items).toEqual([
    { action: 'create', index: 'logs-app.web-default', id: undefined },
    { action: 'index', index: 'logs', id: '7' },
    { action: 'update', index: 'logs', id: '8', fault: 'illegal_argument_exception' },
    { action: 'delete', index: 'logs', id: '9', fault: 'illegal_argument_exception' },
    { action: 'index', index: 'logs', id: undefined, fault: 'document_parsing_exception' },
    { action: 'index', index: 'logs', id: undefined, fault: 'document_parsing_exception' },
  ])
  expect(out.map((one) => ('rejected' in one ? 'no' : one.table))).toEqual([
    'logs_app_web_default_CL',
    'logs_CL',
    'no',
    'no',
    'no',
    'no',
  ])
  expect(out[0]).toMatchObject({ time: '2026-03-01T10:00:00.123Z', fields: { message: 'a' } })
})

test.each([
  [
    'nested',
    {
      kubernetes: {
        namespace: 'shop',
        pod: { name: 'web-1', uid: 'u-1' },
        container: { name: 'web' },
        node: { name: 'n-1' },
        labels: { app: 'web' },
      },
      container: { id: 'c0ffee', image: { name: 'reg/web:1' }, runtime: 'containerd' },
      log: { level: 'WARN', offset: 5 },
    },
  ],
  [
    'with dots',
    {
      'kubernetes.namespace': 'shop',
      'kubernetes.pod.name': 'web-1',
      'kubernetes.pod.uid': 'u-1',
      'kubernetes.container.name': 'web',
      'kubernetes.node.name': 'n-1',
      'kubernetes.labels': { app: 'web' },
      'container.id': 'c0ffee',
      'container.image.name': 'reg/web:1',
      'log.level': 'WARN',
    },
  ],
])('documents of containers in the shape of ECS, %s', async (_, document) => {
  const body = lines({ create: { _index: 'filebeat' } }, { message: 'm', stream: 'stderr', ...document })
  const [row] = await decodeRows(elasticBulk(), body)
  expect(row?.table).toBe('ContainerLogV2')
  expect(row?.fields).toMatchObject({
    Computer: 'n-1',
    ContainerId: 'c0ffee',
    ContainerName: 'web',
    PodName: 'web-1',
    PodNamespace: 'shop',
    LogMessage: 'm',
    LogSource: 'stderr',
    LogLevel: 'warning',
    KubernetesMetadata: { podUid: 'u-1', podLabels: { app: 'web' }, imageTag: '1' },
  })
})

test.each([
  ['nothing', ''],
  ['an action that is none', lines({ upsert: { _index: 'a' } }, {})],
  ['an action that is no object', lines('[1]', {})],
  ['two actions', lines({ index: { _index: 'a' }, create: {} }, {})],
  ['no index', lines({ index: {} }, {})],
  ['an action without its document', lines({ index: { _index: 'a' } })],
])('refused as a whole: %s', async (_, body) => {
  await expect(decode(elasticBulk(), body)).rejects.toThrow(MalformedBody)
})
