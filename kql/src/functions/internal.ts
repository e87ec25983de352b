// Functions that no query can call: what operators need of SQL beyond the language's own functions.

import { convertWritten } from '../sql/convert.ts'
import { asJson, datetimeText, fromUnixTicks, unixTicks, type Written, written } from '../sql/written.ts'
import { argument, type FunctionTable, fn, type WriteCall } from './define.ts'
import { percentileItems } from './percentiles.ts'

/** Ticks before 1970: what lies between Kusto's count and the engine's. */
const epoch = '621355968000000000'

/** A value of an axis as a number that bins can be counted in; integers stay integers. */
function position(value: Written): string {
  if (value.type === 'datetime') return `(${unixTicks(value.sql)} + ${epoch})`
  return value.type === 'decimal' ? `toFloat64(${value.sql})` : value.sql
}

/** Number of the bin that a position lies in: whole steps from `origin`, rounded down. */
function binNumber(at: string, origin: string, step: string, exact: boolean): string {
  const distance = origin === '0' ? at : `(${at} - ${origin})`
  return exact
    ? `toInt64(intDiv(${distance} - positiveModulo(${distance}, ${step}), ${step}))`
    : `toInt64(floor(${distance} / ${step}))`
}

const isExact = (...values: readonly Written[]): boolean =>
  values.every((v) => v.type !== 'real' && v.type !== 'decimal')
const originOf = (from: Written): string => (from.sql.startsWith('CAST(NULL') ? '0' : position(from))

/** (axis, from or null, step) */
const seriesBin = (call: WriteCall): Written => {
  const [axis, from, step] = [argument(call, 0), argument(call, 1), argument(call, 2)]
  return written(
    'long',
    binNumber(position(axis), originOf(from), position(step), isExact(axis, from, step)),
    axis.nullable,
  )
}

/** (to, from or null, step, inclusive): number of the last bin below `to`, or at it. */
const seriesLast = (call: WriteCall): Written => {
  const [to, from, step, inclusive] = [argument(call, 0), argument(call, 1), argument(call, 2), argument(call, 3)]
  const exact = isExact(to, from, step)
  const at = position(to)
  if (inclusive.sql === 'true') return written('long', binNumber(at, originOf(from), position(step), exact), false)
  if (exact) return written('long', binNumber(`(${at} - 1)`, originOf(from), position(step), true), false)
  return written('long', `toInt64(ceil((${at} - ${originOf(from)}) / ${position(step)}) - 1)`, false)
}

/** (first bin, last bin, from or null, step, sample of the axis): the axis as an array. */
const seriesAxis = (call: WriteCall): Written => {
  const [first, last, from, step, axis] = [
    argument(call, 0),
    argument(call, 1),
    argument(call, 2),
    argument(call, 3),
    argument(call, 4),
  ]
  const origin = originOf(from)
  const at = `${origin === '0' ? '' : `${origin} + `}i * ${position(step)}`
  const value =
    axis.type === 'datetime'
      ? datetimeText(fromUnixTicks(`toInt64(${at} - ${epoch})`))
      : asJson(written(axis.type, `(${at})`, false)).sql
  const text = axis.type === 'datetime' ? `toJSONString(${value})` : value
  return written(
    'dynamic',
    `concat('[', arrayStringConcat(arrayMap(i -> ${text}, range(assumeNotNull(${first.sql}), assumeNotNull(${last.sql}) + 1)), ','), ']')`,
    false,
  )
}

/** (bins, values as JSON, default as JSON, first bin, last bin): a value for each bin. */
const seriesValues = (call: WriteCall): Written => {
  const [bins, values, absent, first, last] = [0, 1, 2, 3, 4].map((i) => argument(call, i).sql)
  const places = `range(assumeNotNull(${first}), assumeNotNull(${last}) + 1)`
  const map = `CAST((${bins}, ${values}), 'Map(Int64, String)')`
  return written(
    'dynamic',
    `concat('[', arrayStringConcat(arrayMap((i, m) -> if(mapContains(m, i), m[i], ${absent}), ${places}, arrayWithConstant(length(${places}), ${map})), ','), ']')`,
    false,
  )
}

/** The network that a text names, in one spelling; an address without a suffix is a network of its own; no network: no text. */
function network(text: string, family: 'IPv4' | 'IPv6'): Written {
  const bits = family === 'IPv4' ? 32 : 128
  const t = `trimBoth(${text})`
  const ip = `to${family}OrNull(splitByChar('/', ${t})[1])`
  const length = `if(position(${t}, '/') = 0, ${bits}, toUInt8OrNull(splitByChar('/', ${t})[2]))`
  const valid = `isNotNull(${ip}) AND ifNull(${length} <= ${bits}, false)`
  return written(
    'string',
    `if(${valid}, concat(toString(${family}CIDRToRange(assumeNotNull(${ip}), toUInt8(assumeNotNull(${length}))).1), '/', toString(assumeNotNull(${length}))), 'none')`,
    false,
  )
}

