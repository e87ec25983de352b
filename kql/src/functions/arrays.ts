// array_* and their kin. https://learn.microsoft.com/kusto/query/scalar-functions#dynamicarray-functions
import { asJson, type Written, written } from '../sql/written.ts'
import { argument, as, constant, type FunctionEntry, type FunctionTable, fn, type WriteCall } from './define.ts'
import { arrayText, asElement, dynamic, elementNumbers, elementStrings, elementTexts, isArray } from './json.ts'
import { joinTexts } from './strings.ts'

const array = (call: WriteCall, i: number): Written => {
  const json = asJson(argument(call, i))
  return json.strings || json.json ? json : { ...json, sql: call.share(json.sql) }
}
const long = (call: WriteCall, i: number, absent: string): string =>
  i < call.args.length ? call.share(as('long', i)(call).sql) : absent

/** Null unless the first argument is an array; `make` gets its elements' JSON texts and gives those of the result. */
const overElements = (make: (texts: string, call: WriteCall) => string): FunctionEntry =>
  fn((call) => {
    const a = array(call, 0)
    return dynamic(`if(${isArray(a)}, ${arrayText(make(call.share(elementTexts(a)), call))}, NULL)`, true)
  })

const concat = fn((call) => {
  const arrays = call.args.map((_, i) => array(call, i))
  const all = `arrayConcat(${arrays.map(elementTexts).join(', ')})`
  return dynamic(`if(${arrays.map(isArray).join(' AND ')}, ${arrayText(all)}, NULL)`, true)
})

/** From `start` to `end`, both inclusive; negative positions count from the end. */
const slice = overElements((texts, call) => {
  const n = `length(${texts})`
  const at = (i: number): string => `if(${long(call, i, '0')} < 0, ${long(call, i, '0')} + ${n}, ${long(call, i, '0')})`
  const start = `greatest(${at(1)}, 0)`
  return `arraySlice(${texts}, ifNull(${start}, 0) + 1, ifNull(greatest(${at(2)} - ${start} + 1, 0), 0))`
})

/** What moves out on one side is lost; the default (null) comes in on the other. */
const shift = (direction: 1 | -1): FunctionEntry =>
  overElements((texts, call) => {
    const n = `toInt64(length(${texts}))`
    const by = `greatest(least(ifNull(${long(call, 1, '0')}, 0) * ${direction}, ${n}), -${n})`
    const filler = call.args.length > 2 ? asElement(argument(call, 2)) : "'null'"
    const fill = `arrayWithConstant(toUInt64(abs(${by})), ${filler})`
    return `if(${by} >= 0, arrayConcat(arraySlice(${texts}, ${by} + 1), ${fill}), arrayConcat(${fill}, arraySlice(${texts}, 1, ${n} + ${by})))`
  })

const rotate = (direction: 1 | -1): FunctionEntry =>
  overElements((texts, call) => {
    const n = `toInt64(length(${texts}))`
    const by = `ifNull(positiveModulo(ifNull(${long(call, 1, '0')}, 0) * ${direction}, nullIf(${n}, 0)), 0)`
    return `arrayConcat(arraySlice(${texts}, ${by} + 1), arraySlice(${texts}, 1, ${by}))`
  })

/** Splits before each position; negative ones count from the end. */
const split = overElements((texts, call) => {
  const n = `toInt64(length(${texts}))`
  const places = argument(call, 1)
  const given =
    places.type === 'dynamic'
      ? `arrayMap($e -> assumeNotNull(toInt64($e)), arrayFilter($e -> isNotNull($e), ${elementNumbers(array(call, 1))}))`
      : `[ifNull(${long(call, 1, '0')}, 0)]`
  const cuts = call.share(`arrayMap($p -> greatest(least(if($p < 0, $p + ${n}, $p), ${n}), 0), ${given})`)
  const part = `arraySlice(${texts}, $from + 1, greatest($to - $from, 0))`
  return `arrayMap(($from, $to) -> ${arrayText(part)}, arrayPushFront(${cuts}, 0), arrayPushBack(${cuts}, ${n}))`
})

