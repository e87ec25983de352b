import { expect, test } from 'vitest'
import { MalformedBody } from '../types.ts'
import { receivers } from './index.ts'
import { decode, decodeRows } from './testing.ts'

const receiver = receivers['splunk-events']

test('events one after another; what they do not say is in the address', async () => {
  const body =
    '{"time":1772359200.123,"host":"h","index":"main","event":"one","fields":{"k":"v"}}\n {"event":{"a":1}}{"event":5}'
  const rows = await decodeRows(receiver, body, { host: 'd', sourcetype: 'st' })
  expect(rows.map(({ table, time, fields }) => [table, time, fields])).toEqual([
    [
      'SplunkEvents_CL',
      '2026-03-01T10:00:00.123000000Z',
      { Event: 'one', Host: 'h', SourceType: 'st', Index: 'main', Fields: { k: 'v' } },
    ],
    ['SplunkEvents_CL', undefined, { Event: { a: 1 }, Host: 'd', SourceType: 'st' }],
    ['SplunkEvents_CL', undefined, { Event: 5, Host: 'd', SourceType: 'st' }],
  ])
})

test.each([
  ['fields of OpenTelemetry', { event: 'm', fields: { 'k8s.pod.name': 'p', 'k8s.namespace.name': 'n' } }],
  ['an event of Fluent Bit', { event: { log: 'm', kubernetes: { pod_name: 'p', namespace_name: 'n' } } }],
])('a line of a container: %s', async (_, event) => {
  const [row] = await decodeRows(receiver, JSON.stringify({ ...event, index: 'k' }))
  expect(row).toMatchObject({
    table: 'ContainerLogV2',
    fields: {
      PodName: 'p',
      PodNamespace: 'n',
      LogMessage: 'm',
      KubernetesMetadata: { fields: { splunk: { index: 'k' } } },
    },
  })
})

test('what is no event costs no other', async () => {
  const out = await decode(receiver, '{"host":"h"}{"event":""}{"event":"x","fields":[1]}{"event":"good"}')
  expect(out.map((one) => ('rejected' in one ? one.rejected : one.fields.Event))).toEqual([
    'Event field is required',
    'Event field cannot be blank',
    'Error in handling indexed fields',
    'good',
  ])
})

test('raw lines', async () => {
  const rows = await decodeRows(receivers['splunk-raw'], 'a\r\n\n{"b":1}\n', { source: 's' })
  expect(rows.map(({ fields }) => fields)).toEqual([
    { Event: 'a', Source: 's' },
    { Event: '{"b":1}', Source: 's' },
  ])
})

test.each(['', 'hello', '{"event":'])('refused as a whole: %j', async (body) => {
  await expect(decode(receiver, body)).rejects.toThrow(MalformedBody)
})
