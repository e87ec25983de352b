// Plain files as tables, named after the file: JSON lines, JSON, CSV, TSV and Parquet, compressed or not, read by the engine.
// Values keep KQL's types: what is nested becomes dynamic, as the JSON text that was written. Used by workbench.ts.
import { readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Catalog, Column, ScalarType, TableSchema } from '@conshelf/kql'
import { quoteName, quoteString } from '@conshelf/kql/sql/quote'
import type { Tables } from './catalog/types.ts'
import { randomIds } from './core/ids.ts'
import { type Engine, EngineError } from './engine/engine.ts'

/** By ending, the engine's name of the format. */
const formats: Readonly<Record<string, string>> = {
  jsonl: 'JSONEachRow',
  ndjson: 'JSONEachRow',
  json: 'JSONEachRow',
  log: 'JSONEachRow',
  csv: 'CSVWithNames',
  tsv: 'TSVWithNames',
  parquet: 'Parquet',
}
const ending = new RegExp(`\\.(${Object.keys(formats).join('|')})(\\.(gz|zst|bz2|xz|lz4))?$`, 'i')
const database = 'files'

/** A file that is missing, of an unknown kind, or not what its ending says. */
export class UnreadableFile extends Error {}

/** The file itself, or those of a folder whose ending is known. */
export function dataFiles(path: string): readonly string[] {
  if (statSync(path).isDirectory())
    return readdirSync(path)
      .filter((name) => ending.test(name))
      .map((name) => join(path, name))
  if (!ending.test(path))
    throw new UnreadableFile(`${path}: the ending says nothing known; take one of ${Object.keys(formats).join(', ')}`)
  return [path]
}

/** Loads the files and answers a catalog of them. */
export async function loadFiles(engine: Engine, files: readonly string[]): Promise<Pick<Tables, 'catalog'>> {
  await engine.command(`CREATE DATABASE ${database}`)
  const tables = new Map<string, TableSchema>()
  for (const file of files) {
    const name = tableName(file)
    if (tables.has(name)) throw new UnreadableFile(`two files would both be the table ${name}; rename one`)
    tables.set(name, await loadFile(engine, file, name))
  }
  return { catalog: () => catalogOf(tables) }
}

/** `app-2024.jsonl.gz` is app_2024. */
export function tableName(file: string): string {
  return basename(file)
    .replace(ending, '')
    .replace(/\W/g, '_')
    .replace(/^(?=\d)/, '_')
}

async function loadFile(engine: Engine, file: string, name: string): Promise<TableSchema> {
  const format = formats[ending.exec(file)?.[1]?.toLowerCase() ?? ''] ?? 'JSONEachRow'
  const source = `file(${quoteString(resolve(file))}, ${quoteString(format)}`
  const stored = `${database}.${quoteName(name)}`
  const shape = `${database}.${quoteName(`shape of ${name}`)}`
  try {
    await engine.command(`CREATE TABLE ${shape} ENGINE = Memory AS SELECT * FROM ${source}) LIMIT 0 ${settings}`)
    const inferred = await columnsOf(engine, `shape of ${name}`, format === 'JSONEachRow')
    const structure = inferred.map(({ name: column, read }) => `${quoteName(column)} ${read}`).join(', ')
    const select = inferred.map(({ name: column, expression }) => `${expression} AS ${quoteName(column)}`).join(', ')
    await engine.command(
      `CREATE TABLE ${stored} ENGINE = MergeTree ORDER BY tuple() AS SELECT ${select} FROM ${source}, ${quoteString(structure)}) ${settings}`,
    )
    return await schemaOf(engine, name, inferred)
  } catch (error) {
    if (error instanceof EngineError) {
      throw new UnreadableFile(`${file} cannot be read as ${format}: ${innermost(error.message)}`, { cause: error })
    }
    throw error
  }
}

/** The engine tells of a failed inference around the reason for it. */
function innermost(message: string): string {
  return /DB::Exception: (.*?) \([A-Z_]+\)/s.exec(message)?.[1] ?? message
}

