// Series with what is hard about series: resets, gaps, ends, odd values, labels that only some have.
import type { TestSeries } from '../../server/src/ingest/receivers/prometheus/testing.ts'

type Sample = TestSeries['samples'][number]

const minute = 60_000
const interval = 15_000

/** 50 minutes up to `end`, each series off the full second by something of its own. */
export function samplesAround(end: number): readonly TestSeries[] {
  const start = end - 50 * minute
  const count = (50 * minute) / interval
  const every = (of: (i: number) => number | 'stale' | undefined, shift: number): Sample[] =>
    Array.from({ length: count }, (_, i) => i).flatMap((i): Sample[] => {
      const value = of(i)
      return value === undefined ? [] : [[value, start + i * interval + shift]]
    })
  const series: TestSeries[] = []
  const add = (labels: Readonly<Record<string, string>>, of: (i: number) => number | 'stale' | undefined) =>
    series.push({ labels: sorted(labels), samples: every(of, 137 + 61 * series.length) })

  for (const job of ['api', 'web']) {
    for (const instance of ['a:80', 'b:80']) {
      const seed = job.charCodeAt(0) + instance.charCodeAt(0)
      for (const [k, code] of ['200', '404', '500', '503'].entries())
        if (code !== '503' || job === 'api')
          add(
            { __name__: 'requests_total', job, instance, code },
            (i) => 1000 - 300 * k + Math.floor(((seed % 9) + 1) * i * 1.7) * (4 - k),
          )
      if (job === 'api' || instance === 'a:80')
        add({ __name__: 'build_info', job, instance, version: instance === 'a:80' ? '1' : '2' }, () => 1)
    }
  }
  for (const [k, room] of ['kitchen', 'hall', 'attic', 'dîner "x"\\n'].entries())
    add({ __name__: 'temperature', room }, (i) => 20 + k + Math.sin(i / (7 + k)) * 3 + (i % 5) / 10)
  add({ __name__: 'resetting_total', job: 'api' }, (i) => (i % 23) * 3.5)
  add({ __name__: 'resetting_total', job: 'web' }, (i) => (i % 41 < 20 ? i * 2 : (i % 41) - 20))
  add({ __name__: 'ended', job: 'api' }, (i) => (i < 90 ? i : i === 90 ? 'stale' : undefined))
  add({ __name__: 'ended', job: 'web' }, (i) => (i % 40 === 20 ? 'stale' : i % 40 > 20 && i % 40 < 30 ? undefined : i))
  add({ __name__: 'started', job: 'api' }, (i) => (i > 120 ? 4 * (i - 121) + 1 : undefined))
  add({ __name__: 'gaps', job: 'api' }, (i) => (i % 30 < 6 ? i : undefined))
  add({ __name__: 'gaps', job: 'web' }, (i) => (i % 47 < 3 ? -i : undefined))
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1.5, 2]
  for (const k of [0, 1, 2, 3])
    add({ __name__: 'odd', k: String(k) }, (i) => odd[(Math.floor(i / 9) * (k + 1) + k) % odd.length] ?? 0)
  for (const k of [0, 1, 2, 3]) add({ __name__: 'ranks', k: String(k) }, () => (k === 1 ? Number.NaN : k))
  for (const k of [1, 2]) add({ __name__: 'large', k: String(k) }, (i) => (i % 2 === 0 ? 1e308 : 1.5e308 / k))
  const bounds = ['0.1', '0.5', '1', '2.5', '+Inf']
  for (const job of ['api', 'web']) {
    for (const [k, le] of bounds.entries())
      add({ __name__: 'latency_bucket', job, le }, (i) => Math.floor(i * (k + 1) * (job === 'api' ? 1.5 : 0.4)))
    add({ __name__: 'latency_sum', job }, (i) => i * 3.25)
    add({ __name__: 'latency_count', job }, (i) => Math.floor(i * 5 * (job === 'api' ? 1.5 : 0.4)))
  }
  return series
}

function sorted(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}
