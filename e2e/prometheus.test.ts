// Remote write by a real Prometheus server, and by hand what it does not send.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { compress } from 'snappyjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { remoteWriteBody, type TestSeries } from '../server/src/ingest/receivers/prometheus/testing.ts'
import { prometheusProgram, startPrometheus } from './prometheus.ts'
import { type RealServer, startRealServer } from './server.ts'

let server: RealServer
beforeAll(async () => {
  server = await startRealServer({ args: ['--token', 'secret'] })
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
})

async function ask(query: string, url = server.url): Promise<unknown[][]> {
  const response = await fetch(`${url}/v1/workspaces/default/query`, {
    method: 'POST',
    headers: { authorization: 'Bearer secret' },
    body: JSON.stringify({ query }),
  })
  const { tables } = (await response.json()) as { tables?: { rows: unknown[][] }[] }
  return tables?.[0]?.rows ?? []
}

async function until<T>(found: () => Promise<T | undefined>, what: () => string): Promise<T> {
  for (let tries = 0; tries < 120; tries++) {
    const value = await found()
    if (value !== undefined) return value
    await new Promise((resume) => setTimeout(resume, 500))
  }
  throw new Error(what())
}

const program = prometheusProgram()
if (!program)
  console.warn('There is no Prometheus (`node scripts/setup.mjs prometheus` gets one from Debian): skipped.')

test.skipIf(!program)('a Prometheus server writes what it scrapes', async () => {
  const config = `
global: {scrape_interval: 1s, external_labels: {cluster: c1}}
scrape_configs:
  - {job_name: self, static_configs: [{targets: ['<self>']}]}
  - {job_name: gone, static_configs: [{targets: ['127.0.0.1:1']}]}
remote_write:
  - url: ${server.url}/api/v1/write
    authorization: {credentials: secret}
    send_exemplars: true
    send_native_histograms: true
    queue_config: {batch_send_deadline: 500ms}
    metadata_config: {send_interval: 1s}
`
  const prometheus = await startPrometheus(program ?? '', config)
  try {
    const up = await until(async () => {
      const rows = await ask(
        `PrometheusMetrics | where Name == 'up' | summarize n = count(), least = min(Value), most = max(Value) by job = tostring(Labels.job), cluster = tostring(Labels.cluster) | order by job asc`,
      )
      return Number(rows.at(-1)?.[2]) >= 3 ? rows : undefined
    }, prometheus.output)
    expect(up.map(([job, cluster, , least, most]) => [job, cluster, least, most])).toEqual([
      ['gone', 'c1', 0, 0],
      ['self', 'c1', 1, 1],
    ])
    expect(
      await ask(`InsightsMetrics | where Name == 'prometheus_build_info' | take 1 | project Namespace, Val`),
    ).toEqual([['prometheus', 1]])
    await until(async () => {
      const found = await ask(
        `PrometheusMetadata | where Name == 'prometheus_build_info' | take 1 | project MetricType, Help`,
      )
      return String(found[0]?.[1]).includes('A metric with a constant') ? found : undefined
    }, prometheus.output)
    // What Prometheus itself holds and what came here are the same samples.
    const theirs = (await (await fetch(`${prometheus.url}/api/v1/query?query=up{job="self"}[1m]`)).json()) as {
      data: { result: { values: [number, string][] }[] }
    }
    const times = theirs.data.result[0]?.values.map(([seconds]) => new Date(seconds * 1000).toISOString()) ?? []
    const [oldest] = times
    const ours = await ask(
      `PrometheusMetrics | where Name == 'up' and Labels.job == 'self' | order by TimeGenerated asc | take 2 | project TimeGenerated`,
    )
    expect(ours[0]?.[0]).toBe(oldest)
    expect(prometheus.output()).not.toMatch(/level=(error|warn).*remote/)
  } finally {
    await prometheus.stop()
  }
})

const types = ['application/x-protobuf', 'application/x-protobuf;proto=io.prometheus.write.v2.Request']

