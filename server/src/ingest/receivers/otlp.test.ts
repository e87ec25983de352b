import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { jsonText } from '../json/exact.ts'
import { MalformedBody, type TableRow } from '../types.ts'
import { receivers } from './index.ts'
import { otlpAnswer, otlpStatus } from './otlp.ts'
import { messageOf } from './protobuf/messages.ts'
import { decode, decodeRows } from './testing.ts'

const protobuf = 'application/x-protobuf'
const traceId = '5b8efff798038103d269b633813fc60c'
const spanId = 'eee19b7ec3c1b174'
const own = { routes: 'none' }

const text = (key: string, value: string) => ({ key, value: { stringValue: value } })
const service = { attributes: [text('service.name', 'shop'), text('service.namespace', 'eu'), text('host.name', 'h1')] }
const sdk = { attributes: [...service.attributes, text('telemetry.sdk.name', 'opentelemetry')] }

const logs = (logRecords: object[], resource: object = service) => ({
  resourceLogs: [
    { resource, schemaUrl: 'r', scopeLogs: [{ scope: { name: 'lib', version: '2' }, schemaUrl: 's', logRecords }] },
  ],
})
const metrics = (...list: object[]) => ({ resourceMetrics: [{ resource: service, scopeMetrics: [{ metrics: list }] }] })
const spans = (list: object[], resource: object = sdk) => ({
  resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'lib' }, spans: list }] }],
})

const record = {
  timeUnixNano: '1760000000123456789',
  observedTimeUnixNano: 1760000001000000000n,
  severityNumber: 17,
  severityText: 'ERROR',
  body: { stringValue: 'it broke' },
  attributes: [
    text('a', 'b'),
    { key: 'yes', value: { boolValue: true } },
    { key: 'big', value: { intValue: '9007199254740993' } },
    { key: 'two', value: { doubleValue: 2 } },
    { key: 'none', value: { doubleValue: 'NaN' } },
    { key: 'list', value: { arrayValue: { values: [{ intValue: 1 }, {}] } } },
    { key: 'map', value: { kvlistValue: { values: [text('x.y', 'z')] } } },
    { key: 'bytes', value: { bytesValue: 'AQI=' } },
  ],
  droppedAttributesCount: 3,
  flags: 1,
  traceId: traceId.toUpperCase(),
  spanId,
  eventName: 'e',
}

const jsonOf = (value: object) => JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one))

/** The same request as protobuf, whose identifiers are bytes; ours are written in hex here. */
function bytesOf(name: string, value: object): Uint8Array {
  const isId = /^(traceId|spanId|parentSpanId)$/
  const plain = JSON.parse(jsonOf(value), (key, one) =>
    isId.test(key) ? Buffer.from(String(one), 'hex').toString('base64') : one === 'NaN' ? Number.NaN : one,
  )
  return messageOf('otlp', name).encode(plain)
}

/** Numbers that JavaScript would change compare as they are written. */
const plain = (rows: readonly TableRow[]) => rows.map((row) => ({ ...row, fields: JSON.parse(jsonText(row.fields)) }))

test('a log record becomes a row of OTelLogs, from JSON and from protobuf', async () => {
  const [json] = await decodeRows(receivers['otlp-logs'], jsonOf(logs([record])), own)
  expect(json).toMatchObject({ table: 'OTelLogs', time: '2025-10-09T08:53:20.1234567Z' })
  expect(json?.fields).toMatchObject({
    ObservedTime: '2025-10-09T08:53:21.0000000Z',
    Body: 'it broke',
    SeverityNumber: 17,
    SeverityText: 'ERROR',
    SeverityLevel: 3,
    TraceId: traceId,
    SpanId: spanId,
    Flags: 1,
    EventName: 'e',
    DroppedAttributesCount: 3,
    ServiceName: 'shop',
    ServiceNamespace: 'eu',
    RoleName: '[eu]/shop',
    ScopeName: 'lib',
    ScopeVersion: '2',
    SchemaUrl: 's',
    ResourceSchemaUrl: 'r',
    ResourceAttributes: { 'service.name': 'shop', 'service.namespace': 'eu', 'host.name': 'h1' },
  })
  expect(jsonText(json?.fields.Attributes ?? null)).toBe(
    '{"a":"b","yes":true,"big":9007199254740993,"two":2.0,"none":"NaN","list":[1,null],"map":{"x.y":"z"},"bytes":"AQI="}',
  )
  const rows = await decodeRows(receivers['otlp-logs'], bytesOf('Logs', logs([record])), own, protobuf)
  expect(plain(rows)).toEqual(plain([json as TableRow]))
})

test('a body that is no text is its JSON, no time is the observed one, and none at all is left to the pipeline', async () => {
  const rows = await decodeRows(
    receivers['otlp-logs'],
    jsonOf(
      logs([
        { observedTimeUnixNano: 1, body: { kvlistValue: { values: [{ key: 'n', value: { intValue: '1' } }] } } },
        { traceId: '0'.repeat(32), spanId: '' },
      ]),
    ),
  )
  expect(rows[0]).toMatchObject({ time: '1970-01-01T00:00:00.0000000Z', fields: { Body: '{"n":1}' } })
  expect(rows[1]).not.toHaveProperty('time')
  expect(rows[1]?.fields).toMatchObject({ TraceId: '', SpanId: '' })
})

