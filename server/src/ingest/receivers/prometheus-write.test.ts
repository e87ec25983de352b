import { compress } from 'snappyjs'
import { expect, test } from 'vitest'
import { jsonText } from '../json/exact.ts'
import { MalformedBody, type TableRow } from '../types.ts'
import { receivers } from './index.ts'
import { bitsOf, remoteWriteBody, type TestSeries } from './prometheus/testing.ts'
import { remoteWriteMessage } from './prometheus-write.ts'
import { decode, decodeRows } from './testing.ts'

const receiver = receivers['prometheus-write']
const first = 'application/x-protobuf'
const second = 'application/x-protobuf;proto=io.prometheus.write.v2.Request'
const millis = 1_760_000_000_123
const time = '2025-10-09T08:53:20.123Z'
const series = (samples: TestSeries['samples'], more: Partial<TestSeries> = {}): TestSeries => ({
  labels: { __name__: 'up', instance: 'a:9100', job: 'node' },
  samples,
  ...more,
})
const fieldsOf = (rows: readonly TableRow[]) => rows.map(({ fields }) => JSON.parse(jsonText(fields)))

test.each([first, second])('samples become rows, in either version: %s', async (type) => {
  const body = remoteWriteBody(type, [
    series([
      [1, millis],
      [-0.5, millis + 15_000],
    ]),
  ])
  const rows = await decodeRows(receiver, body, { routes: 'none' }, type)
  expect(rows).toEqual([
    { table: 'PrometheusMetrics', time, fields: { Name: 'up', Labels: { instance: 'a:9100', job: 'node' }, Value: 1 } },
    expect.objectContaining({ time: '2025-10-09T08:53:35.123Z', fields: expect.objectContaining({ Value: -0.5 }) }),
  ])
})

test('and rows of InsightsMetrics, but for the ends of series', async () => {
  const body = remoteWriteBody(first, [
    series([
      [1, millis],
      ['stale', millis],
      [Number.NaN, millis],
      [Infinity, millis],
    ]),
  ])
  const rows = await decodeRows(receiver, body, {}, first)
  const of = (table: string) => rows.filter((row) => row.table === table).map(({ fields }) => fields)
  expect(of('PrometheusMetrics').map(({ Value, IsStale }) => [Value, IsStale])).toEqual([
    [1, undefined],
    [undefined, true],
    [Number.NaN, undefined],
    [Infinity, undefined],
  ])
  expect(of('InsightsMetrics')[0]).toEqual({
    Namespace: 'prometheus',
    Origin: 'prometheus',
    Name: 'up',
    Val: 1,
    Tags: { instance: 'a:9100', job: 'node' },
    Computer: 'a:9100',
  })
  expect(of('InsightsMetrics')).toHaveLength(3)
})

test('labels are in the order of their names, whatever the order they came in', async () => {
  const body = remoteWriteBody(first, [{ labels: { z: '1', __name__: 'm', a: '2', empty: '' }, samples: [[1, 0]] }])
  const [row] = await decodeRows(receiver, body, {}, first)
  expect([row?.time, jsonText(row?.fields.Labels ?? null)]).toEqual(['1970-01-01T00:00:00.000Z', '{"a":"2","z":"1"}'])
})

test.each([first, second])('exemplars and metadata have tables of their own: %s', async (type) => {
  const exemplars = [{ labels: { trace_id: 't', span_id: 's' }, value: 0.25, timestamp: millis }]
  const metadata = { type: 1, help: 'What', unit: 'seconds' }
  const body = remoteWriteBody(type, [series([[1, millis]], { exemplars, metadata })])
  const rows = await decodeRows(receiver, body, { routes: 'none' }, type)
  expect(rows.map(({ table }) => table)).toEqual(['PrometheusMetrics', 'PrometheusExemplars', 'PrometheusMetadata'])
  expect(rows[1]).toMatchObject({
    time,
    fields: { Name: 'up', Value: 0.25, TraceId: 't', SpanId: 's', ExemplarLabels: { trace_id: 't' } },
  })
  expect(rows[2]?.fields).toEqual({ Name: 'up', MetricType: 'counter', Help: 'What', Unit: 'seconds' })
  if (type === second) expect(rows[0]?.fields).toMatchObject({ MetricType: 'counter', Unit: 'seconds' })
})

