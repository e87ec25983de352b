// Payloads of the log shippers' HTTP outputs: JSON of Fluent Bit and Vector.
import { describe, expect, test } from 'vitest'
import { jsonText } from '../json/exact.ts'
import { MalformedBody } from '../types.ts'
import { receivers } from './index.ts'
import { shippedTime } from './shipper/time.ts'
import { decode, decodeRows } from './testing.ts'

test.each([
  ['1772359200.123456', '2026-03-01T10:00:00.123456000Z'],
  [1_772_359_200, '2026-03-01T10:00:00.000000000Z'],
  [1_772_359_200_123, '2026-03-01T10:00:00.123000000Z'],
  ['1772359200123456', '2026-03-01T10:00:00.123456000Z'],
  ['1772359200123456789', '2026-03-01T10:00:00.123456789Z'],
  ['2026-03-01 10:00:00.123456', '2026-03-01 10:00:00.123456'],
  ['2026-03-01T10:00:00.5+02:00', '2026-03-01T10:00:00.5+02:00'],
  [0, undefined],
  [-5, undefined],
  ['soon', undefined],
  [true, undefined],
  [null, undefined],
  ['99999999999999999999999', undefined],
])('the time %j', (value, wanted) => expect(shippedTime(value)).toBe(wanted))

const records = '{"date":1772359200.123456,"log":"a"} {"date":"2026-03-01T10:00:01Z","log":"b"}'

test.each([
  ['json', `[${records.replace('} {', '},{')}]`],
  ['json_lines', records.replace('} {', '}\n{')],
  ['json_stream', records.replace('} {', '}{')],
])('Fluent Bit, %s', async (_, body) => {
  const rows = await decodeRows(receivers['fluent-bit'], body, { tag: 'my.app' })
  expect(rows.map(({ table, time, fields }) => [table, time, fields])).toEqual([
    ['my_app_CL', '2026-03-01T10:00:00.123456000Z', { log: 'a' }],
    ['my_app_CL', '2026-03-01T10:00:01Z', { log: 'b' }],
  ])
})

test.each([
  [{}, 'FluentBit_CL'],
  [{ tag: 'x' }, 'x_CL'],
  [{ tag: 'x', table: 'Mine' }, 'Mine_CL'],
  [{ table: '../../etc; DROP TABLE' }, '_etc_DROP_TABLE_CL'],
])('the table of %j', async (parameters, table) => {
  const [row] = await decodeRows(receivers['fluent-bit'], '{"a":1}', parameters)
  expect(row?.table).toBe(table)
})

test('a date that is none stays a field; a field of another name can be the time', async () => {
  const [row] = await decodeRows(receivers['fluent-bit'], '{"date":"soon","at":1772359200}', { timeField: 'at' })
  expect([row?.time, row?.fields]).toEqual(['2026-03-01T10:00:00.000000000Z', { date: 'soon' }])
})

test('names of columns, doubled keys, large numbers', async () => {
  const [row] = await decodeRows(
    receivers.vector,
    '{"a b":1,"a.b":2,"a":"x","a":"y","n":18446744073709551615,"Type":"t"}',
  )
  expect(jsonText(row?.fields ?? {})).toBe('{"a_b":1,"a_b_":2,"a":"y","n":18446744073709551615,"Type_":"t"}')
})

describe('Vector', () => {
  const kubernetes = {
    container_id: 'containerd://c0ffee',
    container_image: 'reg.example/web:1.2',
    container_name: 'web',
    namespace_labels: { team: 'a' },
    pod_annotations: { a: 'b' },
    pod_labels: { app: 'web' },
    pod_name: 'web-1',
    pod_namespace: 'shop',
    pod_node_name: 'node-1',
    pod_uid: 'u-1',
  }
  test('a line of kubernetes_logs', async () => {
    const record = {
      timestamp: '2026-03-01T10:00:00.5Z',
      message: 'up',
      stream: 'stdout',
      source_type: 'k',
      kubernetes,
    }
    const [row] = await decodeRows(receivers.vector, JSON.stringify([record]))
    expect(row).toMatchObject({ table: 'ContainerLogV2', time: '2026-03-01T10:00:00.5Z' })
    expect(row?.fields).toEqual({
      Computer: 'node-1',
      ContainerId: 'c0ffee',
      ContainerName: 'web',
      PodName: 'web-1',
      PodNamespace: 'shop',
      LogMessage: 'up',
      LogSource: 'stdout',
      LogLevel: 'unknown',
      KubernetesMetadata: {
        podUid: 'u-1',
        podLabels: { app: 'web' },
        podAnnotations: { a: 'b' },
        image: 'reg.example/web:1.2',
        imageRepo: 'reg.example/web',
        imageTag: '1.2',
        fields: { source_type: 'k' },
      },
      SourceSystem: 'Containers',
    })
  })
  test('metadata of a node alone is of no container', async () => {
    const [row] = await decodeRows(receivers.vector, '{"kubernetes":{"node":{"name":"n"}},"message":"m"}')
    expect(row?.table).toBe('Vector_CL')
  })
})

test('a record that is no object costs no other', async () => {
  const out = await decode(receivers.vector, '[1,{"a":1},"x"]')
  expect(out.map((one) => 'rejected' in one)).toEqual([true, false, true])
})

test.each([
  ['no JSON', 'hello', 'application/json'],
  ['MessagePack', Buffer.from([0x92, 1, 0x80]), 'application/msgpack'],
])('refused: %s', async (_, body, type) => {
  await expect(decode(receivers['fluent-bit'], body, {}, type)).rejects.toThrow(MalformedBody)
})
