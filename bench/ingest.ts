// Rows per second through HTTP and the pipeline, against the engine's own insert of the same bytes, in turns.
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRealServer } from '../e2e/server.ts'
import { standardColumns } from '../server/src/catalog/types.ts'
import { openContent } from '../server/src/content/content.ts'
import { systemClock } from '../server/src/core/clock.ts'
import { openChdb } from '../server/src/engine/chdb.ts'
import { createDatabase, createTable } from '../server/src/engine/ddl.ts'
import { batches, type GeneratedTable } from './data/load.ts'

const tables: readonly GeneratedTable[] = ['AzureDiagnostics', 'ContainerLogV2', 'ContainerRegistryRepositoryEvents']
/** A request of a busy forwarder: 2000 rows, 0.6 to 2 MB. */
const rowsPerRequest = 2_000
const connections = 8
const rounds = 3

interface Target {
  send(table: GeneratedTable, ndjson: Uint8Array): Promise<void>
  close(): Promise<void>
}

export interface IngestOptions {
  readonly rows: number
  /** Part of a table's name; empty for all. */
  readonly only: string
  readonly say: (line: string) => void
}

export async function measureIngest({ rows, only, say }: IngestOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ingest-bench-'))
  const server = await openServer()
  const engine = await openRaw(join(folder, 'raw'))
  try {
    const lines = ['table                              HTTP rows/s   raw rows/s   ratio   MB/s HTTP']
    for (const table of tables.filter((name) => name.includes(only))) {
      say(table)
      lines.push(await compare(table, Math.round(rows / tables.length), server, engine))
    }
    return lines.join('\n')
  } finally {
    await server.close()
    await engine.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function compare(table: GeneratedTable, rows: number, server: Target, raw: Target): Promise<string> {
  const span = 60_000
  const requests = [...batches(table, rows, systemClock.now(), { size: rowsPerRequest, span })]
  const bytes = requests.reduce((sum, body) => sum + body.length, 0)
  // Tables are made by their first rows.
  for (const target of [server, raw]) await send(target, table, requests.slice(0, 1))
  const rates: Record<'http' | 'raw', number[]> = { http: [], raw: [] }
  for (let round = 0; round < rounds; round++) {
    rates.http.push(rows / (await send(server, table, requests)))
    rates.raw.push(rows / (await send(raw, table, requests)))
  }
  const [http, direct] = [median(rates.http), median(rates.raw)]
  const megabytes = ((http * bytes) / rows / 1e6).toFixed(1)
  const cells = [Math.round(http).toString().padStart(13), Math.round(direct).toString().padStart(12)]
  return `${table.padEnd(33)}${cells.join(' ')} ${(http / direct).toFixed(2).padStart(7)} ${megabytes.padStart(11)}`
}

/** Seconds until every request is answered. */
async function send(target: Target, table: GeneratedTable, requests: readonly Uint8Array[]): Promise<number> {
  const started = performance.now()
  const queue = requests.values()
  const worker = async () => {
    for (const body of queue) await target.send(table, body)
  }
  await Promise.all(Array.from({ length: connections }, worker))
  return (performance.now() - started) / 1000
}

/** In a process of its own, as for every sender. */
async function openServer(): Promise<Target> {
  const running = await startRealServer()
  const agent = new Agent({ keepAlive: true })
  return {
    async send(table, ndjson) {
      const answer = await post(`${running.url}/ingest/json/${table}?workspace=default`, ndjson, agent)
      const outcome = JSON.parse(answer) as { readonly accepted?: number; readonly rejected?: number }
      if (outcome.accepted !== rowsPerRequest && outcome.rejected !== 0) {
        throw new Error(answer.slice(0, 300))
      }
    },
    close: async () => {
      agent.destroy()
      await running.stop()
    },
  }
}

/** The text of the answer. As cheap a client as there is: what it costs comes off the server's share of two cores. */
function post(url: string, body: Uint8Array, agent: Agent): Promise<string> {
  const headers = { 'content-type': 'application/x-ndjson', 'content-length': body.length }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      answer.on('end', () => resolve(text)).on('error', reject)
    })
    sent.on('error', reject).end(body)
  })
}

async function openRaw(path: string): Promise<Target> {
  const engine = await openChdb({ path })
  const content = openContent()
  const made = new Map<GeneratedTable, Promise<void>>()
  const database = 'ws_raw'
  await engine.command(createDatabase(database))
  const make = async (table: GeneratedTable, sample: Uint8Array) => {
    const definition = content.table(table)
    if (!definition) throw new Error(`no content declares ${table}`)
    const fields = new Set(
      Buffer.from(sample)
        .toString()
        .split('\n')
        .flatMap((line) => Object.keys(JSON.parse(line) as object)),
    )
    const declared = new Map([...definition.columns, ...standardColumns].map((column) => [column.name, column]))
    const standard = new Set(standardColumns.map(({ name }) => name))
    const names = new Set([...fields, ...standard])
    const columns = [...names].map((name) => declared.get(name) ?? { name, type: 'string' as const })
    await engine.command(createTable({ database, table }, definition, columns))
  }
  return {
    async send(table, ndjson) {
      if (!made.has(table)) made.set(table, make(table, ndjson))
      await made.get(table)
      await engine.insert({ database, table }, ndjson)
    },
    close: () => engine.close(),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
