// Queries over rows that are not stored, such as what a data collection rule makes of a batch before it is. The rows stand
// in scratch tables for as long as the query runs. main.ts gives this to ingestion and the surfaces.
import {
  type Catalog,
  type Column,
  type Compiled,
  type CompileOptions,
  compile,
  compileWithFacts,
  type Row,
  type TableSchema,
} from '@conshelf/kql'
import { type Clock, ticksOf } from '../core/clock.ts'
import { ServerError } from '../core/errors.ts'
import type { Ids } from '../core/ids.ts'
import type { Limits } from '../core/limits.ts'
import { createScratchTable } from '../engine/ddl.ts'
import type { Engine, RunOptions, TableName } from '../engine/engine.ts'
import type { RowQueries, RowQuery } from '../ingest/types.ts'
import { rowDecoder } from './decode.ts'
import { failureOf } from './failure.ts'
import type { Places } from './places.ts'
import { dropScratch, runStage, scratchDatabase } from './stages.ts'
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
      const result = compile(query.text, optionsFor(parts, query, 'checked'))
      if (!result.ok) return { diagnostics: result.diagnostics, columns: [] }
      return { diagnostics: result.compiled.warnings, columns: result.compiled.results[0]?.columns ?? [] }
    },
    run: (query, rows) => run(parts, query, rows),
  }
}

const never = new AbortController().signal
const maxMillis = 60_000

async function run(
  parts: RowQueryParts,
  query: RowQuery,
  rows: ReadonlyMap<string, Uint8Array>,
): ReturnType<RowQueries['run']> {
  const { engine, ids, limits } = parts
  const tag = ids.guid()
  const prefix = `rows_${tag.replaceAll('-', '')}`
  const options: RunOptions = { tag, limits: { maxMillis, maxMemoryBytes: limits.queryMemoryBytes } }
  const made: TableName[] = []
  const collect = async ({
    results,
    stages,
  }: Compiled): Promise<{ columns: readonly Column[]; rows: readonly Row[] }> => {
    const [first] = results
    if (!first || results.length > 1)
      throw new ServerError('invalidArgument', { reason: 'the query has not one result' })
    try {
      for (const stage of stages) await runStage(engine, stage, options)
      const decode = rowDecoder(first.columns)
      const found: Row[] = []
      for await (const chunk of engine.query(first.sql, options)) for (const raw of chunk) found.push(decode(raw))
      return { columns: first.columns, rows: found }
    } finally {
      for (const stage of stages) await dropScratch(engine, stage)
    }
  }
  try {
    for (const [at, { name, columns }] of query.tables.entries()) {
      const table = { database: scratchDatabase, table: `${prefix}_${at}` }
      await engine.command(createScratchTable(table, columns))
      made.push(table)
      const ndjson = rows.get(name)
      if (ndjson && ndjson.byteLength > 0) await engine.insert(table, ndjson)
    }
    const compileOptions = optionsFor(parts, query, prefix)
    const result = await compileWithFacts(
      query.text,
      compileOptions,
      async (compiled) => (await collect(compiled)).rows,
    )
    if (!result.ok) throw new InvalidQuery(query.text, result.diagnostics)
    return await collect(result.compiled)
  } catch (error) {
    throw failureOf(error, never)
  } finally {
    for (const { database, table } of made) await engine.command(`DROP TABLE IF EXISTS ${database}.${table}`)
  }
}

function optionsFor({ clock, places }: RowQueryParts, query: RowQuery, prefix: string): CompileOptions {
  return {
    catalog: catalogOf(query, prefix),
    now: ticksOf(clock.now()),
    scratch: `${scratchDatabase}.${prefix}_s`,
    ...(query.subset ? { subset: query.subset } : {}),
    ...(places ? { places } : {}),
  }
}

function catalogOf({ tables }: RowQuery, prefix: string): Catalog {
  const schemas = new Map(tables.map(({ name, columns }, at) => [name, schemaOf(name, columns, `${prefix}_${at}`)]))
  const described = tables.map(({ name, columns }) => `${name}(${columns.map((c) => `${c.name}:${c.type}`).join(',')})`)
  return {
    version: `rows ${prefix} ${described.join(' ')}`,
    table: (name) => schemas.get(name),
    function: () => undefined,
    tableNames: () => [...schemas.keys()],
    allNames: () => [...schemas.keys()],
    workspace: () => undefined,
  }
}

function schemaOf(name: string, columns: readonly Column[], table: string): TableSchema {
  const names = new Set(columns.map((column) => column.name))
  return {
    name,
    columns,
    timeColumn: columns.find(({ type }) => type === 'datetime')?.name ?? '',
    plan: 'analytics',
    sources: [{ database: scratchDatabase, table, columns: names, promoted: [] }],
  }
}
