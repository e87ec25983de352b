// set_* and jaccard_index: arrays as sets, in the order in which elements first come.
// https://learn.microsoft.com/kusto/query/set-union-function
import { asJson, type Written, written } from '../sql/written.ts'
import { argument, type FunctionEntry, type FunctionTable, fn, type WriteCall } from './define.ts'
import { arrayText, asElement, dynamic, elementTexts, isArray, numberText } from './json.ts'

const sets = (call: WriteCall): { readonly all: readonly string[]; readonly areArrays: string } => {
  const values = call.args.map((a): Written => {
    const json = asJson(a)
    return json.strings || json.json ? json : { ...json, sql: call.share(json.sql) }
  })
  return { all: values.map((v) => call.share(elementTexts(v))), areArrays: values.map(isArray).join(' AND ') }
}

const setOf = (combine: (all: readonly string[]) => string): FunctionEntry =>
  fn((call) => {
    const { all, areArrays } = sets(call)
    return dynamic(`if(${areArrays}, ${arrayText(`arrayDistinct(${combine(all)})`)}, NULL)`, true)
  })

const union = (all: readonly string[]): string => `arrayConcat(${all.join(', ')})`
const keepIf =
  (test: (other: string) => string) =>
  ([first = '[]', ...others]: readonly string[]): string =>
    others.length === 0 ? first : `arrayFilter($e -> ${others.map(test).join(' AND ')}, ${first})`
const intersection = keepIf((other) => `has(${other}, $e)`)

export const setFunctions: FunctionTable = {
  set_union: setOf(union),
  set_intersect: setOf(intersection),
  set_difference: setOf(keepIf((other) => `NOT has(${other}, $e)`)),
  set_has_element: fn((call) => {
    const set = asJson(argument(call, 0))
    return written(
      'bool',
      `if(${isArray(set)}, has(${elementTexts(set)}, ${asElement(argument(call, 1))}) = 1, NULL)`,
      true,
    )
  }),
  set_equals: fn((call) => {
    const { all, areArrays } = sets(call)
    const [a, b] = all
    return written('bool', `if(${areArrays}, (hasAll(${a}, ${b}) AND hasAll(${b}, ${a})) = 1, NULL)`, true)
  }),
  jaccard_index: fn((call) => {
    const { all, areArrays } = sets(call)
    const share = call.share(
      `(toFloat64(length(arrayDistinct(${intersection(all)}))) / length(arrayDistinct(${union(all)})))`,
    )
    return dynamic(`if(${areArrays}, ${numberText(share)}, NULL)`, true)
  }),
}
