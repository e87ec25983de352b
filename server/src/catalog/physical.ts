// What physically exists: the engine's tables of a workspace and their columns. Read at start and after every change.
import type { ScalarType } from '@conshelf/kql'
import { quoteString } from '@conshelf/kql/sql/quote'
import { sqlTypes, timeColumnType } from '@conshelf/kql/sql/types'
import type { Engine } from '../engine/engine.ts'

/** Column name -> type in the engine. Promoted columns are among them. */
export type PhysicalColumns = ReadonlyMap<string, string>

/** Database -> table -> columns, of all workspaces. */
export async function readDatabases(
  engine: Engine,
): Promise<ReadonlyMap<string, ReadonlyMap<string, PhysicalColumns>>> {
  const databases = new Map<string, Map<string, Map<string, string>>>()
  for (const [database, table, name, type] of await readColumns(
    engine,
    `startsWith(database, 'ws_') AND match(table, '^[A-Za-z_][A-Za-z0-9_]*$')`,
  )) {
    const tables = getOrSet(databases, database ?? '', () => new Map<string, Map<string, string>>())
    getOrSet(tables, table ?? '', () => new Map<string, string>()).set(name ?? '', type ?? '')
  }
  return databases
}

/** Undefined: there is no such table. */
export async function readTable(engine: Engine, database: string, table: string): Promise<PhysicalColumns | undefined> {
  const condition = `database = ${quoteString(database)} AND table = ${quoteString(table)}`
  const rows = await readColumns(engine, condition)
  return rows.length === 0 ? undefined : new Map(rows.map(([, , name, type]) => [name ?? '', type ?? '']))
}

let reads = 0
const limits = { maxMillis: 60_000, maxMemoryBytes: 500_000_000 }

async function readColumns(engine: Engine, condition: string): Promise<readonly (readonly string[])[]> {
  const sql = `SELECT database, table, name, type FROM system.columns WHERE ${condition} ORDER BY database, table, position`
  const found: string[][] = []
  reads += 1
  for await (const rows of engine.query(sql, { tag: `catalog-${reads}`, limits }))
    for (const row of rows) found.push(row.map(String))
  return found
}

function getOrSet<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

const scalarTypes = new Map(Object.entries(sqlTypes).map(([scalar, type]) => [type, scalar as ScalarType]))

/** The KQL type of a stored column. long and timespan are stored alike: the declared type decides where it can. */
export function scalarTypeOf(stored: string, declared: ScalarType | undefined): ScalarType | undefined {
  const plain = stored.replace(/^LowCardinality\((.*)\)$/, '$1')
  if (plain === timeColumnType) return 'datetime'
  if (declared !== undefined && sqlTypes[declared] === plain) return declared
  return plain === sqlTypes.long ? 'long' : scalarTypes.get(plain)
}
