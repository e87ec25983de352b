// Deletes rows for good, by their _ItemId. Used by lifecycle/deletions.ts.
import { quoteName } from '@conshelf/kql/sql/quote'
import { itemIdOf } from './ddl.ts'
import type { Engine, TableName } from './engine.ts'

/**
 * Deletes the rows whose _ItemId the SELECT gives, and resolves when no file holds them any more; a statement that was cut
 * off goes on when the engine starts again.
 */
export async function deleteItems(
  engine: Pick<Engine, 'command'>,
  { database, table }: TableName,
  items: string,
): Promise<void> {
  const name = `${quoteName(database)}.${quoteName(table)}`
  await engine.command(`ALTER TABLE ${name} DELETE WHERE ${itemIdOf} IN (${items}) SETTINGS mutations_sync = 2`)
}

/** Rows of a SELECT. */
export async function countRows(engine: Pick<Engine, 'query'>, select: string, tag: string): Promise<number> {
  let count = 0
  const limits = { maxMillis: 600_000, maxMemoryBytes: 2_000_000_000 }
  for await (const rows of engine.query(`SELECT count() FROM (${select})`, { tag, limits }))
    count += Number(rows[0]?.[0] ?? 0)
  return count
}