/** Equal as values: 1 and 1.0 are one number. */
const normal = (json: string): string => `replaceRegexpOne(${json}, '^(-?[0-9]+)\\\\.0+$', '\\\\1')`

const indexOf = fn((call) => {
  const a = array(call, 0)
  const texts = call.share(elementTexts(a))
  const n = `toInt64(length(${texts}))`
  const start = long(call, 1 + 1, '0')
  const from = `if(${start} < 0, greatest(${start} + ${n}, 0), ${start})`
  const length = long(call, 3, '-1')
  const end = `if(${length} < 0, ${n}, ${from} + ${length})`
  const occurrence = long(call, 4, '1')
  const value = call.share(normal(asElement(argument(call, 1))))
  const hits = `arrayFilter($i -> $i >= ${from} AND $i < ${end} AND ${normal(`${texts}[$i + 1]`)} = ${value}, range(${n}))`
  return written(
    'long',
    `if(${isArray(a)}, ifNull(nullIf(toInt64(arrayElement(arrayMap($i -> toInt64($i) + 1, ${hits}), ${occurrence})), 0), 0) - 1, NULL)`,
    true,
  )
})

/** Per condition: the element at its place of one array or the other; a value that is no array stands for all places. */
const iff = fn((call) => {
  const conditions = array(call, 0)
  const choice = (i: number): string => {
    const value = array(call, i)
    if (argument(call, i).type !== 'dynamic') return asElement(value)
    const element = `if($i <= length(${elementTexts(value)}), ${elementTexts(value)}[$i], 'null')`
    return `if(${isArray(value)}, ${element}, ${asElement(value)})`
  }
  const holds = `multiIf($c = 'true', 1, $c = 'false', 0, toFloat64OrNull($c) != 0)`
  const picked = `arrayMap(($c, $i) -> multiIf(isNull(${holds}), 'null', ${holds} = 1, ${choice(1)}, ${choice(2)}), ${elementTexts(conditions)}, arrayEnumerate(${elementTexts(conditions)}))`
  return dynamic(`if(${isArray(conditions)}, ${arrayText(picked)}, NULL)`, true)
})

/**
 * Numbers before texts, also where either descends; nulls last or first; equal elements keep their order. Smaller keys come first.
 * https://learn.microsoft.com/kusto/query/array-sort-desc-function
 */
function sortKey(desc: boolean, nullsLast: string): string {
  const number = 'toFloat64OrNull($t)'
  const kind = `if($t = 'null', if(${nullsLast}, 2, -1), isNull(${number}))`
  const text = `if(isNull(${number}), $t, '')`
  return desc
    ? `(-${kind}, ifNull(${number}, 0), ${text}, -toInt64($i))`
    : `(${kind}, ifNull(${number}, 0), ${text}, $i)`
}

/** The first array sorts all of them; the ones of another length become null. One array gives a value, several a tuple. */
const sort = (desc: boolean): FunctionEntry =>
  fn((call) => {
    const last = call.args.at(-1)
    const hasFlag = last?.type === 'bool'
    const arrays = call.args.slice(0, hasFlag ? -1 : undefined).map((_, i) => array(call, i))
    const texts = call.share(elementTexts(array(call, 0)))
    const by = `${desc ? 'arrayReverseSort' : 'arraySort'}(($o, $t, $i) -> ${sortKey(desc, hasFlag ? `ifNull(${last.sql}, true)` : 'true')}`
    const sorted = arrays.map((a) => {
      const own = call.share(elementTexts(a))
      const fits = own === texts ? '' : ` AND length(${own}) = length(${texts})`
      const safe = own === texts ? own : `if(length(${own}) = length(${texts}), ${own}, ${texts})`
      return `if(${isArray(a)}${fits}, ${arrayText(`${by}, ${safe}, ${texts}, arrayEnumerate(${texts}))`)}, NULL)`
    })
    return sorted.length === 1 ? dynamic(sorted[0] ?? 'NULL', true) : dynamic(`tuple(${sorted.join(', ')})`, false)
  })

