// hll and tdigest: what a group's dcount or percentiles can be computed from later, and merged.
// https://learn.microsoft.com/kusto/query/using-hll-tdigest
//
// Both are exact here: an hll is the set of the values' hashes, a tdigest the distinct values in order with their weights.
// Their texts are opaque to queries, as Kusto's are, and they grow with the number of distinct values.
import { convertWritten } from '../sql/convert.ts'
import { asJson, asString, unixTicks, type Written, written } from '../sql/written.ts'
import { named, when } from './combinators.ts'
import { argument, as, type FunctionEntry, type FunctionTable, fn, type WriteCall } from './define.ts'
import { arrayText, dynamic, elementNumbers, elementTexts, isArray } from './json.ts'

const hll = (conditional: boolean): FunctionEntry =>
  fn((call) => {
    const value = argument(call, 0)
    const hash = `hex(xxHash64(${value.type === 'string' ? value.sql : value.nullable ? `if(isNull(${value.sql}), NULL, ${asString(value).sql})` : asString(value).sql}))`
    return written(
      'dynamic',
      `nullIf(toJSONString(${named('groupUniqArray', conditional)}(${hash}${when(call, conditional, 1)})), '[]')`,
      true,
    )
  })

const mergeHlls = fn((call) => {
  const sets = call.args.map((a) => elementTexts(asJson(a)))
  return dynamic(arrayText(`arrayDistinct(arrayConcat(${sets.join(', ')}))`), false)
})

const countHll = fn((call) => {
  const value = asJson(argument(call, 0))
  return written('long', `if(${isArray(value)}, toInt64(length(arrayDistinct(${elementTexts(value)}))), NULL)`, true)
})

/** A value's place in the order: whole numbers and ticks as they are, so that none loses digits. */
function ordinal(value: Written): string {
  if (value.type === 'datetime') return `(${unixTicks(value.sql)} + 621355968000000000)`
  if (value.type === 'int' || value.type === 'long' || value.type === 'timespan') return `toInt64(${value.sql})`
  return convertWritten(value, 'real').sql
}

/** (values in order, weights) as `[[value,weight],…]`. */
const digestText = (sums: string): string =>
  arrayText(`arrayMap(($v, $w) -> concat('[', toString($v), ',', toString($w), ']'), (${sums}).1, (${sums}).2)`)

const tdigest = fn((call) => {
  const value = ordinal(argument(call, 0))
  const weight = call.args.length > 1 ? `greatest(ifNull(${as('long', 1)(call).sql}, 0), 0)` : 'toInt64(1)'
  const pair = `if(isNull(${value}), [], [assumeNotNull(${value})])`
  const weights = `if(isNull(${value}), [], [${weight}])`
  return written('dynamic', `nullIf(${digestText(`sumMap(${pair}, ${weights})`)}, '[]')`, true)
})

/** Pairs of all digests, as texts: a pair is `[value,weight]`. */
const pairsOf = (value: Written): string => elementTexts(asJson(value))

function merged(pairs: string, call: WriteCall): Written {
  const values = call.share(`arrayMap($p -> JSONExtractRaw($p, 1), ${pairs})`)
  const weights = `arrayMap($p -> JSONExtractInt($p, 2), ${pairs})`
  const whole = `arrayAll($v -> match($v, '^-?[0-9]+$'), ${values})`
  const sums = (type: string): string =>
    `arrayReduce('sumMap', [arrayMap($v -> to${type}($v), ${values})], [${weights}])`
  return dynamic(`if(${whole}, ${digestText(sums('Int64OrZero'))}, ${digestText(sums('Float64OrZero'))})`, false)
}

const mergeDigests = fn((call) => merged(call.share(`arrayConcat(${call.args.map(pairsOf).join(', ')})`), call))

/** The value at a rank: the first whose weights, summed up to it, reach the share. */
function valueAt(pairs: string, share: string): string {
  const sums = `arrayCumSum(arrayMap($p -> JSONExtractInt($p, 2), ${pairs}))`
  return `nullIf(JSONExtractRaw(arrayElement(${pairs}, arrayFirstIndex($c -> $c >= ${share} / 100 * arraySum($p -> JSONExtractInt($p, 2), ${pairs}) AND $c > 0, ${sums})), 1), '')`
}

const percentileOf = fn((call) => {
  const pairs = call.share(pairsOf(argument(call, 0)))
  const value = dynamic(call.share(valueAt(pairs, `ifNull(${as('real', 1)(call).sql}, 0)`)), true)
  if (call.type === 'dynamic') return value
  const number: Written = { sql: `toInt64OrNull(ifNull(${value.sql}, ''))`, type: 'long', nullable: true }
  return call.type === 'datetime' || call.type === 'timespan'
    ? convertWritten(number, call.type)
    : convertWritten(value, call.type)
})

const percentilesOf = fn((call) => {
  const pairs = call.share(pairsOf(argument(call, 0)))
  const shares =
    argument(call, 1).type === 'dynamic'
      ? elementNumbers(asJson(argument(call, 1)))
      : `[${call.args
          .slice(1)
          .map((_, i) => as('real', i + 1)(call).sql)
          .join(', ')}]`
  return dynamic(
    arrayText(`arrayMap($share -> ifNull(${valueAt(pairs, 'ifNull($share, 0)')}, 'null'), ${shares})`),
    false,
  )
})

/** How much weight lies at or below a value: its sum, or percent of the whole. */
function rankOf(call: WriteCall, pairs: string): string {
  const value = convertWritten(
    { sql: ordinal(argument(call, 1)), type: argument(call, 1).type === 'real' ? 'real' : 'long', nullable: true },
    'real',
  ).sql
  return `toFloat64(arraySum($p -> if(ifNull(JSONExtractFloat($p, 1) <= ${value}, false), JSONExtractInt($p, 2), 0), ${pairs}))`
}

const rank = fn((call) => written('real', rankOf(call, call.share(pairsOf(argument(call, 0)))), false))

/** https://learn.microsoft.com/kusto/query/percentrank-tdigest-function */
const percentRank = fn((call) => {
  const pairs = call.share(pairsOf(argument(call, 0)))
  const whole = `nullIf(arraySum($p -> JSONExtractInt($p, 2), ${pairs}), 0)`
  return written('real', `(${rankOf(call, pairs)} * 100 / ${whole})`, true)
})

const mergeGroup = fn((call) => {
  const pairs = pairsOf(argument(call, 0))
  const values = `arrayMap($p -> JSONExtractFloat($p, 1), ${pairs})`
  return written('dynamic', digestText(`sumMap(${values}, arrayMap($p -> JSONExtractInt($p, 2), ${pairs}))`), false)
})

export const sketchAggregates: FunctionTable = {
  hll: hll(false),
  hll_if: hll(true),
  hll_merge: fn((call) => {
    const value = asJson(argument(call, 0))
    return written('dynamic', arrayText(`groupUniqArrayArray(${elementTexts(value)})`), false)
  }),
  tdigest,
  tdigest_merge: mergeGroup,
  merge_tdigest: mergeGroup,
}

export const sketches: FunctionTable = {
  hll_merge: mergeHlls,
  dcount_hll: countHll,
  tdigest_merge: mergeDigests,
  merge_tdigest: mergeDigests,
  percentile_tdigest: percentileOf,
  percentiles_array_tdigest: percentilesOf,
  rank_tdigest: rank,
  percentrank_tdigest: percentRank,
}
