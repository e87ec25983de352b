// Links to what an alert saw: its query over its window, whole or for its series alone. The Logs page reads the address as
// portal/src/pages/logs/link.ts writes it.
import type { Column } from '@conshelf/kql'
import type { DimensionValue, Series } from './evaluate.ts'

export interface Seen {
  readonly query: string
  /** ISO 8601 interval: what the query read. */
  readonly timespan: string
  /** Where the bins begin, if the query read more than them: ISO 8601. */
  readonly windowStart?: string
  /** What the query took for the present. */
  readonly now: string
  readonly workspace: { readonly id: string; readonly name: string }
  /** The resource that the rule is about, if it is not a workspace. */
  readonly resource?: string
}

export interface SeenSeries extends Series {
  readonly resourceIdColumn?: string
}

export function searchLinks(base: string, seen: Seen, series: SeenSeries, columns: readonly Column[]) {
  const whole = asOf(seen.query, seen.now)
  const filtered = filteredQuery(whole, seen, series, columns)
  return {
    linkToSearchResultsUI: pageLink(base, seen, whole),
    linkToFilteredSearchResultsUI: pageLink(base, seen, filtered),
    linkToSearchResultsAPI: apiLink(base, seen, whole),
    linkToFilteredSearchResultsAPI: apiLink(base, seen, filtered),
  }
}

/**
 * Read again later, a query that speaks of the present must mean the same one, and one that bounds time itself is bounded by the
 * window all the same. Blank lines would end it: the editor takes what follows for another query.
 */
function asOf(query: string, now: string): string {
  const text = query.includes('```') ? query : query.replace(/\r?\n(?:[ \t]*\r?\n)+/g, '\n')
  return /\b(?:ago|now)\s*\(|TimeGenerated/.test(text) ? `set query_now = datetime(${now});\n${text}` : text
}

function filteredQuery(
  query: string,
  { windowStart }: Seen,
  { dimensions, target, resourceIdColumn = '_ResourceId' }: SeenSeries,
  columns: readonly Column[],
): string {
  const filters = dimensions.map((dimension) => comparison(dimension, columns))
  if (windowStart !== undefined && columns.some(({ name }) => name === 'TimeGenerated'))
    filters.push(`TimeGenerated >= datetime(${windowStart})`)
  if (target !== undefined) filters.push(`${nameOf(resourceIdColumn)} =~ ${literal(target)}`)
  if (filters.length === 0) return query
  const open = query.replace(/(?:\s|;)+$/, '').replace(/\|\s*render\b[^|]*$/, '')
  return `${open.trimEnd()}\n| where ${filters.join(' and ')}`
}

function comparison({ name, value }: DimensionValue, columns: readonly Column[]): string {
  const type = columns.find((column) => column.name === name)?.type ?? 'string'
  const column = nameOf(name)
  if (type === 'string') return value === '' ? `isempty(${column})` : `${column} == ${literal(value)}`
  return value === '' ? `isnull(${column})` : `${column} == ${type}(${value})`
}

const nameOf = (column: string): string => (/^[A-Za-z_]\w*$/.test(column) ? column : `[${literal(column)}]`)

function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}'`
}

function pageLink(base: string, { timespan, workspace, resource }: Seen, query: string): string {
  const place = resource ? { resource } : { workspace: workspace.name }
  const parameters = { ...place, timespan, query, run: 'true' }
  return `${base}/logs#${new URLSearchParams(parameters)}`
}

function apiLink(base: string, { timespan, workspace, resource }: Seen, query: string): string {
  const path = resource ?? `/workspaces/${workspace.id}`
  return `${base}/v1${encodeURI(path)}/query?${new URLSearchParams({ query, timespan })}`
}
