// contains, has, startswith and their kin, by the engine's text index where a column has one.
// https://learn.microsoft.com/kusto/query/datatypes-string-operators
//
// Case-insensitive operators are written over `lower(column)`, the very expression that indexes are built on: the rows are
// the same with and without an index.
import { quoteString } from '../sql/quote.ts'
import type { Written } from '../sql/written.ts'
import { argument, constant, fn, type FunctionEntry, type FunctionTable, type WriteCall } from './define.ts'

type Search = (text: string, needle: string, literal: string | undefined) => string

const likeEscaped = (s: string): string => s.replace(/[\\%_]/g, '\\$&')
const regexEscaped = (s: string): string => s.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

const contains: Search = (text, needle, literal) =>
  literal === undefined ? `(position(${text}, ${needle}) > 0)` : `${text} LIKE ${quoteString(`%${likeEscaped(literal)}%`)}`
const startsWith: Search = (text, needle) => `startsWith(${text}, ${needle})`
const endsWith: Search = (text, needle) => `endsWith(${text}, ${needle})`

/** A term is a run of letters and digits; ASCII ones are what the engine's tokens are made of. */
const oneTerm = /^[a-z0-9]+$/i
const termBorder = '[^\\p{L}\\p{N}]'

/** Whole terms of the needle, which every matching text must have as tokens. */
function innerTerms(literal: string): string[] {
  return [...literal.matchAll(/(?<=[^a-z0-9\u0080-\uffff])[a-z0-9]+(?=[^a-z0-9\u0080-\uffff])/gi)].map((m) => m[0])
}

function has(edges: { readonly start: boolean; readonly end: boolean }): Search {
  return (text, needle, literal) => {
    if (literal === '') return 'true'
    if (literal !== undefined && edges.start && edges.end && oneTerm.test(literal)) return `hasToken(${text}, ${needle})`
    const quoted = literal === undefined ? `regexpQuoteMeta(${needle})` : undefined
    const before = edges.start ? (literal === undefined || /^[\p{L}\p{N}]/u.test(literal) ? `(?:^|${termBorder})` : '') : ''
    const after = edges.end ? (literal === undefined || /[\p{L}\p{N}]$/u.test(literal) ? `(?:$|${termBorder})` : '') : ''
    const pattern = quoted ? `concat(${quoteString(before)}, ${quoted}, ${quoteString(after)})` : quoteString(`${before}${regexEscaped(literal ?? '')}${after}`)
    const exact = `match(${text}, ${pattern})`
    if (literal === undefined) return `(empty(${needle}) OR ${exact})`
    const terms = innerTerms(` ${literal} `).filter((t) => isInside(literal, t))
    const tokens = (edges.start && edges.end ? terms : terms.filter((t) => !touchesOpenEdge(literal, t, edges))).map((t) => `hasToken(${text}, ${quoteString(t)})`)
    return tokens.length > 0 ? `(${[...new Set(tokens), exact].join(' AND ')})` : exact
  }
}

const isInside = (literal: string, term: string): boolean => literal.includes(term)

/** A term at an edge where the text may go on (hasprefix: the end) need not be a whole token of the text. */
function touchesOpenEdge(literal: string, term: string, edges: { readonly start: boolean; readonly end: boolean }): boolean {
  return (!edges.end && literal.endsWith(term)) || (!edges.start && literal.startsWith(term))
}

function lowered(w: Written, literal: string | undefined): string {
  return literal !== undefined && /[^\u0000-\u007f]/.test(literal) ? `lowerUTF8(${w.sql})` : `lower(${w.sql})`
}

function search(how: Search, caseSensitive: boolean, negated = false): FunctionEntry {
  return fn((call) => {
    const [text, needle] = [argument(call, 0), argument(call, 1)]
    const value = constant(call, 1)
    const literal = typeof value === 'string' ? value : undefined
    const found = caseSensitive
      ? how(text.sql, needle.sql, literal)
      : how(lowered(text, literal), literal === undefined ? `lower(${needle.sql})` : quoteString(literal.toLowerCase()), literal?.toLowerCase())
    return { sql: negated ? `(NOT ${found})` : found, type: 'bool', nullable: false }
  })
}

const wholeTerm = has({ start: true, end: true })
const termPrefix = has({ start: true, end: false })
const termSuffix = has({ start: false, end: true })

/** has_any, has_all: over constants, arrays and sets. */
function several(join: 'OR' | 'AND'): FunctionEntry {
  return fn((call) => {
    const text = `lower(${argument(call, 0).sql})`
    const parts = call.args.slice(1).map((option, i) => {
      const value = constant(call, i + 1)
      if (typeof value === 'string' && option.type === 'string') return wholeTerm(text, quoteString(value.toLowerCase()), value.toLowerCase())
      return overArray(call, i + 1, option, text, join)
    })
    return { sql: `(${parts.join(` ${join} `)})`, type: 'bool', nullable: false }
  })
}

function overArray(call: WriteCall, index: number, option: Written, text: string, join: 'OR' | 'AND'): string {
  const set = call.set(index)
  const array = set ?? option.strings ?? (option.type === 'dynamic' ? `JSONExtract(ifNull(${option.sql}, '[]'), 'Array(String)')` : `[${option.sql}]`)
  const each = wholeTerm(text, 'lower(needle)', undefined)
  return `${join === 'OR' ? 'arrayExists' : 'arrayAll'}(needle -> ${each}, ${array})`
}

const equalCaseless = fn((call) => ({ sql: `(${caseless(argument(call, 0), constant(call, 0))} = ${caseless(argument(call, 1), constant(call, 1))})`, type: 'bool', nullable: false }))
const caseless = (w: Written, value: unknown): string => (typeof value === 'string' ? quoteString(value.toLowerCase()) : `lower(${w.sql})`)

const matchRegex = fn((call) => ({ sql: `match(${argument(call, 0).sql}, ${argument(call, 1).sql})`, type: 'bool', nullable: false }))

export const textSearch: FunctionTable = {
  Contains: search(contains, false),
  NotContains: search(contains, false, true),
  ContainsCs: search(contains, true),
  NotContainsCs: search(contains, true, true),
  Has: search(wholeTerm, false),
  NotHas: search(wholeTerm, false, true),
  HasCs: search(wholeTerm, true),
  NotHasCs: search(wholeTerm, true, true),
  HasPrefix: search(termPrefix, false),
  NotHasPrefix: search(termPrefix, false, true),
  HasPrefixCs: search(termPrefix, true),
  NotHasPrefixCs: search(termPrefix, true, true),
  HasSuffix: search(termSuffix, false),
  NotHasSuffix: search(termSuffix, false, true),
  HasSuffixCs: search(termSuffix, true),
  NotHasSuffixCs: search(termSuffix, true, true),
  StartsWith: search(startsWith, false),
  NotStartsWith: search(startsWith, false, true),
  StartsWithCs: search(startsWith, true),
  NotStartsWithCs: search(startsWith, true, true),
  EndsWith: search(endsWith, false),
  NotEndsWith: search(endsWith, false, true),
  EndsWithCs: search(endsWith, true),
  NotEndsWithCs: search(endsWith, true, true),
  EqualTilde: equalCaseless,
  BangTilde: fn((call) => ({ ...equalCaseless.write(call), sql: `(NOT ${equalCaseless.write(call).sql})` })),
  MatchRegex: matchRegex,
  HasAny: several('OR'),
  HasAll: several('AND'),
}
