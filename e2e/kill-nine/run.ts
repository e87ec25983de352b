// Kills the server with SIGKILL while rows stream in from several protocols, again and again, and counts what is there
// afterwards.
//
//   node e2e/kill-nine/run.ts [--rounds 100]
//
// After each restart: every acknowledged batch is there whole; a batch without an answer is there whole or not at all; sent
// again with its key it is there once.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type RealServer, startRealServer } from '../server.ts'
import { type Protocol, protocols, rowsPerBatch } from './protocols.ts'

/** Of each protocol. */
const senders = 2

interface Tally {
  readonly acknowledged: Set<string>
  readonly unanswered: Set<string>
}

export interface KillReport {
  readonly rounds: number
  readonly acknowledged: number
  readonly unanswered: number
  /** Batches without an answer that were stored all the same. */
  readonly storedWithoutAnswer: number
  readonly slowestRestartMillis: number
  /** What must not be; empty when all is well. */
  readonly faults: readonly string[]
}

async function send(url: string, batch: string): Promise<boolean> {
  const response = await protocolOf(batch).request(url, batch)
  const text = await response.text()
  if (response.status === 429) return false
  if (!response.ok || /"rejected":[1-9]|rejectedLogRecords/.test(text))
    throw new Error(`batch ${batch}: ${response.status} ${text}`)
  return true
}

/** The number of a batch's protocol stands in front of its name. */
function protocolOf(batch: string): Protocol {
  const protocol = protocols[Number.parseInt(batch, 10)]
  if (!protocol) throw new Error(`batch ${batch} is of no protocol`)
  return protocol
}

/** Sends until the server dies; what the connection's end cuts off counts as unanswered. */
async function sender(url: string, name: string, tally: Tally, dead: () => boolean): Promise<void> {
  for (let n = 0; !dead(); n++) {
    const batch = `${name}-${n}`
    tally.unanswered.add(batch)
    try {
      if (!(await send(url, batch))) continue
      tally.unanswered.delete(batch)
      tally.acknowledged.add(batch)
    } catch (error) {
      if (!dead()) throw error
      return
    }
  }
}

/** Rows of each batch, and distinct rows of each: a repeated row would show as a difference. */
async function stored(url: string): Promise<Map<string, { readonly rows: number; readonly distinct: number }>> {
  const rows = protocols.map((protocol) => `(${protocol.rows})`).join(', ')
  const query = `union ${rows} | summarize Rows = count(), Distinct = count_distinct(Row) by Batch`
  const response = await fetch(`${url}/v1/workspaces/default/query`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const answer = (await response.json()) as { tables?: { rows: [string, number, number][] }[] }
  if (!answer.tables) throw new Error(`query failed: ${JSON.stringify(answer)}`)
  return new Map(answer.tables[0]?.rows.map(([batch, rows, distinct]) => [batch, { rows, distinct }]))
}

function compare(found: Awaited<ReturnType<typeof stored>>, tally: Tally, round: number): string[] {
  const faults: string[] = []
  const whole = (batch: string): boolean =>
    found.get(batch)?.rows === rowsPerBatch && found.get(batch)?.distinct === rowsPerBatch
  for (const batch of tally.acknowledged)
    if (!whole(batch))
      faults.push(
        `round ${round}: acknowledged ${batch} (${protocolOf(batch).name}) has ${found.get(batch)?.rows ?? 0} rows`,
      )
  for (const batch of tally.unanswered)
    if (found.has(batch) && !whole(batch))
      faults.push(`round ${round}: ${batch} is there in part: ${found.get(batch)?.rows} rows`)
  return faults
}

export async function killRounds(rounds: number, say: (line: string) => void): Promise<KillReport> {
  const data = mkdtempSync(join(tmpdir(), 'conshelf-kill-'))
  const all: Tally = { acknowledged: new Set(), unanswered: new Set() }
  const faults: string[] = []
  let slowest = 0
  let storedWithoutAnswer = 0
  try {
    let server: RealServer = await startRealServer({ data })
    for (let round = 1; round <= rounds; round++) {
      let dead = false
      const names = protocols.flatMap((_, p) => Array.from({ length: senders }, (_, i) => `${p}-${round}-${i}`))
      const running = names.map((name) => sender(server.url, name, all, () => dead))
      await new Promise((resolve) => setTimeout(resolve, 300 + ((round * 137) % 900)))
      dead = true
      await server.kill()
      await Promise.all(running)
      const started = performance.now()
      server = await startRealServer({ data })
      const restart = performance.now() - started
      slowest = Math.max(slowest, restart)
      const found = await stored(server.url)
      faults.push(...compare(found, all, round))
      const left = [...all.unanswered]
      storedWithoutAnswer += left.filter((batch) => found.has(batch)).length
      for (const batch of left)
        if (await send(server.url, batch)) {
          all.unanswered.delete(batch)
          all.acknowledged.add(batch)
        }
      say(
        `round ${round}: ${all.acknowledged.size} batches acknowledged, ${left.length} cut off, restart ${Math.round(restart)} ms`,
      )
    }
    faults.push(...compare(await stored(server.url), all, rounds + 1))
    await server.stop()
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
  return {
    rounds,
    acknowledged: all.acknowledged.size,
    unanswered: all.unanswered.size,
    storedWithoutAnswer,
    slowestRestartMillis: slowest,
    faults,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' } } })
  const report = await killRounds(Number(values.rounds), console.log)
  console.log(JSON.stringify(report, null, 2))
  process.exitCode = report.faults.length === 0 ? 0 : 1
}
