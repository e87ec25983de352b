// PromQL against a Prometheus server: the same samples by remote write, the same queries, the same answers.
// Prometheus 2 takes a window's first millisecond in and 3 does not: no sample here lies on one.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { remoteWriteBody, type TestSeries } from '../server/src/ingest/receivers/prometheus/testing.ts'
import { type PrometheusServer, prometheusProgram, startPrometheus } from './prometheus.ts'
import { type Answer, expectSame } from './promql/same.ts'
import { samplesAround } from './promql/samples.ts'
import { type RealServer, startRealServer } from './server.ts'

const program = prometheusProgram()
if (!program)
  console.warn('There is no Prometheus (`node scripts/setup.mjs prometheus` gets one from Debian): skipped.')

const queries = readFileSync(new URL('promql/queries.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))

/** The minute before now; samples begin 50 minutes earlier. */
const now = Math.floor(Date.now() / 60_000) * 60 - 60
const instants = [now - 1783, now - 17.877]
const ranges = [
  { start: now - 2403, end: now - 3, step: 60 },
  { start: now - 1511.5, end: now - 111.5, step: 7 },
  // Beyond the lookback: what no step sees is not read.
  { start: now - 2571, end: now - 40, step: 431.25 },
]

describe.skipIf(!program)('PromQL', () => {
  let server: RealServer
  let prometheus: PrometheusServer
  beforeAll(async () => {
    server = await startRealServer()
    prometheus = await startPrometheus(program ?? '', 'global: {scrape_interval: 1h}')
    const series = samplesAround(now * 1000)
    await Promise.all([server.url, prometheus.url].map((url) => write(url, series)))
  })
  afterAll(async () => {
    await prometheus?.stop()
    expect(await server?.stop()).toBe(0)
  })

  const ask = async (
    path: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<readonly [Answer, Answer]> => {
    const body = new URLSearchParams(parameters)
    const [theirs, ours] = await Promise.all(
      [prometheus.url, server.url].map(async (url) => {
        const response = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body })
        return { code: response.status, ...((await response.json()) as Omit<Answer, 'code'>) }
      }),
    )
    if (!theirs || !ours) throw new Error('no answers')
    return [theirs, ours]
  }

  test.each(queries.map((query, i) => ({ query, i })))('$query', async ({ query, i }) => {
    const range = ranges[i % ranges.length] ?? {}
    const texts = Object.fromEntries(Object.entries(range).map(([name, value]) => [name, String(value)]))
    const answers = await Promise.all([
      ...instants.map((time) => ask('query', { query, time: String(time) })),
      ask('query_range', { query, ...texts }),
    ])
    for (const [theirs, ours] of answers) expectSame(theirs, ours, query)
  })
})

async function write(url: string, series: readonly TestSeries[]): Promise<void> {
  const type = 'application/x-protobuf'
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: { 'content-type': type, 'content-encoding': 'snappy', 'x-prometheus-remote-write-version': '0.1.0' },
    body: Buffer.from(remoteWriteBody(type, series)),
  })
  expect([response.status, await response.text()]).toEqual([204, ''])
}
