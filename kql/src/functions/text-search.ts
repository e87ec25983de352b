// contains, has, startswith and their kin, by the engine's text index where a column has one.
// https://learn.microsoft.com/kusto/query/datatypes-string-operators
//
// Case-insensitive operators are written over `lower(column)`, the very expression that indexes are built on: the rows are
// the same with and without an index.
import { quoteString } from '../sql/quote.ts'
import { asString, type Written } from '../sql/written.ts'
import { argument, constant, type FunctionEntry, type FunctionTable, fn, type WriteCall } from './define.ts'

type Search = (text: string, needle: string, literal: string | undefined) => string

const likeEscaped = (s: string): string => s.replace(/[\\%_]/g, '\\$&')
const regexEscaped = (s: string): string => s.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

const contains: Search = (text, needle, literal) =>
  literal === undefined
    ? `(position(${text}, ${needle}) > 0)`
    : `${text} LIKE ${quoteString(`%${likeEscaped(literal)}%`)}`
const startsWith: Search = (text, needle) => `startsWith(${text}, ${needle})`
const endsWith: Search = (text, needle) => `endsWith(${text}, ${needle})`

/** A term is a run of letters and digits of any script. */
const edgeBefore = '(?:^|[^\\p{L}\\p{N}])'
const edgeAfter = '(?:$|[^\\p{L}\\p{N}])'
const startsTerm = '^[\\p{L}\\p{N}]'
const endsTerm = '[\\p{L}\\p{N}]$'
const nonAscii = '[^\\x00-\\x7f]'

/** Needles that the engine's tokens, which are runs of ASCII letters and digits and of all bytes beyond ASCII, can answer. */
const oneTerm = /^[a-z0-9]+$/i

interface Edges {
  readonly start: boolean
  readonly end: boolean
}

/** The needle with a term's border at the edges that ask for one and that the needle itself fills with a letter or digit. */
function literalPattern(literal: string, edges: Edges): string {
  const before = edges.start && /^[\p{L}\p{N}]/u.test(literal) ? edgeBefore : ''
  const after = edges.end && /[\p{L}\p{N}]$/u.test(literal) ? edgeAfter : ''
  return quoteString(`${before}${regexEscaped(literal)}${after}`)
}

function variablePattern(needle: string, edges: Edges): string {
  const before = edges.start ? [`if(match(${needle}, ${quoteString(startsTerm)}), ${quoteString(edgeBefore)}, '')`] : []
  const after = edges.end ? [`if(match(${needle}, ${quoteString(endsTerm)}), ${quoteString(edgeAfter)}, '')`] : []
  return `concat(${[...before, `regexpQuoteMeta(${needle})`, ...after].join(', ')}, '')`
}

/**
 * `LIKE` comes first because an index can answer it. A whole ASCII term is a token of the engine, unless a sign beyond ASCII
 * that is no letter touches it (a typographic quote): such texts are matched again.
 */
function has(edges: Edges): Search {
  return (text, needle, literal) => {
    if (literal === '') return 'true'
    if (literal === undefined) return `(empty(${needle}) OR match(${text}, ${variablePattern(needle, edges)}))`
    const like = contains(text, needle, literal)
    const exact = `match(${text}, ${literalPattern(literal, edges)})`
    if (!edges.start || !edges.end || !oneTerm.test(literal)) return `(${like} AND ${exact})`
    return `(hasToken(${text}, ${needle}) OR (${like} AND match(${text}, ${quoteString(nonAscii)}) AND ${exact}))`
  }
}

const isAscii = (text: string): boolean => [...text].every((c) => c <= '\u007f')

/** ASCII needles need no Unicode lower case of the text; others, and those not known yet, do. */
function lowered(w: Written, literal: string | undefined): string {
  return literal === undefined || !isAscii(literal) ? `lowerUTF8(${w.sql})` : `lower(${w.sql})`
}

function search(how: Search, caseSensitive: boolean, negated = false): FunctionEntry {
  return fn((call) => {
    const [text, needle] = [argument(call, 0), argument(call, 1)]
    const value = constant(call, 1)
    const literal = typeof value === 'string' ? value : undefined
    const found = caseSensitive
      ? how(text.sql, needle.sql, literal)
      : how(
          lowered(text, literal),
          literal === undefined ? `lowerUTF8(${needle.sql})` : quoteString(literal.toLowerCase()),
          literal?.toLowerCase(),
        )
    return { sql: negated ? `(NOT ${found})` : found, type: 'bool', nullable: false }
  })
}

const wholeTerm = has({ start: true, end: true })
const termPrefix = has({ start: true, end: false })
const termSuffix = has({ start: false, end: true })

/** has_any, has_all: over constants, arrays and sets. */
function several(join: 'OR' | 'AND'): FunctionEntry {
  return fn((call) => {
    const text = argument(call, 0)
    const parts = call.args.slice(1).flatMap((option, i) => {
      const constants = constantTexts(constant(call, i + 1), option)
      return constants ? constants.map((c) => caselessTerm(text, c)) : [overArray(call, i + 1, option, text, join)]
    })
    if (parts.length === 0) return { sql: join === 'OR' ? 'false' : 'true', type: 'bool', nullable: false }
    return { sql: `(${parts.join(` ${join} `)})`, type: 'bool', nullable: false }
  })
}

function caselessTerm(text: Written, constantText: string): string {
  const literal = constantText.toLowerCase()
  return wholeTerm(lowered(text, literal), quoteString(literal), literal)
}

/** The texts that a constant stands for: itself, or the members of a constant array. */
function constantTexts(value: ReturnType<typeof constant>, option: Written): string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (option.type === 'string') return [String(value)]
  if (option.type !== 'dynamic') return undefined
  const parsed: unknown = JSON.parse(String(value))
  const texts = (Array.isArray(parsed) ? parsed : [parsed]).map((v) => (typeof v === 'string' ? v : JSON.stringify(v)))
  return texts
}

function overArray(call: WriteCall, index: number, option: Written, text: Written, join: 'OR' | 'AND'): string {
  const array =
    call.set(index) ??
    option.strings ??
    (option.type === 'dynamic'
      ? `JSONExtract(ifNull(${option.sql}, '[]'), 'Array(String)')`
      : `[${asString(option).sql}]`)
  const each = wholeTerm(lowered(text, undefined), 'lowerUTF8(needle)', undefined)
  return `${join === 'OR' ? 'arrayExists' : 'arrayAll'}(needle -> ${each}, ${array})`
}

/** Equal but for case; beside a constant of ASCII, the plain lower case that indexes know will do. */
const equalCaseless = fn((call) => {
  const constants = [constant(call, 0), constant(call, 1)]
  const literal = constants.find((c) => typeof c === 'string')
  const sides = [argument(call, 0), argument(call, 1)].map((w, i) => {
    const own = constants[i]
    return typeof own === 'string' ? quoteString(own.toLowerCase()) : lowered(w, literal)
  })
  return { sql: `(${sides.join(' = ')})`, type: 'bool', nullable: false }
})

const matchRegex = fn((call) => ({
  sql: `match(${argument(call, 0).sql}, ${argument(call, 1).sql})`,
  type: 'bool',
  nullable: false,
}))

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
