// Functions over text. https://learn.microsoft.com/kusto/query/scalar-functions#string-functions
import { groupCount, regexText } from '../regex.ts'
import { quoteString } from '../sql/quote.ts'
import { asString } from '../sql/written.ts'
import { argument, as, constant, type FunctionTable, fn, result, sql, str, type WriteCall } from './define.ts'
import { regexArgument } from './regex.ts'

const integer = (i: number): ReturnType<typeof as> => as('long', i)

/** Start counts from 0; a negative one counts from the end. */
const substring = fn((call) => {
  const text = asString(argument(call, 0)).sql
  const start = integer(1)(call).sql
  const length = call.args.length > 2 ? `, ${integer(2)(call).sql}` : ''
  const value = constant(call, 1)
  const from =
    typeof value === 'bigint' && value >= 0n
      ? String(value + 1n)
      : `if(${start} < 0, greatest(lengthUTF8(${text}) + ${start}, 0), ${start}) + 1`
  const nullable = call.args.slice(1).some((a) => a.nullable)
  return result('string', `substringUTF8(${text}, ${from}${length})`, nullable)
})

/**
 * Parts between delimiters. The engine splits by constants only; any other delimiter is first exchanged for a mark that the
 * text cannot contain, as the mark's own first character is written as two in it.
 */
export function splitText(text: string, delimiter: string, isConstant: boolean): string {
  if (isConstant) return `splitByString(${delimiter}, ${text})`
  const escaped = (sql: string): string => `replaceAll(${sql}, '\\x01', '\\x01\\x02')`
  const marked = `replaceAll(${escaped(text)}, ${escaped(delimiter)}, '\\x01\\x03')`
  return `arrayMap($p -> replaceAll($p, '\\x01\\x02', '\\x01'), splitByString('\\x01\\x03', ${marked}))`
}

/** Texts with a delimiter between them. */
export function joinTexts(texts: string, delimiter: string, isConstant: boolean): string {
  if (isConstant) return `arrayStringConcat(${texts}, ${delimiter})`
  return `arrayStringConcat(arrayMap(($e, $i) -> if($i = 1, $e, concat(${delimiter}, $e)), ${texts}, arrayEnumerate(${texts})))`
}

/** Parts as an array of strings, which the engine has as such; with an index an array of that part alone. */
const split = fn((call) => {
  const text = asString(argument(call, 0)).sql
  const parts = splitText(text, asString(argument(call, 1)).sql, constant(call, 1) !== undefined)
  if (call.args.length < 3) return { sql: `toJSONString(${parts})`, type: 'dynamic', nullable: false, strings: parts }
  const index = `ifNull(${integer(2)(call).sql}, -1)`
  const one = `if(${index} >= 0 AND ${index} < length(${parts}), [arrayElement(${parts}, ${index} + 1)], [])`
  return { sql: `toJSONString(${one})`, type: 'dynamic', nullable: false, strings: one }
})

const strcat = fn((call) => {
  const texts = call.args.map((a) => asString(a).sql)
  return {
    sql: texts.length === 1 ? (texts[0] as string) : `concat(${texts.join(', ')})`,
    type: 'string',
    nullable: false,
  }
})

/** The first match's group, as text or converted to the type that a typeof() argument names. */
const extract = fn((call) => {
  const made = { sql: groupText(call, asString(argument(call, 2)).sql), type: 'string' as const, nullable: false }
  return call.type === 'string' ? made : (as(call.type, 0)({ ...call, args: [made] }) as never)
})

/** A group that the expression does not have is empty. The engine's extract() gives the first group, or the match, at half the cost. */
function groupText(call: WriteCall, source: string): string {
  const regex = constant(call, 0)
  const group = integer(1)(call).sql
  if (typeof regex !== 'string') return `regexpExtract(${source}, ${regexArgument(call, 0)}, toInt32(${group}))`
  const known = constant(call, 1)
  if (known === 0n) return `extract(${source}, ${quoteString(`(${regexText(regex)})`)})`
  const [pattern, groups] = [regexArgument(call, 0), groupCount(regex)]
  if (known === 1n && groups > 0) return `extract(${source}, ${pattern})`
  if (typeof known === 'bigint' && (known < 0n || known > groups)) return "''"
  const extracted = (index: string) => `regexpExtract(${source}, ${pattern}, toInt32(${index}))`
  if (typeof known === 'bigint') return extracted(group)
  const index = call.share(`ifNull(${group}, -1)`)
  return `if(${index} BETWEEN 0 AND ${groups}, ${extracted(`greatest(least(${index}, ${groups}), 0)`)}, '')`
}

