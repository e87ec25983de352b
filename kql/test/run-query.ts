// Runs a compiled query on an embedded engine, stages included, for tests.

import { mkdtempSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Catalog, type Cell, type Column, type Compiled, compile, type Fact, type Row } from '../src/index.ts'

interface Session {
  query(sql: string, format?: string): string
  close(): void
}
const { Session: ChdbSession } = createRequire(import.meta.url)('chdb') as { Session: new (path: string) => Session }

export interface TestEngine {
  run(
    query: string,
    catalog: Catalog,
    now: bigint,
  ): { readonly columns: readonly Column[]; readonly rows: readonly Row[] }
  command(sql: string): void
  /** The engine's answer as lines of tab-separated values. */
  text(sql: string): string
  close(): void
}

const fixed =
  "SETTINGS output_format_json_escape_forward_slashes=0, output_format_json_quote_denormals=1, output_format_json_quote_64bit_integers=1, output_format_json_quote_decimals=1, date_time_output_format='iso'"

/** Cells as kql/src/model.ts has them. */
function decode(value: unknown, column: Column): Cell {
  if (value === null) return null
  if (column.type === 'bool') return value === true || value === 1
  if (column.type === 'long' || column.type === 'timespan') {
    const n = BigInt(String(value))
    return Number.isSafeInteger(Number(n)) ? Number(n) : n
  }
  if (column.type === 'real' && typeof value === 'string')
    return value === 'nan'
      ? Number.NaN
      : value === 'inf'
        ? Number.POSITIVE_INFINITY
        : value === '-inf'
          ? Number.NEGATIVE_INFINITY
          : Number(value)
  return value as Cell
}

/** What JSON has no numbers for, as text. */
const plainly = (_key: string, v: unknown): unknown =>
  typeof v === 'bigint' || (typeof v === 'number' && !Number.isFinite(v)) ? String(v) : v

/** `limits`: further settings of the engine, for each query. */
export function openTestEngine(limits: Readonly<Record<string, number>> = {}): TestEngine {
  const settings = [fixed, ...Object.entries(limits).map(([name, value]) => `${name}=${value}`)].join(', ')
  const session = new ChdbSession(mkdtempSync(join(tmpdir(), 'kql-cases-')))
  let count = 0
  const read = (sql: string, columns: readonly Column[]): Row[] => {
    const text = session.query(`${sql}\n${settings}`, 'JSONCompactEachRow').trim()
    if (text === '') return []
    return text
      .split('\n')
      .map((line) => JSON.parse(line) as unknown[])
      .map((cells) => columns.map((column, i) => decode(cells[i], column)))
  }
  const answer = (compiled: Compiled): { readonly columns: readonly Column[]; readonly rows: readonly Row[] } => {
    for (const stage of compiled.stages) {
      session.query(stage.create)
      if (stage.kind === 'sql') session.query(stage.insert)
      else {
        const rows = stage.run(read(stage.input, stage.inputColumns))
        const lines = rows.map((row, i) => JSON.stringify([...row, i], plainly))
        if (lines.length > 0) session.query(`INSERT INTO ${stage.table} FORMAT JSONCompactEachRow ${lines.join('\n')}`)
      }
    }
    const result = compiled.results.at(-1)
    if (!result) throw new Error('no result')
    return { columns: result.columns, rows: read(result.sql, result.columns) }
  }
  return {
    command: (sql) => void session.query(sql),
    text: (sql) => session.query(sql, 'TSVRaw').trim(),
    close: () => session.close(),
    run(query, catalog, now) {
      let facts: readonly Fact[] = []
      for (;;) {
        count += 1
        const made = compile(query, { catalog, now, facts, scratch: `scratch.q${count}_` })
        if (made.ok) return answer(made.compiled)
        if (!made.needs)
          throw new Error(made.diagnostics.map((d) => `${d.code} at ${d.start}: ${d.message}`).join('\n'))
        facts = [...facts, made.needs.read(answer(made.needs.compiled).rows)]
      }
    },
  }
}
