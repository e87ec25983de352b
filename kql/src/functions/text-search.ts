// contains, has, startswith and their kin, by the engine's token index where a column has one.
// https://learn.microsoft.com/kusto/query/datatypes-string-operators
//
// Case-insensitive operators are written over `lower(column)`, the very expression that indexes are built on: the rows are
// the same with and without an index. Tokens of the engine are runs of ASCII letters and digits and of all bytes beyond
// ASCII; KQL's terms are runs of letters and digits of any script. The two differ where a sign beyond ASCII that is no
// letter touches a term (a typographic quote). Columns with an index keep such texts once more, with those signs replaced
// (TableSource.wide); for other texts terms are looked for again.
import { regexEscaped } from '../regex.ts'
import { quoteString } from '../sql/quote.ts'
import { indexedText, replacedSign } from '../sql/search.ts'
import { asString, type Written, written } from '../sql/written.ts'
import { argument, constant, type FunctionEntry, type FunctionTable, fn, type WriteCall } from './define.ts'
import { regexArgument } from './regex.ts'
import { requiredLiteral } from './regex-literal.ts'

/** `text` and `wide` (see Written) as the operator's case rule wants them. */
interface Searched {
  readonly text: string
  readonly wide: string | undefined
}
type Search = (searched: Searched, needle: string, literal: string | undefined) => string

const likeEscaped = (s: string): string => s.replace(/[\\%_]/g, '\\$&')
const like = (text: string, literal: string): string => `${text} LIKE ${quoteString(`%${likeEscaped(literal)}%`)}`

const contains: Search = ({ text }, needle, literal) =>
  literal === undefined ? `(position(${text}, ${needle}) > 0)` : like(text, literal)
const startsWith: Search = ({ text }, needle) => `startsWith(${text}, ${needle})`
const endsWith: Search = ({ text }, needle) => `endsWith(${text}, ${needle})`

/** What stands around a term: in any text; and, cheaper, in one where signs beyond ASCII are letters or digits. */
const anyEdges = { before: '(?:^|[^\\p{L}\\p{N}])', after: '(?:$|[^\\p{L}\\p{N}])' }
const letters = 'a-zA-Z0-9\\x{80}-\\x{10ffff}'
const asciiEdges = { before: `(?:^|[^${letters}])`, after: `(?:$|[^${letters}])` }
const startsTerm = '^[\\p{L}\\p{N}]'
const endsTerm = '[\\p{L}\\p{N}]$'

/** Needles that are a token of the engine. */
const oneTerm = /^[a-z0-9]+$/i

interface Edges {
  readonly start: boolean
  readonly end: boolean
}

/** The needle with a term's border at the edges that ask for one. */
function pattern(literal: string, edges: Edges, { before, after }: typeof anyEdges): string {
  return quoteString(`${edges.start ? before : ''}${regexEscaped(literal)}${edges.end ? after : ''}`)
}

function variablePattern(needle: string, edges: Edges): string {
  const { before, after } = anyEdges
  const first = edges.start ? [`if(match(${needle}, ${quoteString(startsTerm)}), ${quoteString(before)}, '')`] : []
  const last = edges.end ? [`if(match(${needle}, ${quoteString(endsTerm)}), ${quoteString(after)}, '')`] : []
  return `concat(${[...first, `regexpQuoteMeta(${needle})`, ...last].join(', ')}, '')`
}

/** The edges at which the needle has a letter or digit that a border can stand beside. */
const filledEdges = (literal: string, edges: Edges): Edges => ({
  start: edges.start && /^[\p{L}\p{N}]/u.test(literal),
  end: edges.end && /[\p{L}\p{N}]$/u.test(literal),
})

/** `LIKE` comes first because an index can answer it. */
function has(asked: Edges): Search {
  return (searched, needle, literal) => {
    const { text, wide } = searched
    if (literal === '') return 'true'
    if (literal === undefined) return `(empty(${needle}) OR match(${text}, ${variablePattern(needle, asked)}))`
    const edges = filledEdges(literal, asked)
    if (!edges.start && !edges.end) return contains(searched, needle, literal)
    const anywhere = `match(${text}, ${pattern(literal, edges, anyEdges)})`
    if (!isAscii(literal) || literal.includes(replacedSign)) return `(${like(text, literal)} AND ${anywhere})`
    const isToken = edges.start && edges.end && oneTerm.test(literal)
    const inAscii = (sql: string) =>
      isToken
        ? `hasToken(${sql}, ${needle})`
        : `(${like(sql, literal)} AND match(${sql}, ${pattern(literal, edges, asciiEdges)}))`
    if (wide !== undefined) return `(${inAscii(text)} OR ${inAscii(wide)})`
    return `(${inAscii(text)} OR (${like(text, literal)} AND NOT isValidASCII(${text}) AND ${anywhere}))`
  }
}

const isAscii = (text: string): boolean => [...text].every((c) => c <= '\u007f')

/** ASCII needles need no Unicode lower case of the text; others, and those not known yet, do. */
function lowered(w: Written, literal: string | undefined): string {
  return literal === undefined || !isAscii(literal) ? `lowerUTF8(${w.sql})` : indexedText(w.sql)
}

function caseless(how: Search, text: Written, needle: Written, literal: string | undefined): string {
  const searched = { text: lowered(text, literal), wide: text.wide && indexedText(text.wide) }
  if (literal === undefined) return how(searched, `lowerUTF8(${needle.sql})`, undefined)
  return how(searched, quoteString(literal.toLowerCase()), literal.toLowerCase())
}

/** Over an indexed column the caseless form comes first, for the index knows no case. */
function caseSensitively(how: Search, text: Written, needle: Written, literal: string | undefined): string {
  const found = how({ text: text.sql, wide: text.wide }, needle.sql, literal)
  if (text.wide === undefined || literal === undefined || !isAscii(literal)) return found
  return `(${caseless(how, text, needle, literal)} AND ${found})`
}

function search(how: Search, caseSensitive: boolean, negated = false): FunctionEntry {
  return fn((call) => {
    const [text, needle] = [argument(call, 0), argument(call, 1)]
    const value = constant(call, 1)
    const literal = typeof value === 'string' ? value : undefined
    const found = (caseSensitive ? caseSensitively : caseless)(how, text, needle, literal)
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

const caselessTerm = (text: Written, literal: string): string =>
  caseless(wholeTerm, text, written('string', quoteString(literal)), literal)

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
  const each = wholeTerm({ text: lowered(text, undefined), wide: undefined }, 'lowerUTF8(needle)', undefined)
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

/** Over an indexed column the index is asked first for a text that every match contains. */
const matchRegex = fn((call) => {
  const text = argument(call, 0)
  const match = `match(${text.sql}, ${regexArgument(call, 1)})`
  const value = constant(call, 1)
  const literal = text.wide !== undefined && typeof value === 'string' ? requiredLiteral(value) : undefined
  const sql = literal === undefined ? match : `(${like(indexedText(text.sql), literal.toLowerCase())} AND ${match})`
  return { sql, type: 'bool', nullable: false }
})

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
