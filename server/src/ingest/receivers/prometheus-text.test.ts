import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { MalformedBody, type TableRow } from '../types.ts'
import { receivers } from './index.ts'
import { decode, decodeRows } from './testing.ts'

const receiver = receivers['prometheus-text']
const plain = 'text/plain; version=0.0.4'
const open = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
const own = { routes: 'none' }
const samplesOf = (rows: readonly TableRow[]) => rows.filter(({ table }) => table === 'PrometheusMetrics')

test('samples with their family, times in milliseconds', async () => {
  const body = `# HELP http_requests_total Requests \\\\ by\\ncode.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200",} 1027 1395066363000
http_requests_total{ method = "say \\"hi\\"\\n" , code="4\\\\" }   3e0
# just a remark
# TYPE lat histogram
lat_bucket{le="+Inf"} 144320
lat_sum 53423.5
nothing NaN
all +Inf
none -Inf -3982045
`
  const rows = await decodeRows(receiver, body, own, plain)
  expect(samplesOf(rows)).toMatchObject([
    {
      time: '2014-03-17T14:26:03.000Z',
      fields: {
        Name: 'http_requests_total',
        Labels: { code: '200', method: 'post' },
        Value: 1027,
        MetricType: 'counter',
      },
    },
    { fields: { Labels: { code: '4\\', method: 'say "hi"\n' }, Value: 3 } },
    { fields: { Name: 'lat_bucket', Labels: { le: '+Inf' }, Value: 144320, MetricType: 'histogram' } },
    { fields: { Name: 'lat_sum', Value: 53423.5 } },
    { fields: { Name: 'nothing', Value: Number.NaN } },
    { fields: { Name: 'all', Value: Infinity } },
    { time: '1969-12-31T22:53:37.955Z', fields: { Name: 'none', Value: -Infinity } },
  ])
  expect(samplesOf(rows)[1]).not.toHaveProperty('time')
  expect(rows.slice(7).map(({ fields }) => fields)).toEqual([
    { Name: 'http_requests_total', MetricType: 'counter', Help: 'Requests \\ by\ncode.', Unit: '' },
    { Name: 'lat', MetricType: 'histogram', Help: '', Unit: '' },
  ])
})

test('OpenMetrics: seconds, units, exemplars, quoted names', async () => {
  const body = `# TYPE foo_seconds counter
# UNIT foo_seconds seconds
# HELP foo_seconds How long
foo_seconds_total{a="b"} 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.5
{"my.metric", "a label"="x"} 1
# EOF
`
  const rows = await decodeRows(receiver, body, own, open)
  expect(rows).toMatchObject([
    {
      time: '2018-03-12T18:33:27.789Z',
      fields: { Name: 'foo_seconds_total', Value: 17, MetricType: 'counter', Unit: 'seconds' },
    },
    {
      table: 'PrometheusExemplars',
      time: '2018-03-12T18:33:27.500Z',
      fields: { Value: 0.67, TraceId: 'KOO5S4vxi0o', Labels: { a: 'b' } },
    },
    { fields: { Name: 'my.metric', Labels: { 'a label': 'x' } } },
    {
      table: 'PrometheusMetadata',
      fields: { Name: 'foo_seconds', MetricType: 'counter', Help: 'How long', Unit: 'seconds' },
    },
  ])
})

test('labels and time of a target', async () => {
  const parameters = { ...own, job: 'node', instance: 'a:1', timestamp: '1000' }
  const rows = await decodeRows(receiver, 'm{job="x",b="c"} 1\n', parameters, plain)
  expect(rows[0]).toMatchObject({
    time: '1970-01-01T00:00:01.000Z',
    fields: { Labels: { b: 'c', exported_job: 'x', instance: 'a:1', job: 'node' } },
  })
})

test.each([
  ['m{a="b" 1', "',' or '}' is missing at character 9"],
  ['m{a=b} 1', 'a label value in quotes is missing'],
  ['m{="b"} 1', 'a label name is missing'],
  ['m{a="b",a="c"} 1', "the label 'a' comes twice"],
  ['m one', "'one' is no number"],
  ['m 0x10', "'0x10' is no number"],
  ['m', 'a value is missing'],
  ['m 1 2 3', 'nothing may follow the time'],
  ['9m 1', 'a metric name is missing'],
  ['m 1 99999999999999999999', 'out of range'],
])('a wrong line costs itself only: %s', async (line, reason) => {
  const out = await decode(receiver, `good 1\n${line}\nlast 2`, own, plain)
  expect(out).toMatchObject([
    { fields: { Name: 'good' } },
    { rejected: expect.stringContaining(reason) },
    { fields: { Name: 'last' } },
  ])
})

test.each([
  ['<html><body>Not found</body></html>', "not Prometheus' text format: line 1"],
  [Buffer.from([0x6d, 0xff, 0x20, 0x31]), 'not UTF-8'],
])('another body is refused: %s', async (body, reason) => {
  const failure = decode(receiver, body, own, plain)
  await expect(failure).rejects.toThrow(MalformedBody)
  await expect(failure).rejects.toThrow(reason)
})

test('nothing at all is fine', async () => {
  expect(await decode(receiver, '', own, plain)).toEqual([])
})

const sample = new URL('../../../../../shared/samples/prometheus-exposition.txt', import.meta.url)
test.skipIf(!existsSync(sample))('every line of the published exposition (../shared/samples) is taken', async () => {
  const text = readFileSync(sample, 'utf8')
  const rows = await decodeRows(receiver, text, {}, plain)
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const stored = samplesOf(rows)
  expect(stored).toHaveLength(lines.length)
  expect(rows.filter(({ table }) => table === 'InsightsMetrics')).toHaveLength(lines.length)
  for (const [i, line] of lines.entries()) {
    const { Name, Value } = stored[i]?.fields ?? {}
    expect([Name, Value], line).toEqual([
      line.split(/[{ ]/)[0],
      Number(line.slice(line.lastIndexOf(' ') + 1).replace('+Inf', 'Infinity')),
    ])
  }
})
