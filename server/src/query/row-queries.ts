// Queries over rows that are not stored: what a data collection rule makes of a batch before it is. The rows stand in a
// scratch table for as long as the query runs. main.ts gives this to ingestion.
import { type Catalog, type CompileOptions, compile, type Row, type TableSchema } from '@conshelf/kql'
import { type Clock, ticksOf } from '../core/clock.ts'
import { ServerError } from '../core/errors.ts'
import type { Ids } from '../core/ids.ts'
import type { Limits } from '../core/limits.ts'
import { createScratchTable } from '../engine/ddl.ts'
import type { Engine } from '../engine/engine.ts'
import type { RowQueries, RowQuery } from '../ingest/types.ts'
import { rowDecoder } from './decode.ts'
import { failureOf } from './failure.ts'
import type { Places } from './places.ts'
import { scratchDatabase } from './stages.ts'
import { InvalidQuery } from './types.ts'

export interface RowQueryParts {
  readonly engine: Engine
  readonly clock: Clock
  readonly ids: Ids
  readonly limits: Limits
  readonly places?: Places
}

export function openRowQueries(parts: RowQueryParts): RowQueries {
  return {
    check: (query) => {
      const result = compile(query.text, optionsFor(parts, query, 'none'))
      if (!result.ok) return { diagnostics: result.diagnostics, columns: [] }
      return { diagnostics: result.compiled.warnings, columns: result.compiled.results[0]?.columns ?? [] }
    },
    run: (query, ndjson) => run(parts, query, ndjson),
  }
}

const never = new AbortController().signal

async function run(parts: RowQueryParts, query: RowQuery, ndjson: Uint8Array): ReturnType<RowQueries['run']> {
  const { engine, ids, limits } = parts
  const tag = ids.guid()
  const table = { database: scratchDatabase, table: `rows_${tag.replaceAll('-', '')}` }
  const result = compile(query.text, optionsFor(parts, query, table.table))
  if (!result.ok) throw new InvalidQuery(query.text, result.diagnostics)
  const [first, ...others] = result.compiled.results
  // The subsets that such queries are written in have neither several results nor stages.
  if (!first || others.length > 0 || result.compiled.stages.length > 0)
    throw new ServerError('invalidArgument', { reason: 'the query has not one result' })
  await engine.command(createScratchTable(table, query.columns))
  try {
    if (ndjson.byteLength > 0) await engine.insert(table, ndjson)
    const decode = rowDecoder(first.columns)
    const rows: Row[] = []
    const options = { tag, limits: { maxMillis: 60_000, maxMemoryBytes: limits.queryMemoryBytes } }
    for await (const chunk of engine.query(first.sql, options)) for (const raw of chunk) rows.push(decode(raw))
    return { columns: first.columns, rows }
  } catch (error) {
    throw failureOf(error, never)
  } finally {
    await engine.command(`DROP TABLE IF EXISTS ${scratchDatabase}.${table.table}`)
  }
}

function optionsFor({ clock, places }: RowQueryParts, query: RowQuery, table: string): CompileOptions {
  return {
    catalog: catalogOf(query, table),
    now: ticksOf(clock.now()),
    subset: 'transformation',
    ...(places ? { places } : {}),
  }
}

/** One table, `source`. */
function catalogOf({ columns }: RowQuery, table: string): Catalog {
  const source: TableSchema = {
    name: 'source',
    columns,
    timeColumn: columns.find(({ type }) => type === 'datetime')?.name ?? '',
    plan: 'analytics',
    sources: [{ database: scratchDatabase, table, columns: new Set(columns.map(({ name }) => name)), promoted: [] }],
  }
  return {
    version: `source ${table} ${columns.map(({ name, type }) => `${name}:${type}`).join(',')}`,
    table: (name) => (name === 'source' ? source : undefined),
    function: () => undefined,
    tableNames: () => ['source'],
    allNames: () => ['source'],
    workspace: () => undefined,
  }
}