/** Names and values in turn; values that are null or empty text are left out. */
const bagOfValues = (call: WriteCall): Written => {
  const pairs: string[] = []
  for (let i = 0; i + 1 < call.args.length; i += 2) {
    const [name, value] = [argument(call, i), argument(call, i + 1)]
    const pair = `concat(toJSONString(${name.sql}), ':', ${asJson(value).sql})`
    const absent = value.type === 'string' ? `${value.sql} = ''` : value.nullable ? `isNull(${value.sql})` : 'false'
    pairs.push(`if(${absent}, '', assumeNotNull(${pair}))`)
  }
  if (pairs.length === 0) return written('dynamic', `'{}'`, false)
  return written(
    'dynamic',
    `concat('{', arrayStringConcat(arrayFilter(p -> p != '', [${pairs.join(', ')}]), ','), '}')`,
    false,
  )
}

/** (bin number, origin or null, step): where a bin starts. */
const binStart = (call: WriteCall): Written => {
  const [bin, from, step] = [argument(call, 0), argument(call, 1), argument(call, 2)]
  const origin = originOf(from)
  const at = `${bin.sql} * ${position(step)}${origin === '0' ? '' : ` + ${origin}`}`
  return written(
    call.type,
    call.type === 'datetime' ? fromUnixTicks(`toInt64(${at} - ${epoch})`) : `(${at})`,
    bin.nullable,
  )
}

export const internal: FunctionTable = {
  bin_start: fn(binStart),
  series_bin: fn(seriesBin),
  series_last: fn(seriesLast),
  series_axis: fn(seriesAxis),
  series_of_bins: fn(seriesValues),
  bag_of_values: fn(bagOfValues),
  bag_slots: fn((call) => {
    const text = `ifNull(${argument(call, 0).sql}, '')`
    return {
      sql: `arrayMap(p -> CAST(concat(toString(JSONType(p.2)), ' ', p.1), 'Nullable(String)'), JSONExtractKeysAndValuesRaw(${text}))`,
      type: 'dynamic',
      nullable: false,
    }
  }),
  text_array: fn((call) => ({
    sql: `CAST([${call.args.map((a) => a.sql).join(', ')}], 'Array(Nullable(String))')`,
    type: 'dynamic',
    nullable: false,
  })),
  text_of_slot: fn((call) => written('string', `ifNull(${argument(call, 0).sql}, '')`, false)),
  ipv4_networks_of: fn((call) => {
    const ip = `toIPv4OrNull(trimBoth(${argument(call, 0).sql}))`
    const masked = `toString(toIPv4(bitAnd(toUInt32(assumeNotNull(${ip})), if(n = 0, 0, toUInt32(bitShiftLeft(toUInt64(4294967295), 32 - n) % 4294967296)))))`
    return {
      sql: `if(isNull(${ip}), [], arrayMap(n -> CAST(concat(${masked}, '/', toString(n)), 'Nullable(String)'), range(0, 33)))`,
      type: 'dynamic',
      nullable: false,
    }
  }),
  ipv4_network: fn((call) => network(argument(call, 0).sql, 'IPv4')),
  ipv6_networks_of: fn((call) => {
    const ip = `toIPv6OrNull(trimBoth(${argument(call, 0).sql}))`
    return {
      sql: `if(isNull(${ip}), [], arrayMap(n -> CAST(concat(toString(IPv6CIDRToRange(assumeNotNull(${ip}), n).1), '/', toString(n)), 'Nullable(String)'), range(toUInt8(0), toUInt8(129))))`,
      type: 'dynamic',
      nullable: false,
    }
  }),
  ipv6_network: fn((call) => network(argument(call, 0).sql, 'IPv6')),
  random_number: fn(() => written('long', 'toInt64(rand64() % 9223372036854775807)', false)),
  regex_pair: fn((call) => {
    const [text, regex, key] = [0, 1, 2].map((i) => argument(call, i).sql)
    return written('string', `arrayFirst(p -> p[1] = ${key}, extractAllGroupsVertical(${text}, ${regex}))[2]`, false)
  }),
  json_of: fn((call) => written('string', `ifNull(${asJson(argument(call, 0)).sql}, 'null')`, false)),
  cast_to: fn((call) => convertWritten(argument(call, 0), call.type, call.share)),
  /** (text, its texts beyond ASCII): a column with a token index; see rewrite/text-search.ts. */
  searched: fn((call) => ({ ...argument(call, 0), wide: argument(call, 1).sql })),
}

export const internalAggregates: FunctionTable = {
  ...percentileItems,
  collect: fn((call) => ({ sql: `groupArray(${argument(call, 0).sql})`, type: 'dynamic', nullable: false })),
  pick: fn((call) => {
    const [value, here] = [argument(call, 0), argument(call, 1)]
    const picked = `anyOrNullIf(${value.sql}, ${here.sql})`
    return call.type === 'string' ? written('string', `ifNull(${picked}, '')`, false) : written(call.type, picked, true)
  }),
  collect_rows: fn((call) => ({
    sql: `groupArray(ifNull(${asJson(argument(call, 0)).sql}, 'null'))`,
    type: 'dynamic',
    nullable: false,
  })),
}
