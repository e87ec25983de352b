// Runs a query both ways, in turns, and compares the answers.
import type { Cell, Row } from '@conshelf/kql'
import { randomIds } from '../server/src/core/ids.ts'
import { generated } from './data/load.ts'
import type { BenchQuery } from './queries.ts'
import { type Bench, request } from './workspace.ts'

export interface Measured {
  readonly name: string
  /** Of a text that was never seen; a repeated one is bound already. */
  readonly kqlMillis: number
  /** Of the same text again. */
  readonly againMillis: number
  readonly sqlMillis: number
  readonly compileMillis: number
  readonly rows: number
  /** Empty: both answered the same. */
  readonly difference: string
}

const limits = { maxMillis: 600_000, maxMemoryBytes: 1.5 * 1024 ** 3 }

export async function measure(bench: Bench, query: BenchQuery, repeats: number): Promise<Measured> {
  const sql = physicalSql(bench, query.sql)
  const compiled = bench.queries.compile(request(bench, query.kql))
  if (!compiled.ok) return refused(query, compiled.diagnostics.map(({ message }) => message).join('; '))
  const kqlRows = await answerOfKql(bench, query.kql)
  const sqlRows = await answerOfSql(bench, sql)
  const kqlTimes: number[] = []
  const againTimes: number[] = []
  const sqlTimes: number[] = []
  const compileTimes: number[] = []
  for (let repeat = 0; repeat < repeats; repeat++) {
    kqlTimes.push(await timed(() => answerOfKql(bench, unseen(query, `run ${repeat}`))))
    againTimes.push(await timed(() => answerOfKql(bench, query.kql)))
    sqlTimes.push(await timed(() => answerOfSql(bench, sql)))
    const text = unseen(query, `compile ${repeat}`)
    compileTimes.push(await timed(async () => bench.queries.compile(request(bench, text))))
  }
  return {
    name: query.name,
    kqlMillis: median(kqlTimes),
    againMillis: median(againTimes),
    sqlMillis: median(sqlTimes),
    compileMillis: median(compileTimes),
    rows: kqlRows.length,
    difference: difference(query, kqlRows, sqlRows),
  }
}

const unseen = ({ kql }: BenchQuery, mark: string): string => `${kql}\n// ${mark}`

/** Compiles the queries until the process has them optimized, as a server that runs for a while has. */
export function warmUp(bench: Bench, queries: readonly BenchQuery[]): void {
  for (let round = 0; round < 20; round++)
    for (const query of queries) bench.queries.compile(request(bench, unseen(query, `warm-up ${round}`)))
}

function refused(query: BenchQuery, difference: string): Measured {
  return {
    name: query.name,
    kqlMillis: Number.NaN,
    againMillis: Number.NaN,
    sqlMillis: Number.NaN,
    compileMillis: Number.NaN,
    rows: 0,
    difference,
  }
}

async function answerOfKql(bench: Bench, text: string): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const part of bench.queries.run(request(bench, text))) {
    if (part.kind === 'rows') for (const row of part.rows) rows.push(row)
    if (part.kind === 'end' && part.truncated)
      throw new Error(`the answer was cut at ${part.truncated.limit} ${part.truncated.kind}`)
  }
  return rows
}

async function answerOfSql(bench: Bench, sql: string): Promise<readonly Row[]> {
  const rows: Row[] = []
  const options = { tag: randomIds.guid(), limits }
  for await (const chunk of bench.engine.query(sql, options)) for (const row of chunk) rows.push(row)
  return rows
}

function physicalSql({ workspace, end }: Bench, sql: string): string {
  const tables = Object.keys(generated).join('|')
  const now = `toDateTime64('${new Date(end).toISOString().slice(0, -1)}', 7, 'UTC')`
  return sql.replace(new RegExp(`\\$(${tables})\\b`, 'g'), `${workspace.database}.$1`).replaceAll('$now', now)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function difference(query: BenchQuery, kql: readonly Row[], sql: readonly Row[]): string {
  if (kql.length !== sql.length) return `${kql.length} rows, SQL ${sql.length}`
  if (query.compare === 'rows') return ''
  const [left, right] = [kql, sql].map((rows) => rows.map(rowText).sort())
  const at = left?.findIndex((text, n) => text !== right?.[n]) ?? -1
  return at === -1 ? '' : `row ${at}: ${left?.[at]?.slice(0, 60)}, SQL ${right?.[at]?.slice(0, 60)}`
}

/** The columns in any order, for SELECT lists need not keep KQL's. */
function rowText(row: Row): string {
  return row
    .map((cell: Cell) => String(cell))
    .sort()
    .join('\u0000')
}
