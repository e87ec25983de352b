// Rows over HTTP for minutes on end, by several protocols: what the server's memory does, how soon rows can be queried, and
// whether everything that was accepted is there. Run with `npm run bench -- soak --minutes 10`.
import { protocols, rowsPerBatch } from '../e2e/kill-nine/protocols.ts'
import { startRealServer } from '../e2e/server.ts'
import { memoryOf } from './memory.ts'

export interface SoakOptions {
  readonly minutes: number
  readonly say: (line: string) => void
}

interface Sample {
  readonly second: number
  readonly megabytes: number
}

const senders = 4
const bigBatchRows = 1_000

export async function measureSoak({ minutes, say }: SoakOptions): Promise<string> {
  const server = await startRealServer()
  const end = performance.now() + minutes * 60_000
  const running = (): boolean => performance.now() < end
  let accepted = 0
  let busy = 0
  const bulk = async (name: string) => {
    for (let n = 0; running(); n++) {
      const rows = Array.from({ length: bigBatchRows }, (_, row) => ({
        Name: name,
        Batch: n,
        Row: row,
        Text: text(row),
      }))
      const body = rows.map((row) => JSON.stringify(row)).join('\n')
      const response = await fetch(`${server.url}/ingest/json/Soak_CL`, { method: 'POST', body })
      if (response.status === 200) accepted += ((await response.json()) as { accepted: number }).accepted
      else if (response.status === 429) {
        busy++
        await sleep(Number(response.headers.get('retry-after') ?? 1) * 1000)
      } else throw new Error(`${response.status}: ${await response.text()}`)
    }
  }
  let mixed = 0
  const mix = async () => {
    for (let n = 0; running(); n++) {
      const protocol = protocols[n % protocols.length]
      const response = await protocol?.request(server.url, `${n}-soak`)
      await response?.arrayBuffer()
      if (response?.ok) mixed += rowsPerBatch
      else if (response?.status !== 429) throw new Error(`${protocol?.name}: ${response?.status}`)
    }
  }
  const freshness: number[] = []
  const probe = async () => {
    for (let n = 0; running(); n++) {
      freshness.push(await seenAfter(server.url, n))
      await sleep(1_000)
    }
  }
  const samples: Sample[] = []
  const watch = async () => {
    const started = performance.now()
    while (running()) {
      await sleep(10_000)
      const sample = { second: Math.round((performance.now() - started) / 1000), megabytes: memoryOf(server.pid) }
      samples.push(sample)
      say(`${sample.second} s: ${sample.megabytes} MB, ${accepted + mixed} rows`)
    }
  }
  try {
    await Promise.all([...Array.from({ length: senders }, (_, i) => bulk(`sender ${i}`)), mix(), probe(), watch()])
    const stored = Number(await ask(server.url, 'Soak_CL | count'))
    return report({ minutes, accepted, stored, mixed, busy, freshness, samples })
  } finally {
    await server.stop()
  }
}

interface Soaked {
  readonly minutes: number
  readonly accepted: number
  readonly stored: number
  readonly mixed: number
  readonly busy: number
  readonly freshness: readonly number[]
  readonly samples: readonly Sample[]
}

function report({ minutes, accepted, stored, mixed, busy, freshness, samples }: Soaked): string {
  const third = Math.floor(samples.length / 3)
  const average = (of: readonly Sample[]) =>
    Math.round(of.reduce((sum, { megabytes }) => sum + megabytes, 0) / of.length)
  const sorted = freshness.toSorted((a, b) => a - b)
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN)
  return [
    `rows accepted                ${accepted} of JSON in large batches (${Math.round(accepted / minutes / 60)} a second), ${mixed} by the other protocols`,
    `rows found afterwards        ${stored}${stored === accepted ? '' : ` instead of ${accepted}`}`,
    `told to come again           ${busy} requests`,
    `queryable after              ${at(0.5)} ms (median), ${at(0.95)} ms (95 %), ${at(1)} ms (at most), of ${sorted.length} rows`,
    `memory of all its processes  ${average(samples.slice(0, third))} MB in the first third, ${average(samples.slice(-third))} MB in the last, ${Math.max(...samples.map((s) => s.megabytes))} MB at most`,
  ].join('\n')
}

/** Milliseconds from sending a row until a query finds it. */
async function seenAfter(url: string, n: number): Promise<number> {
  const started = performance.now()
  const body = JSON.stringify({ Probe: n })
  const sent = await fetch(`${url}/ingest/json/Probe_CL`, { method: 'POST', body })
  if (!sent.ok) return sent.status === 429 ? seenAfter(url, n) : Promise.reject(new Error(await sent.text()))
  while (Number(await ask(url, `Probe_CL | where Probe == ${n} | count`)) === 0) await sleep(20)
  return performance.now() - started
}

async function ask(url: string, query: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ query })
  const response = await fetch(`${url}/v1/workspaces/default/query`, { method: 'POST', headers, body })
  const { tables } = (await response.json()) as { tables?: { rows: unknown[][] }[] }
  return tables?.[0]?.rows[0]?.[0]
}

const text = (row: number): string =>
  `request ${row} took ${row % 97} ms and answered ${row % 7 === 0 ? 500 : 200} to 10.0.${row % 256}.7`
const sleep = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))
