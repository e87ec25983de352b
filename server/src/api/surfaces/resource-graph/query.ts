// Runs KQL over the resources: names of tables in any case, `resources` where a query names none.
import type { Cell, Column, Row } from '@conshelf/kql'
import type { RowQueries, RowQuery } from '../../../ingest/types.ts'
import { timespanText, trimmedInstant } from '../../azure-cells.ts'
import { defaultTable, type GraphRow, graphColumns, graphTables } from './tables.ts'

/** Words that a query without a table begins with. */
const operators =
  /^(?:where|project|project-away|extend|summarize|distinct|count|take|limit|top|sort|order|join|mv-expand|mvexpand|parse)\b/i
const comments = /^(?:\s|\/\/[^\n]*(?:\n|$))*/

/** What stands before the text of a query that names no table. */
export function prefixOf(text: string): string {
  return operators.test(text.replace(comments, '')) ? `${defaultTable} | ` : ''
}

export interface GraphQuery {
  readonly text: string
  readonly rows: ReadonlyMap<string, readonly GraphRow[]>
  /** The language beyond what the service documents. */
  readonly wholeLanguage: boolean
}

export interface GraphResult {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
}

/** Throws InvalidQuery, whose places are those of the text with its prefix. */
export async function runGraphQuery(
  queries: RowQueries,
  { text, rows, wholeLanguage }: GraphQuery,
): Promise<GraphResult> {
  const whole = prefixOf(text) + text
  const spellings = [...new Set(whole.match(/\w+/g) ?? [])].filter((word) => graphTables.has(word.toLowerCase()))
  const query: RowQuery = {
    text: whole,
    tables: (spellings.length > 0 ? spellings : [defaultTable]).map((name) => ({ name, columns: graphColumns })),
    ...(wholeLanguage ? {} : { subset: 'resource-graph' as const }),
  }
  const ndjson = query.tables.map(({ name }) => [name, lines(rows.get(name.toLowerCase()) ?? [])] as const)
  const result = await queries.run(query, new Map(ndjson))
  // Pages of a query that has no order must not overlap.
  return /\b(?:sort|order|top)\b/i.test(text) ? result : { ...result, rows: result.rows.toSorted(byText) }
}

const byText = (a: Row, b: Row): number => {
  const [first, second] = [a.join('\n'), b.join('\n')]
  return first < second ? -1 : first > second ? 1 : 0
}

function lines(rows: readonly GraphRow[]): Buffer {
  const dynamics = new Set(graphColumns.filter(({ type }) => type === 'dynamic').map(({ name }) => name))
  const written = rows.map((row) => {
    const cells = Object.entries(row).map(([name, value]) => [
      name,
      dynamics.has(name) && value !== null ? JSON.stringify(value) : value,
    ])
    return `${JSON.stringify(Object.fromEntries(cells))}\n`
  })
  return Buffer.from(written.join(''))
}

/** A cell as JSON of an answer: dynamic values as they are, times and the rest as texts. */
export function jsonOf(cell: Cell, { type }: Column): unknown {
  if (cell === null) return null
  switch (type) {
    case 'dynamic':
      return parsed(String(cell))
    case 'datetime':
      return trimmedInstant(String(cell))
    case 'timespan':
      return timespanText(cell)
    case 'long':
    case 'decimal':
      return Number(cell)
    default:
      return cell
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
