// Rows of a SELECT into a table that is there. Used by query/fill.ts.
import { quoteName, quoteString } from '@conshelf/kql/sql/quote'
import type { Engine, RunOptions, TableName } from './engine.ts'

export interface Filling {
  readonly select: string
  /** Of its columns, by their places. */
  readonly names: readonly string[]
  /** Those that are stored, under their names. */
  readonly keep: ReadonlySet<string>
  /** TimeGenerated of all rows, ISO 8601. */
  readonly time: string
}

export async function insertSelect(
  engine: Pick<Engine, 'command'>,
  table: TableName,
  { select, names, keep, time }: Filling,
  options: RunOptions,
): Promise<void> {
  const places = names.flatMap((name, at) => (keep.has(name) && names.indexOf(name) === at ? [at] : []))
  const columns = ['TimeGenerated', ...places.map((at) => names[at] as string)].map(quoteName)
  const values = [
    `parseDateTime64BestEffort(${quoteString(time)}, 7, 'UTC')`,
    ...places.map((at) => `tupleElement(row, ${at + 1})`),
  ]
  await engine.command(
    `INSERT INTO ${nameOf(table)} (${columns.join(', ')})
SELECT ${values.join(', ')} FROM (SELECT tuple(*) AS row FROM (
${select}
))`,
    options,
  )
}

export async function emptyTable(engine: Pick<Engine, 'command'>, table: TableName): Promise<void> {
  await engine.command(`TRUNCATE TABLE ${nameOf(table)} SYNC`)
}

export async function countTable(engine: Pick<Engine, 'query'>, table: TableName, tag: string): Promise<number> {
  let count = 0
  const limits = { maxMillis: 60_000, maxMemoryBytes: 500_000_000 }
  for await (const rows of engine.query(`SELECT count() FROM ${nameOf(table)}`, { tag, limits }))
    count += Number(rows[0]?.[0] ?? 0)
  return count
}

const nameOf = ({ database, table }: TableName): string => `${quoteName(database)}.${quoteName(table)}`