test.each([first, second])('native histograms are kept as they came: %s', async (type) => {
  const histograms = [
    {
      countInt: '9007199254740993',
      sum: bitsOf(12.5),
      schema: -1,
      zeroThreshold: 1e-9,
      zeroCountInt: 1,
      positiveSpans: [{ offset: -2, length: 2 }],
      positiveDeltas: [1, '-1'],
      timestamp: millis,
    },
    {
      countFloat: 1.5,
      sum: bitsOf(3),
      zeroCountFloat: 0.5,
      negativeSpans: [{ length: 1 }],
      negativeCounts: [1],
      timestamp: millis,
      resetHint: 3,
    },
    { countInt: 0, sum: bitsOf('stale'), timestamp: millis },
  ]
  const rows = await decodeRows(receiver, remoteWriteBody(type, [series([], { histograms })]), {}, type)
  expect(rows).toHaveLength(3)
  expect(jsonText(rows[0]?.fields.Histogram ?? null)).toBe(
    '{"count":9007199254740993,"sum":12.5,"schema":-1,"zeroThreshold":1e-9,"zeroCount":1,"positiveSpans":[{"offset":-2,"length":2}],"positiveDeltas":[1,-1],"negativeSpans":[],"negativeDeltas":[],"customValues":[],"resetHint":"unknown"}',
  )
  expect(fieldsOf(rows)[1].Histogram).toMatchObject({
    count: 1.5,
    zeroCount: 0.5,
    negativeCounts: [1],
    resetHint: 'gauge',
  })
  expect(rows[2]?.fields).toMatchObject({ IsStale: true, Name: 'up' })
})

test('a request of metadata alone is fine', async () => {
  const body = remoteWriteBody(first, [
    { labels: { __name__: 'm' }, samples: [], metadata: { type: 4, help: 'h', unit: '' } },
  ])
  const rows = await decodeRows(receiver, body, {}, first)
  expect(rows.map(({ fields }) => fields)).toEqual([{ Name: 'm', MetricType: 'gaugehistogram', Help: 'h', Unit: '' }])
})

test.each<[Record<string, string>, number, string]>([
  [{ job: 'a' }, 0, '__name__ is missing'],
  [{ __name__: 'm', '': 'x' }, 0, 'a label has no name'],
  [{ __name__: 'm' }, 9e15, 'out of range'],
])('what is no series costs its own samples: %j', async (labels, timestamp, reason) => {
  const body = remoteWriteBody(first, [{ labels, samples: [[1, timestamp]] }, series([[2, millis]])])
  const out = await decode(receiver, body, { routes: 'none' }, first)
  expect(out).toMatchObject([{ rejected: expect.stringContaining(reason) }, { fields: { Value: 2 } }])
})

test.each([
  ['no snappy', Buffer.from('hello'), first],
  ['no protobuf', compress(Buffer.from('hello')), first],
  ['a label that is not UTF-8', compress(Buffer.from([0x0a, 0x05, 0x0a, 0x03, 0x0a, 0x01, 0xff])), first],
  ['a symbol that is missing', compress(Buffer.from([0x22, 0x00, 0x2a, 0x04, 0x0a, 0x02, 0x07, 0x08])), second],
  ['half a label', compress(Buffer.from([0x22, 0x00, 0x2a, 0x03, 0x0a, 0x01, 0x00])), second],
])('refused as a whole: %s', async (_, body, type) => {
  await expect(decode(receiver, body, {}, type)).rejects.toThrow(MalformedBody)
})

test('the content type names the message', () => {
  expect(remoteWriteMessage('application/x-protobuf')).toBe('prometheus.WriteRequest')
  expect(remoteWriteMessage('application/x-protobuf; proto=prometheus.WriteRequest')).toBe('prometheus.WriteRequest')
  expect(remoteWriteMessage(second)).toBe('io.prometheus.write.v2.Request')
  expect(remoteWriteMessage('application/x-protobuf;proto=other')).toBeUndefined()
  expect(remoteWriteMessage('application/json')).toBeUndefined()
})