const sum = fn((call) => {
  const a = array(call, 0)
  const numbers = call.share(elementNumbers(a))
  return written(
    'real',
    `if(${isArray(a)} AND arrayAll($e -> isNotNull($e), ${numbers}), arraySum($e -> ifNull($e, 0), ${numbers}), NULL)`,
    true,
  )
})

/** Tuples of the elements at each place; where an array has ended, null. */
const zip = fn((call) => {
  const arrays = call.args.map((_, i) => call.share(elementTexts(array(call, i))))
  const longest = `arrayMax([${arrays.map((a) => `length(${a})`).join(', ')}])`
  const at = (a: string): string => `if($i <= length(${a}), ${a}[$i], 'null')`
  return dynamic(
    arrayText(`arrayMap($i -> ${arrayText(`[${arrays.map(at).join(', ')}]`)}, range(1, toUInt64(${longest}) + 1))`),
    false,
  )
})

const maxRange = 1_048_576

/** range(): from start to stop by step, at most 1 048 576 values. */
const range = fn((call) => {
  const type = argument(call, 0).type
  const element = type === 'int' ? 'long' : type
  const stepType = element === 'datetime' ? 'timespan' : element
  const ticks = (sql: string): string => (element === 'datetime' ? `reinterpretAsInt64(${sql})` : sql)
  const start = call.share(ticks(as(element, 0)(call).sql))
  const stop = call.share(ticks(as(element, 1)(call).sql))
  const absent = stepType === 'timespan' ? '36000000000' : '1'
  const step = call.args.length > 2 ? call.share(as(stepType, 2)(call).sql) : absent
  const count = `if(ifNull(${step} = 0 OR isNull(${start}) OR isNull(${stop}), true), 0, toUInt64(greatest(least(floor((${stop} - ${start}) / ${step}) + 1, ${maxRange}), 0)))`
  const value = (sql: string): Written =>
    element === 'datetime'
      ? { sql: `reinterpret(toInt64(${sql}), 'DateTime64(7, \\'UTC\\')')`, type: element, nullable: false }
      : { sql: element === 'real' ? `toFloat64(${sql})` : `toInt64(${sql})`, type: element, nullable: false }
  const items = `arrayMap($i -> ${asJson(value(`assumeNotNull(${start} + $i * ${step})`)).sql}, range(assumeNotNull(${count})))`
  return dynamic(arrayText(items), false)
})

/** repeat(value, count): nothing for a negative count. */
const repeat = fn((call) =>
  dynamic(
    arrayText(
      `arrayWithConstant(toUInt64(greatest(ifNull(${as('long', 1)(call).sql}, 0), 0)), ${asElement(argument(call, 0))})`,
    ),
    false,
  ),
)

const strcat = fn((call) => {
  const a = array(call, 0)
  const delimiter = call.args.length > 1 ? as('string', 1)(call).sql : "''"
  return written(
    'string',
    joinTexts(elementStrings(a), delimiter, call.args.length < 2 || constant(call, 1) !== undefined),
    false,
  )
})

/** Arguments that are not arrays become elements; every element counts, null too. */
const pack = fn((call) => dynamic(`concat('[', ${call.args.map(asElement).join(", ',', ") || "''"}, ']')`, false))

export const arrays: FunctionTable = {
  pack_array: pack,
  array_concat: concat,
  array_slice: slice,
  array_shift_left: shift(1),
  array_shift_right: shift(-1),
  array_rotate_left: rotate(1),
  array_rotate_right: rotate(-1),
  array_reverse: overElements((texts) => `arrayReverse(${texts})`),
  array_split: split,
  array_index_of: indexOf,
  array_iff: iff,
  array_iif: iff,
  array_sort_asc: sort(false),
  array_sort_desc: sort(true),
  array_sum: sum,
  array_strcat: strcat,
  strcat_array: strcat,
  zip,
  range,
  repeat,
}

/** Literal strings of an array argument, or undefined where it is computed. */
export function literalStrings(call: WriteCall, i: number): string[] | undefined {
  const value = constant(call, i)
  if (typeof value !== 'string' || argument(call, i).type !== 'dynamic') return undefined
  const parsed: unknown = JSON.parse(value)
  return Array.isArray(parsed) ? parsed.map(String) : undefined
}
