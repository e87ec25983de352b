// Deletes what is older than its table keeps rows, a partition at a time. Used by lifecycle/retention.ts, which knows when.
import { quoteName, quoteString } from '@conshelf/kql/sql/quote'
import type { Engine, TableName } from './engine.ts'

export interface PartitionName extends TableName {
  readonly partition: string
  /** Milliseconds since 1970 that all its rows are before. */
  readonly end: number
}

const limits = { maxMillis: 60_000, maxMemoryBytes: 500_000_000 }

/** The partitions of the tables of workspaces. */
export async function partitions(engine: Pick<Engine, 'query'>, tag: string): Promise<readonly PartitionName[]> {
  const sql = `SELECT DISTINCT p.database, p.table, p.partition_id, t.partition_key
FROM system.parts AS p INNER JOIN system.tables AS t ON t.database = p.database AND t.name = p.table
WHERE p.active AND startsWith(p.database, 'ws_')`
  const found: PartitionName[] = []
  for await (const rows of engine.query(sql, { tag, limits }))
    for (const [database = '', table = '', partition = '', key = ''] of rows.map((row) => row.map(String))) {
      const end = endOf(partition, key)
      if (end !== undefined) found.push({ database, table, partition, end })
    }
  return found
}

/** Partitions are days, weeks that are named by their Monday, or months (ddl.ts). Undefined: none of these, which is left alone. */
function endOf(partition: string, key: string): number | undefined {
  if (!/^\d+$/.test(partition)) return undefined
  const [months, days] = [Math.floor(Number(partition) / 100), Number(partition) % 100]
  if (key.startsWith('toYYYYMM(')) return startOf(months, days + 1, 1)
  if (key.startsWith('toYYYYMMDD(')) return startOf(Math.floor(months / 100), months % 100, days + 1)
  return key.startsWith('toMonday(') ? startOf(Math.floor(months / 100), months % 100, days + 7) : undefined
}

/** Months and days count from 1, and run over into the next. */
function startOf(year: number, month: number, date: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, date)
}

export function dropPartition(engine: Pick<Engine, 'command'>, { database, table, partition }: PartitionName) {
  const name = `${quoteName(database)}.${quoteName(table)}`
  return engine.command(`ALTER TABLE ${name} DROP PARTITION ID ${quoteString(partition)}`)
}

/** Tables of earlier versions delete rows by the engine's own clock, which knows nothing of a retention that changes. */
export async function removeOwnExpiry(engine: Pick<Engine, 'query' | 'command'>, tag: string): Promise<void> {
  const sql = `SELECT database, name FROM system.tables WHERE startsWith(database, 'ws_') AND position(engine_full, ' TTL ') > 0`
  const found: string[] = []
  for await (const rows of engine.query(sql, { tag, limits }))
    for (const [database = '', table = ''] of rows.map((row) => row.map(String)))
      found.push(`${quoteName(database)}.${quoteName(table)}`)
  for (const name of found) await engine.command(`ALTER TABLE ${name} REMOVE TTL`)
}
