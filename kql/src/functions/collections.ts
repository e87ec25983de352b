// Aggregates that collect: make_list, make_set, make_bag. https://learn.microsoft.com/kusto/query/make-list-aggregation-function
import { asJson, type Written, written } from '../sql/written.ts'
import { both, named, when } from './combinators.ts'
import { argument, constant, type FunctionTable, fn, type WriteCall } from './define.ts'
import { arrayText, bagText, elementTexts, isArray, members } from './json.ts'

/** An optional, constant bound on the number of elements. */
function bound(call: WriteCall, index: number): string {
  const size = constant(call, index)
  return typeof size === 'bigint' ? `(${size})` : ''
}

/**
 * The elements of arrays one by one, whatever else as it is: https://learn.microsoft.com/kusto/query/geo-h3cell-rings-function lists
 * cells from several rings so.
 */
const elements = (value: Written): string =>
  `if(${isArray(value)}, ${elementTexts(value)}, if(isNull(${value.sql}), [], [assumeNotNull(${value.sql})]))`

const list = (call: WriteCall, conditional: boolean, keepNulls: boolean): Written => {
  const source = argument(call, 0)
  const value = asJson(source)
  const size = bound(call, conditional ? 2 : 1)
  if (source.type === 'dynamic' && !keepNulls) {
    const all = `${named('groupArrayArray', conditional)}${size}(${elements(value)}${when(call, conditional, 1)})`
    return written('dynamic', arrayText(all), false)
  }
  const items = keepNulls ? `ifNull(${value.sql}, 'null')` : value.sql
  const text = `${named('groupArray', conditional)}${size}(${items}${when(call, conditional, 1)})`
  return written('dynamic', arrayText(text), false)
}

/** Elements of an array count one by one. */
const set = (call: WriteCall, conditional: boolean): Written => {
  const source = argument(call, 0)
  const value = asJson(source)
  const size = bound(call, conditional ? 2 : 1)
  const items =
    source.type === 'dynamic'
      ? `${named('groupUniqArrayArray', conditional)}${size}(${elements(value)}${when(call, conditional, 1)})`
      : `${named('groupUniqArray', conditional)}${size}(${value.sql}${when(call, conditional, 1)})`
  return written('dynamic', arrayText(items), false)
}

/** Members of all bags; the first value of a key stays. What is no bag adds nothing. */
const bag = (call: WriteCall, conditional: boolean): Written => {
  const value = asJson(argument(call, 0))
  const all = `${named('groupArrayArray', conditional)}(${members(value)}${when(call, conditional, 1)})`
  const keys = `arrayMap($kv -> $kv.1, ${all})`
  const first = `arrayFilter(($kv, $i) -> $i = 1, ${all}, arrayEnumerateUniq(${keys}))`
  const size = constant(call, conditional ? 2 : 1)
  return written('dynamic', bagText(typeof size === 'bigint' ? `arraySlice(${first}, 1, ${size})` : first), false)
}

export const collections: FunctionTable = {
  ...both('make_list', (call, conditional) => list(call, conditional, false), 'make_list_if'),
  makelist: fn((call) => list(call, false, false)),
  make_list_with_nulls: fn((call) => list(call, false, true)),
  ...both('make_set', set, 'make_set_if'),
  makeset: fn((call) => set(call, false)),
  ...both('make_bag', bag, 'make_bag_if'),
  make_dictionary: fn((call) => bag(call, false)),
}
