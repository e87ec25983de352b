import { compress } from 'snappyjs'
import { describe, expect, test } from 'vitest'
import { MalformedBody } from '../types.ts'
import { receivers } from './index.ts'
import { labelsOf } from './loki/labels.ts'
import { messageOf } from './protobuf/messages.ts'
import { decode, decodeRows } from './testing.ts'

const receiver = receivers['loki-push']
const protobuf = 'application/x-protobuf'
const pushed = (labels: string, entries: readonly object[]) =>
  compress(messageOf('loki', 'PushRequest').encode({ streams: [{ labels, entries }] }))

const seconds = 1_772_359_200
const row = {
  table: 'LokiLogs_CL',
  time: '2026-03-01T10:00:00.123456789Z',
  fields: { Labels: { env: 'test', job: 'web' }, Line: 'one', StructuredMetadata: { trace_id: 't' } },
}

test('protobuf', async () => {
  const entry = {
    timestamp: { seconds, nanos: 123_456_789 },
    line: 'one',
    structuredMetadata: [{ name: 'trace_id', value: 't' }],
  }
  expect(await decodeRows(receiver, pushed('{env="test", job="web"}', [entry]), {}, protobuf)).toMatchObject([row])
})

test('JSON', async () => {
  const stream = { stream: { env: 'test', job: 'web' }, values: [[`${seconds}123456789`, 'one', { trace_id: 't' }]] }
  expect(await decodeRows(receiver, JSON.stringify({ streams: [stream] }))).toMatchObject([row])
})

test('labels of a pod, some of them in the metadata', async () => {
  const stream = {
    stream: { namespace: 'shop', pod: 'web-1', app: 'web' },
    values: [[`${seconds}000000000`, 'boom', { container: 'web', detected_level: 'error', trace_id: 't' }]],
  }
  const [found] = await decodeRows(receiver, JSON.stringify({ streams: [stream] }))
  expect(found).toMatchObject({
    table: 'ContainerLogV2',
    fields: {
      PodNamespace: 'shop',
      PodName: 'web-1',
      ContainerName: 'web',
      LogMessage: 'boom',
      LogLevel: 'error',
      KubernetesMetadata: { fields: { app: 'web', trace_id: 't' } },
    },
  })
})

describe('labels as text', () => {
  test.each([
    ['{a="b"}', { a: 'b' }],
    ['{ a = "b" , c_1="d, e" }', { a: 'b', c_1: 'd, e' }],
    ['{a="b",}', { a: 'b' }],
    ['{a="q\\"\\\\\\n\\u00e9\\x41\\101"}', { a: 'q"\\\n\u00e9AA' }],
    ['{a=`b"\\n`}', { a: 'b"\\n' }],
    ['{}', {}],
  ])('%s', (text, wanted) => expect(labelsOf(text)).toEqual(wanted))
  test.each(['', 'a="b"', '{a}', '{a="b}', '{a="\\q"}', '{="b"}', '{a="b" c="d"}', '{a="\\Uffffffff"}'])(
    '%s is refused',
    (text) => expect(() => labelsOf(text)).toThrow(MalformedBody),
  )
})

test('an entry that is none costs no other', async () => {
  const values = [['soon', 'a'], ['1', 2], [`${seconds}000000000`, 'good'], 'x', [`${seconds}000000000`, 'b', 'c']]
  const out = await decode(receiver, JSON.stringify({ streams: [{ stream: { a: 'b' }, values }] }))
  expect(out.map((one) => 'rejected' in one)).toEqual([true, true, false, true, true])
})

test.each([
  ['no JSON', 'hello', 'application/json'],
  ['no streams', '{}', 'application/json'],
  ['no labels', '{"streams":[{"stream":{},"values":[]}]}', 'application/json'],
  ['a label that is no text', '{"streams":[{"stream":{"a":1},"values":[]}]}', 'application/json'],
  ['no snappy', Buffer.from('hello'), protobuf],
  ['no protobuf', compress(Buffer.from('hello')), protobuf],
  ['labels that are no text', pushed('nonsense', []), protobuf],
  ['no labels in protobuf', pushed('{}', []), protobuf],
])('refused as a whole: %s', async (_, body, type) => {
  await expect(decode(receiver, body, {}, type)).rejects.toThrow(MalformedBody)
})
