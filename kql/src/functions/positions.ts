// Where a text stands in another, and texts exchanged for others: indexof, indexof_regex, translate, replace_strings.
import { regexEscaped, regexText } from '../regex.ts'
import { quoteString } from '../sql/quote.ts'
import { asJson, asString, written } from '../sql/written.ts'
import { literalStrings } from './arrays.ts'
import { ArgumentError, argument, as, constant, type FunctionTable, fn, type WriteCall } from './define.ts'
import { elementStrings } from './json.ts'
import { textSearch } from './text-search.ts'

const text = (call: WriteCall, i: number): string => call.share(asString(argument(call, i)).sql)
const long = (call: WriteCall, i: number, absent: string): string =>
  i < call.args.length ? call.share(as('long', i)(call).sql) : absent

interface Range {
  /** The part of the source that is searched, and how many characters come before it. */
  readonly part: string
  readonly from: string
  readonly occurrence: string
}

/** start, length and occurrence of the indexof functions; a length of -1 means to the end. */
function rangeOf(call: WriteCall, source: string): Range {
  const start = long(call, 2, '0')
  const from =
    call.args.length > 2
      ? call.share(`toInt64(if(${start} < 0, greatest(${start} + toInt64(lengthUTF8(${source})), 0), ${start}))`)
      : 'toInt64(0)'
  const length = long(call, 3, '-1')
  const rest = call.args.length > 2 ? `substringUTF8(${source}, ${from} + 1)` : source
  const part =
    call.args.length > 3 ? `if(${length} < 0, ${rest}, substringUTF8(${source}, ${from} + 1, ${length}))` : rest
  return { part: call.share(part), from, occurrence: long(call, 4, '1') }
}

/** Position of the n-th piece's end, where `pieces` are what lies between matches and `found` their lengths. */
const nth = (pieces: string, lengths: string, r: Range): string =>
  `if(ifNull(${r.occurrence} > 0 AND toInt64(length(${pieces})) > ${r.occurrence}, false), ${r.from} + toInt64(arraySum($p -> lengthUTF8($p), arraySlice(${pieces}, 1, ${r.occurrence})) + ${lengths}), toInt64(-1))`

/**
 * https://learn.microsoft.com/kusto/query/indexof-function. A further occurrence is searched behind the one before it, over as many
 * characters again: so the documentation's example finds its second one.
 */
const indexof = fn((call) => {
  const [source, needle] = [text(call, 0), text(call, 1)]
  const r = rangeOf(call, source)
  if (call.args.length < 5) {
    const at = call.share(`toInt64(positionUTF8(${r.part}, ${needle}))`)
    return written(
      'long',
      call.args.length < 3 ? `(${at} - 1)` : `if(${at} = 0, toInt64(-1), ${at} - 1 + ${r.from})`,
      call.args.slice(2).some((a) => a.nullable),
    )
  }
  const length = long(call, 3, '-1')
  const [size, most] = [`toInt64(lengthUTF8(${needle}))`, `toInt64(lengthUTF8(${source})) + 1`]
  const part = `if(${length} < 0, substringUTF8(${source}, $s + 1), substringUTF8(${source}, $s + 1, ${length}))`
  const next = `if($s < 0, $s, if(position(${part}, ${needle}) = 0, toInt64(-1), $s + toInt64(positionUTF8(${part}, ${needle})) - 1 + ${size}))`
  const behind = call.share(
    `arrayFold(($s, $i) -> ${next}, range(toUInt64(greatest(least(${r.occurrence}, ${most}), 0))), ${r.from})`,
  )
  const found = `if(${r.occurrence} = 0 OR ${behind} < 0, toInt64(-1), ${behind} - ${size})`
  return written('long', `if(ifNull(${length} >= -1 AND ${r.occurrence} >= 0, false), ${found}, NULL)`, true)
})

/** https://learn.microsoft.com/kusto/query/indexof-regex-function */
const indexofRegex = fn((call) => {
  const regex = constant(call, 1)
  if (typeof regex !== 'string') throw new ArgumentError(`'${call.fn}' needs a literal pattern`)
  const pattern = regexText(regex)
  const r = rangeOf(call, text(call, 0))
  const pieces = call.share(`splitByRegexp(${quoteString(pattern)}, ${r.part})`)
  const found = `arraySum($m -> lengthUTF8($m), arraySlice(extractAll(${r.part}, ${quoteString(`(${pattern})`)}), 1, ${r.occurrence} - 1))`
  const valid = [`${long(call, 2, '0')} >= 0`, `${long(call, 3, '-1')} >= -1`, `${r.occurrence} > 0`].join(' AND ')
  return written('long', `if(ifNull(${valid}, false), ${nth(pieces, found, r)}, NULL)`, true)
})

/** Characters of the search list become those at their place; what is too short repeats its last one. */
const translate = fn((call) => {
  const characters = (i: number): string => call.share(`extractAll(${text(call, i)}, '(?s).')`)
  const [from, to] = [characters(0), characters(1)]
  const exchanged = `arrayMap($c -> if(has(${from}, $c), if(empty(${to}), '', ${to}[least(indexOf(${from}, $c), length(${to}))]), $c), ${characters(2)})`
  return written('string', `arrayStringConcat(${exchanged})`, false)
})

/** All at once: what a replacement brings in is not replaced again. A replacement that is no text leaves the text. */
const replaceStrings = fn((call) => {
  const lookups = literalStrings(call, 1)
  const raw = constant(call, 2)
  const given: unknown = typeof raw === 'string' ? JSON.parse(raw) : undefined
  if (!lookups || !Array.isArray(given)) throw new ArgumentError(`'${call.fn}' needs literal arrays`)
  const pairs = lookups.map((from, i): [string, unknown] => [from, given[i]]).filter(([from]) => from !== '')
  if (pairs.length === 0) return asString(argument(call, 0))
  const pattern = `(?s)(?:${pairs.map(([from]) => regexEscaped(from)).join('|')})|.`
  const [from, to] = [
    pairs.map((p) => quoteString(p[0])),
    pairs.map((p) => quoteString(typeof p[1] === 'string' ? p[1] : p[0])),
  ]
  return written(
    'string',
    `arrayStringConcat(arrayMap($c -> transform($c, [${from.join(', ')}], [${to.join(', ')}], $c), extractAll(${text(call, 0)}, ${quoteString(pattern)})))`,
    false,
  )
})

/** Position in the array of the first item that the text has as a term. */
const hasAnyIndex = fn((call) => {
  const source = argument(call, 0)
  const has = textSearch.Has
  if (!has) throw new ArgumentError(`'${call.fn}' needs the operator has`)
  const test = has.write({
    ...call,
    args: [{ ...source, sql: asString(source).sql }, written('string', '$n', false)],
    exprs: [],
    type: 'bool',
  })
  return written(
    'long',
    `(toInt64(arrayFirstIndex($n -> ${test.sql}, ${elementStrings(asJson(argument(call, 1)))})) - 1)`,
    false,
  )
})

export const positions: FunctionTable = {
  indexof,
  indexof_regex: indexofRegex,
  has_any_index: hasAnyIndex,
  translate,
  replace_strings: replaceStrings,
}
