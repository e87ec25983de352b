// series_fill_*, series_fir, series_iir: series whose elements depend on their neighbours.
// https://learn.microsoft.com/kusto/query/series-fill-linear-function
import { asJson, type Written } from '../sql/written.ts'
import { argument, as, constant, type FunctionEntry, type FunctionTable, fn, type WriteCall } from './define.ts'
import { arrayText, asElement, dynamic, elementTexts, isArray, numbersText, numberText } from './json.ts'
import { series } from './series.ts'

const array = (call: WriteCall): { readonly texts: string; readonly isArray: string } => {
  const json = asJson(argument(call, 0))
  const value: Written = json.strings || json.json ? json : { ...json, sql: call.share(json.sql) }
  return { texts: call.share(elementTexts(value)), isArray: isArray(value) }
}

/** Whether an element's text is the placeholder: null unless another value is given. */
function isMissing(call: WriteCall, index: number, text: string): string {
  const given = call.args[index]
  if (!given || constant(call, index) === null) return `(${text} = 'null')`
  const placeholder = as('real', index)(call).sql
  return `if(isNull(${placeholder}), ${text} = 'null', ifNull(toFloat64OrNull(${text}) = ${placeholder}, false))`
}

const fillFrom = (fill: 'arrayFill' | 'arrayReverseFill'): FunctionEntry =>
  fn((call) => {
    const { texts, isArray: valid } = array(call)
    return dynamic(`if(${valid}, ${arrayText(`${fill}($t -> NOT ${isMissing(call, 1, '$t')}, ${texts})`)}, NULL)`, true)
  })

const fillConst = fn((call) => {
  const { texts, isArray: valid } = array(call)
  const value = call.args.length > 1 ? asElement(argument(call, 1)) : "'0'"
  return dynamic(
    `if(${valid}, ${arrayText(`arrayMap($t -> if(${isMissing(call, 2, '$t')}, ${value}, $t), ${texts})`)}, NULL)`,
    true,
  )
})

/**
 * Between two values on the line through them, in whole numbers where the series is; at the edges the nearest value. Only the text of
 * the array tells `1.0` from `1`: the engine writes elements anew.
 */
const fillLinear = fn((call) => {
  const { texts, isArray: valid } = array(call)
  const numbers = call.share(`arrayMap($t -> if(${isMissing(call, 1, '$t')}, NULL, toFloat64OrNull($t)), ${texts})`)
  const places = `arrayEnumerate(${numbers})`
  const before = call.share(`arrayFill(($i, $v) -> isNotNull($v), ${places}, ${numbers})`)
  const after = call.share(`arrayReverseFill(($i, $v) -> isNotNull($v), ${places}, ${numbers})`)
  const isWhole = call.share(
    `(match(ifNull(${asJson(argument(call, 0)).sql}, ''), '^\\\\[(\\\\s*(-?[0-9]+|null)\\\\s*(,|\\\\]))+$') AND arrayExists($t -> $t != 'null', ${texts}))`,
  )
  const [low, high] = [`${numbers}[$p]`, `${numbers}[$n]`]
  const between = `${low} + (${high} - ${low}) * (toInt64($i) - toInt64($p)) / (toInt64($n) - toInt64($p))`
  const edges = call.args.length > 2 ? `ifNull(${as('bool', 2)(call).sql}, true)` : 'true'
  const filler = call.args.length > 3 ? `ifNull(${as('real', 3)(call).sql}, 0)` : '0'
  const value = `multiIf(isNotNull(${low}) AND isNotNull(${high}), ${between}, isNull(${low}) AND isNull(${high}), toFloat64(${filler}), ${edges}, ifNull(${low}, ${high}), NULL)`
  const texted = `if(${isWhole}, toString(toInt64OrNull(toString(trunc($q)))), ${numberText('$q')})`
  const written = `arrayMap($q -> ifNull(${texted}, 'null'), [${value}])[1]`
  const filled = `arrayMap(($t, $v, $i, $p, $n) -> if(isNotNull($v), $t, ${written}), ${texts}, ${numbers}, ${places}, ${before}, ${after})`
  return dynamic(`if(${valid}, ${arrayText(filled)}, NULL)`, true)
})

/** Weights of the last elements, from the newest; a filter without negative weights is normalized unless told not to. */
const fir = fn((call) => {
  const [s, filter] = [series(call, 0), series(call, 1)]
  const weights = call.share(`arrayMap($w -> ifNull($w, 0), ${filter.numbers})`)
  const normal =
    call.args.length > 2 && constant(call, 2) !== null
      ? `ifNull(${as('bool', 2)(call).sql}, true)`
      : `arrayAll($w -> $w >= 0, ${weights})`
  const center = call.args.length > 3 ? `ifNull(${as('bool', 3)(call).sql}, false)` : 'false'
  const scale = call.share(`if(${normal}, nullIf(arraySum(${weights}), 0), 1.)`)
  const offset = call.share(`if(${center}, intDiv(toInt64(length(${weights})), 2), toInt64(0))`)
  const at = `toInt64($i) + ${offset} - toInt64($k) + 1`
  const term = `if(${at} >= 1 AND ${at} <= toInt64(length(${s.numbers})), ifNull(${s.numbers}[${at}], 0), 0) * $w`
  const values = `arrayMap($i -> arraySum(($w, $k) -> ${term}, ${weights}, arrayEnumerate(${weights})) / ${scale}, arrayEnumerate(${s.numbers}))`
  return dynamic(`if(${s.isArray} AND ${filter.isArray}, ${numbersText(values)}, NULL)`, true)
})

/** y[n] = (sum of b[k] x[n-k] - sum of a[k] y[n-k], k > 0) / a[0] */
const iir = fn((call) => {
  const [s, b, a] = [series(call, 0), series(call, 1), series(call, 2)]
  const plain = (numbers: string): string => call.share(`arrayMap($w -> ifNull($w, 0.), ${numbers})`)
  const [x, num, den] = [plain(s.numbers), plain(b.numbers), plain(a.numbers)]
  const ahead = `arraySum(($w, $k) -> if($i >= $k, ${x}[toInt64($i) - toInt64($k) + 1], 0.) * $w, ${num}, arrayEnumerate(${num}))`
  const back = `arraySum(($w, $k) -> if($k > 1 AND toInt64(length($y)) >= toInt64($k) - 1, $y[1 - toInt64($k)], 0.) * if($k > 1, $w, 0.), ${den}, arrayEnumerate(${den}))`
  const values = `arrayFold(($y, $i) -> arrayPushBack($y, (${ahead} - ${back}) / ${den}[1]), arrayEnumerate(${x}), CAST([], 'Array(Float64)'))`
  return dynamic(`if(${s.isArray} AND ${b.isArray} AND ${a.isArray}, ${numbersText(values)}, NULL)`, true)
})

export const seriesFilters: FunctionTable = {
  series_fill_forward: fillFrom('arrayFill'),
  series_fill_backward: fillFrom('arrayReverseFill'),
  series_fill_const: fillConst,
  series_fill_linear: fillLinear,
  series_fir: fir,
  series_iir: iir,
}
