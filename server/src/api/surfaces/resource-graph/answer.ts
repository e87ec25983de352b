// The answer of Resource Graph: a page of rows in either format, and facets.
import type { Column, Row } from '@conshelf/kql'
import type { RowQueries } from '../../../ingest/types.ts'
import { InvalidQuery } from '../../../query/types.ts'
import { type GraphQuery, type GraphResult, jsonOf, runGraphQuery } from './query.ts'
import { type Facet, type GraphRequest, skipToken } from './request.ts'

export async function graphAnswer(queries: RowQueries, request: GraphRequest, query: GraphQuery) {
  const { top, skip, format, facets } = request
  const result = await runGraphQuery(queries, query)
  const page = { ...result, rows: result.rows.slice(skip, skip + top) }
  const next = skip + page.rows.length
  const hasMore = page.rows.length > 0 && next < result.rows.length
  return {
    totalRecords: result.rows.length,
    count: page.rows.length,
    data: format === 'table' ? tableOf(page) : objectsOf(page),
    facets: await Promise.all(facets.map((facet) => facetOf(queries, facet, query))),
    resultTruncated: 'false',
    ...(hasMore ? { $skipToken: skipToken(next) } : {}),
  }
}

const objectsOf = ({ columns, rows }: GraphResult) =>
  rows.map((row) => Object.fromEntries(columns.map((column, at) => [column.name, cell(row, column, at)])))

const tableOf = ({ columns, rows }: GraphResult) => ({
  columns: columns.map(({ name, type }) => ({ name, type: typeNames[type] ?? 'string' })),
  rows: rows.map((row) => columns.map((column, at) => cell(row, column, at))),
})

const cell = (row: Row, column: Column, at: number): unknown => jsonOf(row[at] ?? null, column)

const typeNames: Readonly<Partial<Record<Column['type'], string>>> = {
  int: 'integer',
  long: 'integer',
  real: 'number',
  decimal: 'number',
  bool: 'boolean',
  dynamic: 'object',
}

/** A facet that cannot be made says so in its place; the rows are answered all the same. */
async function facetOf(queries: RowQueries, facet: Facet, query: GraphQuery) {
  const { expression, top } = facet
  try {
    const { columns, rows } = await runGraphQuery(queries, { ...query, text: facetText(facet, query.text) })
    const first = rows.slice(0, top)
    const data = objectsOf({ columns, rows: first })
    return { expression, resultType: 'FacetResult', totalRecords: rows.length, count: first.length, data }
  } catch (error) {
    if (!(error instanceof InvalidQuery)) throw error
    const errors = error.diagnostics.map(({ message }) => ({ code: 'InvalidQuery', message }))
    return { expression, resultType: 'FacetError', errors }
  }
}

function facetText({ expression, filter, sortBy, sortOrder }: Facet, text: string): string {
  const order = sortBy === 'count' ? "['count']" : sortBy
  const where = filter ? `\n| where ${filter}` : ''
  return `${text}${where}\n| summarize ['count'] = count() by ${expression}\n| order by ${order} ${sortOrder}`
}
