// Reads a request of Resource Graph. https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
import { ServerError } from '../../../core/errors.ts'
import { type Fields, isFields, queryText } from '../query/request.ts'

export interface GraphRequest {
  readonly text: string
  /** In lower case; absent: all. */
  readonly subscriptions?: ReadonlySet<string>
  readonly top: number
  readonly skip: number
  readonly format: 'objectArray' | 'table'
  readonly facets: readonly Facet[]
}

export interface Facet {
  readonly expression: string
  readonly top: number
  readonly sortBy: string
  readonly sortOrder: 'asc' | 'desc'
  readonly filter?: string
}

const largestPage = 1000

export function graphRequest(fields: Fields, version: string): GraphRequest {
  const options = isFields(fields.options) ? fields.options : {}
  const { subscriptions } = fields
  const token = options.$skipToken ?? options.skipToken
  return {
    text: queryText(fields),
    ...(Array.isArray(subscriptions) && subscriptions.length > 0
      ? { subscriptions: new Set(subscriptions.map((id) => String(id).toLowerCase())) }
      : {}),
    top: whole(options.$top ?? options.top, '$top', 1, largestPage) ?? largestPage,
    skip: token ? skipped(String(token)) : (whole(options.$skip ?? options.skip, '$skip', 0, 2 ** 31) ?? 0),
    format: formatOf(options.resultFormat, version),
    facets: (Array.isArray(fields.facets) ? fields.facets : []).map(facetOf),
  }
}

const refusal = (target: string, reason: string): ServerError => new ServerError('invalidArgument', { reason, target })

function whole(value: unknown, target: string, least: number, most: number): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw refusal(target, `${target} must be a whole number from ${least} to ${most}`)
}

/** Answers were tables before this version. */
const objectsSince = '2021-03-01'

function formatOf(given: unknown, version: string): GraphRequest['format'] {
  if (given === undefined || given === null || given === '') return version < objectsSince ? 'table' : 'objectArray'
  const known = (['objectArray', 'table'] as const).find((name) => name.toLowerCase() === String(given).toLowerCase())
  if (known) return known
  throw refusal('resultFormat', `resultFormat '${String(given)}' is neither objectArray nor table`)
}

function facetOf(given: unknown): Facet {
  const { expression, options } = isFields(given) ? given : {}
  if (typeof expression !== 'string' || expression.trim() === '') throw refusal('facets', 'a facet needs an expression')
  const { $top, sortBy, sortOrder, filter } = isFields(options) ? options : {}
  return {
    expression,
    top: whole($top, '$top', 1, largestPage) ?? 10,
    sortBy: typeof sortBy === 'string' && sortBy !== '' ? sortBy : 'count',
    sortOrder: String(sortOrder ?? 'desc').toLowerCase() === 'asc' ? 'asc' : 'desc',
    ...(typeof filter === 'string' && filter.trim() !== '' ? { filter } : {}),
  }
}

export function skipToken(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString('base64')
}

function skipped(token: string): number {
  const text = Buffer.from(token, 'base64').toString('utf8')
  const offset = /^\{"offset":(\d{1,9})\}$/.exec(text)?.[1]
  if (offset === undefined) throw refusal('$skipToken', '$skipToken is none that an answer gave')
  return Number(offset)
}