test('a span with events and links becomes a row of OTelSpans', async () => {
  const span = {
    traceId,
    spanId,
    parentSpanId: '',
    name: 'GET /',
    kind: 2,
    startTimeUnixNano: '1760000000000000001',
    endTimeUnixNano: '1760000000001500001',
    status: { code: 2, message: 'no' },
    events: [{ timeUnixNano: '1760000000000000200', name: 'e', attributes: [text('k', 'v')] }],
    links: [{ traceId, spanId, traceState: 'a=b', flags: 1 }],
  }
  const [json] = await decodeRows(receivers['otlp-traces'], jsonOf(spans([span])), own)
  expect(json).toMatchObject({
    table: 'OTelSpans',
    time: '2025-10-09T08:53:20.0000000Z',
    fields: {
      Kind: 'Server',
      StatusCode: 'Error',
      StatusMessage: 'no',
      Success: false,
      DurationMs: 1.5,
      ParentSpanId: '',
      EndTime: '2025-10-09T08:53:20.0015000Z',
      Events: [{ time: '2025-10-09T08:53:20.0000002Z', name: 'e', attributes: { k: 'v' } }],
      Links: [{ traceId, spanId, traceState: 'a=b', attributes: {}, flags: 1 }],
    },
  })
  const rows = await decodeRows(receivers['otlp-traces'], bytesOf('Traces', spans([span])), own, protobuf)
  expect(plain(rows)).toEqual(plain([json as TableRow]))
})

const times = { startTimeUnixNano: '1760000000000000000', timeUnixNano: '1760000010000000000' }
const everyKind = [
  {
    name: 'g',
    unit: 'By',
    description: 'd',
    gauge: {
      dataPoints: [
        { ...times, asDouble: 1.5 },
        { ...times, flags: 1 },
      ],
    },
  },
  {
    name: 's',
    sum: {
      aggregationTemporality: 2,
      isMonotonic: true,
      dataPoints: [{ ...times, asInt: '9007199254740993', exemplars: [{ ...times, asInt: 7, traceId, spanId }] }],
    },
  },
  {
    name: 'h',
    histogram: {
      aggregationTemporality: 1,
      dataPoints: [{ ...times, count: '3', sum: 0, min: 0, bucketCounts: ['1', 2], explicitBounds: [0.5] }],
    },
  },
  {
    name: 'x',
    exponentialHistogram: {
      aggregationTemporality: 1,
      dataPoints: [
        {
          ...times,
          count: 3,
          scale: -1,
          zeroCount: 1,
          positive: { offset: -2, bucketCounts: ['2'] },
          zeroThreshold: 0.1,
        },
      ],
    },
  },
  {
    name: 'q',
    summary: { dataPoints: [{ ...times, count: 4, sum: 10, quantileValues: [{ quantile: 0.5, value: 2 }] }] },
  },
  { name: 'empty' },
]

test('every kind of metric becomes a row for each point', async () => {
  const rows = await decodeRows(receivers['otlp-metrics'], jsonOf(metrics(...everyKind)), own)
  const fields = plain(rows).map((row) => row.fields)
  expect(fields).toMatchObject([
    {
      Name: 'g',
      MetricType: 'Gauge',
      Unit: 'By',
      Description: 'd',
      Value: 1.5,
      StartTime: '2025-10-09T08:53:20.0000000Z',
    },
    { Name: 'g', Flags: 1 },
    {
      Name: 's',
      MetricType: 'Sum',
      IsMonotonic: true,
      AggregationTemporality: 'Cumulative',
      Exemplars: [{ value: 7, traceId, spanId }],
    },
    {
      Name: 'h',
      MetricType: 'Histogram',
      AggregationTemporality: 'Delta',
      Count: 3,
      Sum: 0,
      Min: 0,
      BucketCounts: [1, 2],
      ExplicitBounds: [0.5],
    },
    {
      Name: 'x',
      MetricType: 'ExponentialHistogram',
      Count: 3,
      Scale: -1,
      ZeroCount: 1,
      ZeroThreshold: 0.1,
      PositiveBuckets: { offset: -2, bucketCounts: [2] },
      NegativeBuckets: { offset: 0, bucketCounts: [] },
    },
    { Name: 'q', MetricType: 'Summary', Count: 4, Sum: 10, Quantiles: [{ quantile: 0.5, value: 2 }] },
  ])
  expect(fields).toHaveLength(6)
  expect(fields[1]).not.toHaveProperty('Value')
  expect(fields[3]).not.toHaveProperty('Max')
  expect(jsonText(rows[2]?.fields.IntValue ?? null)).toBe('9007199254740993')
  const same = await decodeRows(receivers['otlp-metrics'], bytesOf('Metrics', metrics(...everyKind)), own, protobuf)
  expect(plain(same)).toEqual(plain(rows))
})