/** Nested values of JSON are read as the text that stands there. */
const settings =
  'SETTINGS input_format_json_read_objects_as_strings = 1, input_format_json_read_arrays_as_strings = 1, ' +
  'input_format_max_rows_to_read_for_schema_inference = 100000, schema_inference_make_columns_nullable = 1, ' +
  "input_format_json_infer_incomplete_types_as_strings = 1, date_time_input_format = 'best_effort', session_timezone = 'UTC'"

interface Inferred extends Column {
  /** The engine's type to read the file with. */
  readonly read: string
  /** The stored value, in the type that KQL's has in the engine. */
  readonly expression: string
}

async function columnsOf(engine: Engine, table: string, isJson: boolean): Promise<readonly Inferred[]> {
  const sql = `SELECT name, type FROM system.columns WHERE database = '${database}' AND table = ${quoteString(table)} ORDER BY position`
  const columns: Inferred[] = []
  for await (const rows of engine.query(sql, runOptions())) {
    for (const [name, type] of rows) columns.push(inferredColumn(String(name), String(type), isJson))
  }
  return columns
}

function runOptions() {
  return { tag: randomIds.guid(), limits: { maxMillis: 60_000, maxMemoryBytes: 1 << 30 } }
}

/** The engine's types and what they are in KQL; anything else is nested and becomes dynamic. */
const scalarTypes: readonly (readonly [RegExp, ScalarType, (column: string) => string])[] = [
  [/^Bool$/, 'bool', (c) => c],
  [/^U?Int(8|16)$|^Int32$/, 'int', (c) => `toInt32(${c})`],
  [/^UInt32$|^U?Int64$/, 'long', (c) => `toInt64(${c})`],
  [/^B?Float(16|32|64)$/, 'real', (c) => `toFloat64(${c})`],
  [/^Decimal/, 'decimal', (c) => `toDecimal128(${c}, 17)`],
  [/^(String|Fixed|Enum)/, 'string', (c) => `ifNull(toString(${c}), '')`],
  [/^Date/, 'datetime', (c) => `toDateTime64(${c}, 7, 'UTC')`],
  [/^UUID$/, 'guid', (c) => c],
]

function inferredColumn(name: string, engineType: string, isJson: boolean): Inferred {
  const bare = engineType.replace(/^LowCardinality\((.*)\)$/, '$1').replace(/^Nullable\((.*)\)$/, '$1')
  const column = quoteName(name)
  const known = scalarTypes.find(([shape]) => shape.test(bare))
  if (known) return { name, type: known[1], read: engineType, expression: known[2](column) }
  if (isJson) return { name, type: 'dynamic', read: 'Nullable(String)', expression: column }
  return { name, type: 'dynamic', read: engineType, expression: `nullIf(toJSONString(${column}), 'null')` }
}

async function schemaOf(engine: Engine, name: string, inferred: readonly Inferred[]): Promise<TableSchema> {
  const columns = inferred.map((column) => ({ name: column.name, type: column.type }))
  return {
    name,
    columns,
    timeColumn: await timeColumnOf(engine, name, columns),
    plan: 'analytics',
    sources: [{ database, table: name, columns: new Set(columns.map((column) => column.name)), promoted: [] }],
  }
}

const timeNames = ['TimeGenerated', 'Timestamp', 'timestamp', '@timestamp', 'time', 'Time', 'ts', 'date']

/** The column that --timespan applies to: of a usual name, and never null. Empty when there is none. */
async function timeColumnOf(engine: Engine, name: string, columns: readonly Column[]): Promise<string> {
  const found = timeNames.find((known) => columns.some((column) => column.name === known && column.type === 'datetime'))
  if (found === undefined) return ''
  const sql = `SELECT count() FROM ${database}.${quoteName(name)} WHERE isNull(${quoteName(found)})`
  for await (const [row] of engine.query(sql, runOptions())) if (row?.[0] === '0') return found
  return ''
}

function catalogOf(tables: ReadonlyMap<string, TableSchema>): Catalog {
  const names = [...tables.keys()]
  return {
    version: 'files',
    table: (name) => tables.get(name),
    function: () => undefined,
    tableNames: () => names,
    allNames: () => names,
    workspace: () => undefined,
  }
}
