// Fills a workspace with the rows of the benchmark, straight into the engine's tables.
import type { Column } from '@conshelf/kql'
import type { Tables, Workspace } from '../../server/src/catalog/types.ts'
import type { Engine } from '../../server/src/engine/engine.ts'
import { diagnosticsRow } from './diagnostics.ts'
import { containerLogRow, podInventoryRow, registryRow } from './others.ts'
import { type Random, seededRandom } from './random.ts'

/** Share of all rows, and how a row is made. */
export const generated = {
  AzureDiagnostics: { share: 0.55, row: diagnosticsRow },
  ContainerLogV2: { share: 0.25, row: containerLogRow },
  ContainerRegistryRepositoryEvents: { share: 0.12, row: registryRow },
  KubePodInventory: { share: 0.08, row: podInventoryRow },
} as const satisfies Record<string, { share: number; row: (random: Random, time: string) => object }>

export type GeneratedTable = keyof typeof generated

export const spanMillis = 7 * 86_400_000
const batchRows = 100_000

export interface LoadOptions {
  readonly engine: Engine
  readonly tables: Tables
  readonly workspace: Workspace
  readonly rows: number
  /** Time of the last row, milliseconds since 1970. */
  readonly end: number
  readonly say: (line: string) => void
}

export async function load({ engine, tables, workspace, rows, end, say }: LoadOptions): Promise<void> {
  for (const [table, { share, row }] of Object.entries(generated)) {
    const count = Math.round(rows * share)
    const started = performance.now()
    await tables.prepare(workspace, table, columnsOf(row(seededRandom(1), new Date(end).toISOString())))
    if (table === 'AzureDiagnostics') await tables.prepare(workspace, table, [text('msg_s'), text('log_s')])
    const target = { database: workspace.database, table }
    let inserting: Promise<void> = Promise.resolve()
    for (const batch of batches(table as GeneratedTable, count, end)) {
      await inserting
      inserting = engine.insert(target, batch)
      // Its failure is seen at the next await.
      inserting.catch(() => undefined)
    }
    await inserting
    const inserted = performance.now()
    await engine.command(`OPTIMIZE TABLE ${workspace.database}.${table} FINAL`)
    const rate = Math.round(count / (inserted - started))
    say(`${table}: ${count} rows, ${rate} thousand a second, merged in ${seconds(performance.now() - inserted)}`)
  }
}

/** NDJSON in batches; times go evenly over the span that ends at `end`. */
export function* batches(
  table: GeneratedTable,
  count: number,
  end: number,
  { size = batchRows, span = spanMillis } = {},
): Generator<Uint8Array> {
  const random = seededRandom(table.length * 7919)
  const { row } = generated[table]
  for (let first = 0; first < count; first += size) {
    const lines: string[] = []
    for (let n = first; n < Math.min(first + size, count); n++) {
      const ticks = BigInt(Math.floor(end - span + ((n + 1) / count) * span)) * 10_000n
      lines.push(JSON.stringify(row(random, timeText(ticks + BigInt(random.int(10_000))))))
    }
    yield Buffer.from(lines.join('\n'))
  }
}

/** `ticks` since 1970, of 100 ns. */
function timeText(ticks: bigint): string {
  const millis = new Date(Number(ticks / 10_000n)).toISOString().slice(0, -1)
  return `${millis}${String(ticks % 10_000n).padStart(4, '0')}Z`
}

const text = (name: string): Column => ({ name, type: 'string' })
const columnsOf = (row: object): readonly Column[] => Object.keys(row).map(text)
const seconds = (millis: number) => `${(millis / 1000).toFixed(1)} s`