describe.each(types)('remote write: %s', (type) => {
  const name = type.includes('v2') ? 'second' : 'first'
  const write = (series: readonly TestSeries[], headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${server.url}/api/v1/write`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer secret',
        'content-type': type,
        'content-encoding': 'snappy',
        'x-prometheus-remote-write-version': type.includes('v2') ? '2.0.0' : '0.1.0',
        ...headers,
      },
      body: Buffer.from(remoteWriteBody(type, series)),
    })
  const written = (response: Response) =>
    ['samples', 'histograms', 'exemplars'].map((kind) =>
      response.headers.get(`x-prometheus-remote-write-${kind}-written`),
    )
  const at = Date.now()

  test('says what was written', async () => {
    const response = await write([
      {
        labels: { __name__: name, a: 'b' },
        samples: [
          [1.5, at],
          [Number.NaN, at + 1],
          ['stale', at + 2],
        ],
        exemplars: [{ labels: { trace_id: 't' }, value: 1, timestamp: at }],
        histograms: [{ countInt: 1, sum: '0', timestamp: at }],
      },
    ])
    expect([response.status, await response.text(), ...written(response)]).toEqual([204, '', '3', '1', '1'])
    expect(
      await ask(`PrometheusMetrics | where Name == '${name}' and isnull(Histogram) | order by TimeGenerated asc
        | project Value, IsStale, ms = tolong(TimeGenerated - datetime(1970-01-01)) / 10000`),
    ).toEqual([
      [1.5, null, at],
      ['NaN', null, at + 1],
      [null, true, at + 2],
    ])
    expect(await ask(`InsightsMetrics | where Name == '${name}' | count`)).toEqual([[2]])
  })

  test('keeps the good series and refuses the other', async () => {
    const response = await write([
      { labels: { a: 'b' }, samples: [[1, at]] },
      { labels: { __name__: `${name}_good` }, samples: [[1, at]] },
    ])
    expect([response.status, ...written(response)]).toEqual([400, '1', '0', '0'])
    expect(await response.text()).toContain('__name__ is missing')
    expect(await ask(`PrometheusMetrics | where Name == '${name}_good' | count`)).toEqual([[1]])
  })

  test.each([
    ['no snappy', 'hello'],
    ['a block that announces four gigabytes', Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x61])],
    ['no protobuf', compress(Buffer.from('hello'))],
    [
      'a body that is cut off',
      Buffer.from(remoteWriteBody(type, [{ labels: { __name__: 'x' }, samples: [[1, 1]] }])).subarray(0, -4),
    ],
  ])('refuses %s and takes the next', async (what, body) => {
    const headers = { authorization: 'Bearer secret', 'content-type': type, 'content-encoding': 'snappy' }
    const refused = await fetch(`${server.url}/api/v1/write`, { method: 'POST', headers, body: Buffer.from(body) })
    expect([refused.status, refused.headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8'])
    const next = `${name} after ${what}`
    expect((await write([{ labels: { __name__: next }, samples: [[1, at]] }])).status).toBe(204)
    expect(await ask(`PrometheusMetrics | where Name == '${next}' | count`)).toEqual([[1]])
  })

  test('a sample that is days old keeps its time; the same key stores once', async () => {
    const old = Date.UTC(2026, 0, 1)
    const millis = Math.max(old, at - 10 * 86_400_000)
    const series = [{ labels: { __name__: `${name}_old` }, samples: [[1, millis]] as const }]
    for (let time = 0; time < 2; time++) expect((await write(series, { 'idempotency-key': name })).status).toBe(204)
    expect(await ask(`PrometheusMetrics | where Name == '${name}_old' | project TimeGenerated`)).toEqual([
      [new Date(millis).toISOString().replace('.000Z', 'Z')],
    ])
  })
})

test('targets of the setting are scraped', async () => {
  const exporter = createServer((_, response) => {
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0')
    response.end('# TYPE served counter\nserved_total 7\n# EOF\n')
  })
  await new Promise<void>((listening) => exporter.listen(0, '127.0.0.1', listening))
  const { port } = exporter.address() as AddressInfo
  const scraping = await startRealServer({ args: ['--scrape', `http://127.0.0.1:${port}#job=own&interval=1`] })
  try {
    const rows = await until(async () => {
      const query = `PrometheusMetrics | where Name in ('up', 'served_total') and Value > 0
        | summarize arg_max(TimeGenerated, *) by Name | order by Name asc
        | project Name, Value, MetricType, job = tostring(Labels.job), instance = tostring(Labels.instance)`
      const found = await ask(query, scraping.url)
      return found.length === 2 ? found : undefined
    }, scraping.output)
    const instance = `127.0.0.1:${port}`
    expect(rows).toEqual([
      ['served_total', 7, 'counter', 'own', instance],
      ['up', 1, '', 'own', instance],
    ])
  } finally {
    exporter.close()
    expect(await scraping.stop()).toBe(0)
  }
})
