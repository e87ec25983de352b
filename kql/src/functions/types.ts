// What is known of values as such: gettype, treepath, assert. https://learn.microsoft.com/kusto/query/gettype-function
import { quoteString } from '../sql/quote.ts'
import { asJson, asString, written } from '../sql/written.ts'
import { argument, constant, type FunctionTable, fn } from './define.ts'
import { dynamic, isArray, isBag, place } from './json.ts'

const gettype = fn((call) => {
  const value = argument(call, 0)
  if (value.type !== 'dynamic') return written('string', quoteString(value.type), false)
  if (value.strings) return written('string', "'array'", false)
  const at = place(value)
  const number = `JSONExtract(${at}, 'Nullable(Int64)')`
  const kinds = `multiIf(isNull(${value.sql}), 'null', JSONType(${at}) = 'Int64', if(${number} BETWEEN -2147483648 AND 2147483647, 'int', 'long'), transform(toString(JSONType(${at})), ['UInt64', 'Double', 'Bool', 'Array', 'Object', 'String'], ['long', 'real', 'bool', 'array', 'dictionary', 'string'], 'null'))`
  return written('string', `ifNull(${kinds}, 'null')`, false)
})

/**
 * Paths of all members, each before what is inside of it. As many rounds as the text has brackets are enough: each opens
 * every value that was not opened yet.
 */
const treepath = fn((call) => {
  const value = asJson(argument(call, 0))
  const text = call.share(`ifNull(${value.sql}, '')`)
  const children = `if(JSONType($n.2) = 'Object', arrayMap($kv -> (concat($n.1, '[\\'', $kv.1, '\\']'), $kv.2), JSONExtractKeysAndValuesRaw($n.2)), arrayMap($e -> (concat($n.1, '[0]'), $e), JSONExtractArrayRaw($n.2)))`
  const opened = `if(match($n.2, '^[\\\\[{]'), arrayPushFront(${children}, ($n.1, '')), [$n])`
  const rounds = `range(countSubstrings(${text}, '{') + countSubstrings(${text}, '['))`
  const all = `arrayFold(($s, $i) -> arrayFlatten(arrayMap($n -> ${opened}, $s)), ${rounds}, [('', ${text})])`
  const paths = `arrayDistinct(arrayFilter($p -> $p != '', arrayMap($n -> $n.1, ${all})))`
  return dynamic(`if(${isArray(value)} OR ${isBag(value)}, toJSONString(${paths}), NULL)`, true)
})

export const types: FunctionTable = {
  gettype,
  treepath,
  assert: fn((call) => {
    const message = constant(call, 1)
    const text = typeof message === 'string' ? quoteString(message) : asString(argument(call, 1)).sql
    return written('bool', `(throwIf(NOT ifNull(${argument(call, 0).sql}, false), ${text}) = 0)`, false)
  }),
}