test('an empty request is fine', async () => {
  for (const [body, type] of [
    ['{}', 'application/json; charset=utf-8'],
    ['', protobuf],
  ] as const)
    expect(await decode(receivers['otlp-logs'], body, {}, type)).toEqual([])
})

test.each([
  ['', 'application/json', 'not JSON'],
  ['[]', 'application/json', 'not a JSON object'],
  ['{"resourceLogs":7}', 'application/json', "'resourceLogs' must be a list"],
  ['{"resourceLogs":[{"scopeLogs":["x"]}]}', 'application/json', "'scopeLogs' lists no objects"],
  [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'application/json', 'not UTF-8'],
  [Buffer.from('{"resourceLogs":[]}'), protobuf, 'not protobuf'],
  [Buffer.from([0x0a, 0x05, 0x01]), protobuf, 'not protobuf'],
])('a body that is not of its format is refused as a whole: %s', async (body, type, message) => {
  const failure = decode(receivers['otlp-logs'], body, {}, type)
  await expect(failure).rejects.toThrow(MalformedBody)
  await expect(failure).rejects.toThrow(message)
})

test('texts of protobuf must be UTF-8, and messages must not nest without end', async () => {
  const name = Buffer.from([0x0a, 0x06, 0x12, 0x04, 0x0a, 0x02, 0x0a, 0x00])
  await expect(decode(receivers['otlp-logs'], name, {}, protobuf)).resolves.toEqual([])
  const wrong = Buffer.from([0x0a, 0x07, 0x12, 0x05, 0x0a, 0x03, 0x0a, 0x01, 0xff])
  await expect(decode(receivers['otlp-logs'], wrong, {}, protobuf)).rejects.toThrow(MalformedBody)
  let value: object = { intValue: 1 }
  for (let level = 0; level < 200; level++) value = { arrayValue: { values: [value] } }
  const [deep, next] = await decode(receivers['otlp-logs'], jsonOf(logs([{ body: value }, record])), own)
  expect(deep).toMatchObject({ rejected: expect.stringContaining('nested deeper') })
  expect(next).toMatchObject({ table: 'OTelLogs' })
})

test.each([
  [{ traceId: 'xyz' }, "'traceId' must be 16 bytes"],
  [{ timeUnixNano: '-1' }, 'the time -1 is out of range'],
  [{ timeUnixNano: 'yesterday' }, "'timeUnixNano' must be a whole number"],
  [{ attributes: [{ key: 'a', value: { intValue: 1.5 } }] }, "'intValue' must be a whole number"],
  [{ attributes: { a: 1 } }, "'attributes' must be a list"],
  [{ severityText: 9 }, "'severityText' must be a text"],
])('a record that makes no sense costs itself only: %j', async (wrong, reason) => {
  const out = await decode(receivers['otlp-logs'], jsonOf(logs([wrong, record])), own)
  expect(out).toMatchObject([{ rejected: expect.stringContaining(reason) }, { table: 'OTelLogs' }])
})

test('answers and errors are in the encoding of the request', () => {
  const refused = { rejected: 2, message: 'why' }
  const json = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString())
  expect(json(otlpAnswer('logs', { rejected: 0, message: '' }, 'application/json'))).toEqual({ partialSuccess: {} })
  expect(json(otlpAnswer('traces', refused, 'application/json'))).toEqual({
    partialSuccess: { rejectedSpans: '2', errorMessage: 'why' },
  })
  expect(otlpAnswer('metrics', { rejected: 0, message: '' }, protobuf)).toHaveLength(0)
  expect(Buffer.from(otlpAnswer('metrics', refused, protobuf)).toString('hex')).toBe('0a0708021203776879')
  expect(json(otlpStatus({ code: 3, message: 'm' }, 'application/json'))).toEqual({ code: 3, message: 'm' })
  expect(Buffer.from(otlpStatus({ code: 3, message: 'm' }, protobuf)).toString('hex')).toBe('080312016d')
})

const samples = new URL('../../../../../shared/samples/', import.meta.url)
test.skipIf(!existsSync(samples))('every published sample (../shared/samples) is taken whole', async () => {
  const lines = (name: string) => readFileSync(new URL(name, samples), 'utf8').trim().split('\n')
  for (const line of lines('otlp-logs.jsonl')) {
    const [row] = await decodeRows(receivers['otlp-logs'], line, own)
    expect(row).toMatchObject({
      time: '2018-12-13T14:51:00.3000000Z',
      fields: { ServiceName: 'my.service', ScopeName: 'my.library' },
    })
    expect(row?.fields.Body).toMatch(/^Example log record$|^\{"type":0,"url":"https/)
  }
  for (const line of lines('otlp-metrics.jsonl')) {
    const rows = await decodeRows(receivers['otlp-metrics'], line, own)
    expect(rows.map(({ fields }) => fields.MetricType)).toEqual(['Sum', 'Gauge', 'Histogram', 'ExponentialHistogram'])
  }
})
