// What a SELECT would read, by the indexes of its tables, and what there is of them.
import { quoteString } from '@conshelf/kql/sql/quote'
import type { TableEstimate } from './engine.ts'

/** `ask` answers a statement with rows in JSON, a line each. */
export async function estimate(
  ask: (statement: string) => Promise<string>,
  sql: string,
): Promise<readonly TableEstimate[]> {
  const found = rowsOf(await ask(`EXPLAIN ESTIMATE ${sql}`)).map((row) => measured(row))
  if (found.length === 0) return []
  const names = found.map(({ database, table }) => `(${quoteString(database)}, ${quoteString(table)})`)
  const parts = await ask(
    `SELECT database, table, count(), sum(rows), sum(marks) FROM system.parts WHERE active AND (database, table) IN (${names.join(', ')}) GROUP BY database, table`,
  )
  const totals = rowsOf(parts).map((row) => measured(row))
  return found.map((read) => {
    const total = totals.find(({ database, table }) => database === read.database && table === read.table) ?? read
    return { ...read, all: { parts: total.parts, rows: total.rows, marks: total.marks } }
  })
}

type Measured = Omit<TableEstimate, 'all'>

function measured([database, table, parts, rows, marks]: readonly unknown[]): Measured {
  return {
    database: String(database),
    table: String(table),
    parts: Number(parts),
    rows: Number(rows),
    marks: Number(marks),
  }
}

function rowsOf(text: string): readonly (readonly unknown[])[] {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as readonly unknown[])
}
