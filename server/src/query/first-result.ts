// The first result of a query in one piece, for whoever works on all of it: rules, reports, jobs.
import type { Column, Row } from '@conshelf/kql'
import type { QueryRequest, QueryService, Truncation } from './types.ts'

export interface FirstResult {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** Why rows are missing, if any are. */
  readonly truncated?: Truncation
}

/** Throws what `run` throws. */
export async function firstResult(queries: Pick<QueryService, 'run'>, request: QueryRequest): Promise<FirstResult> {
  let columns: readonly Column[] = []
  let tables = 0
  const rows: Row[] = []
  for await (const part of queries.run(request)) {
    if (part.kind === 'table' && ++tables === 1) columns = part.columns
    if (part.kind === 'rows' && tables === 1) for (const row of part.rows) rows.push(row)
    if (part.kind === 'end' && part.truncated) return { columns, rows, truncated: part.truncated }
  }
  return { columns, rows }
}
