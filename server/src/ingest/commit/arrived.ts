// Which rows of a request are in the engine already: the way back after a crash between insert and answer.
// The only SQL of ingestion. _TimeReceived differs between requests (rows/arrival.ts), so it finds one request's rows.
import { quoteName, quoteString } from '@conshelf/kql/sql/quote'
import type { Engine, TableName } from '../../engine/engine.ts'

const limits = { maxMillis: 60_000, maxMemoryBytes: 500_000_000 }

export async function countArrived(
  engine: Pick<Engine, 'query'>,
  table: TableName,
  arrival: string,
  tag: string,
): Promise<number> {
  const sql = `SELECT count() FROM ${nameOf(table)} WHERE ${condition(arrival)}`
  let count = 0
  for await (const rows of engine.query(sql, { tag, limits })) count += Number(rows[0]?.[0] ?? 0)
  return count
}

/** Resolves when they are gone. */
export async function removeArrived(engine: Pick<Engine, 'command'>, table: TableName, arrival: string): Promise<void> {
  await engine.command(`ALTER TABLE ${nameOf(table)} DELETE WHERE ${condition(arrival)} SETTINGS mutations_sync = 2`)
}

const nameOf = ({ database, table }: TableName): string => `${quoteName(database)}.${quoteName(table)}`
const condition = (arrival: string): string => `_TimeReceived = toDateTime64(${quoteString(arrival)}, 7, 'UTC')`