/** Every match: one group gives strings, several give arrays of strings. */
const extractAll = fn((call) => {
  const pattern = regexArgument(call, 0)
  const source = asString(argument(call, call.args.length - 1)).sql
  const literal = constant(call, 0)
  const groups = typeof literal === 'string' ? groupCount(literal) : undefined
  const matches = `extractAllGroupsVertical(${source}, ${pattern})`
  const flat = `arrayMap(g -> g[1], ${matches})`
  if (groups === 1)
    return { sql: `if(empty(${matches}), NULL, toJSONString(${flat}))`, type: 'dynamic', nullable: true }
  return { sql: `if(empty(${matches}), NULL, toJSONString(${matches}))`, type: 'dynamic', nullable: true }
})

/** KQL writes \1 for a group, as the engine does; $1 and $0 are taken too. */
const replaceRegex = fn((call) => {
  const rewrite = constant(call, 2)
  const replacement =
    typeof rewrite === 'string' ? quoteString(rewrite.replace(/\$(\d)/g, '\\$1')) : asString(argument(call, 2)).sql
  const [text, pattern] = [asString(argument(call, 0)).sql, regexArgument(call, 1)]
  return { sql: `replaceRegexpAll(${text}, ${pattern}, ${replacement})`, type: 'string', nullable: false }
})

/** The legacy order of arguments: pattern, rewrite, text. */
const replace = fn((call) =>
  replaceRegex.write({
    ...call,
    args: [call.args[2], call.args[0], call.args[1]].filter((a) => a !== undefined),
    exprs: [call.exprs[2], call.exprs[0], call.exprs[1]].filter((e) => e !== undefined),
  }),
)

const trim = (where: 'start' | 'end' | 'both'): ReturnType<typeof fn> =>
  fn((call) => {
    const [pattern, text] = [regexArgument(call, 0), asString(argument(call, 1)).sql]
    const cut = (source: string, before: string, after: string): string =>
      `replaceRegexpOne(${source}, concat('${before}(?:', ${pattern}, ')${after}'), '')`
    const left = where === 'end' ? text : cut(text, '^', '')
    return { sql: where === 'start' ? left : cut(left, '', '$'), type: 'string', nullable: false }
  })

export const strings: FunctionTable = {
  strlen: sql`toInt64(lengthUTF8(${str(0)}))`,
  string_size: sql`toInt64(length(${str(0)}))`,
  strcat,
  strcat_delim: fn((call) => {
    const delimiter = asString(argument(call, 0)).sql
    const parts = call.args.slice(1).map((a) => asString(a).sql)
    return { sql: `concat(${parts.join(`, ${delimiter}, `)}, '')`, type: 'string', nullable: false }
  }),
  strcmp: sql`toInt64(multiIf(${str(0)} < ${str(1)}, -1, ${str(0)} > ${str(1)}, 1, 0))`,
  strrep: fn((call) => {
    const copies = `arrayWithConstant(toUInt64(greatest(ifNull(${integer(1)(call).sql}, 0), 0)), ${asString(argument(call, 0)).sql})`
    const delimiter = call.args.length > 2 ? asString(argument(call, 2)).sql : "''"
    return {
      sql: joinTexts(copies, delimiter, call.args.length < 3 || constant(call, 2) !== undefined),
      type: 'string',
      nullable: false,
    }
  }),
  toupper: sql`upperUTF8(${str(0)})`,
  tolower: sql`lowerUTF8(${str(0)})`,
  substring,
  split,
  reverse: sql`reverseUTF8(${str(0)})`,
  extract,
  extract_all: extractAll,
  extractall: extractAll,
  replace_regex: replaceRegex,
  replace,
  replace_string: sql`replaceAll(${str(0)}, ${str(1)}, ${str(2)})`,
  trim: trim('both'),
  trim_start: trim('start'),
  trim_end: trim('end'),
  regex_quote: sql`regexpQuoteMeta(${str(0)})`,
  countof: fn((call) => {
    const [text, needle] = [asString(argument(call, 0)).sql, asString(argument(call, 1)).sql]
    const regex = constant(call, 2) === 'regex'
    return {
      sql: regex
        ? `toInt64(countMatches(${text}, ${regexArgument(call, 1)}))`
        : `toInt64(arrayCount(i -> substring(${text}, i, length(${needle})) = ${needle}, range(1, length(${text}) + 1)))`,
      type: 'long',
      nullable: false,
    }
  }),
  /** The groups of a parse pattern's match; an empty array where the text does not match. */
  regex_groups: fn((call) => {
    const groups = `extractGroups(${asString(argument(call, 0)).sql}, ${asString(argument(call, 1)).sql})`
    return { sql: groups, type: 'dynamic', nullable: false, strings: groups }
  }),
  regex_group: sql`arrayElement(${0}, ${1})`,
  regex_matched: sql`notEmpty(${0})`,
}
