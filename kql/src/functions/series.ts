// series_*: arithmetic over arrays of numbers, element by element. https://learn.microsoft.com/kusto/query/series-add-function
//
// What is no number, or is missing because the other array is longer, gives null.
import { asJson, type Written, written } from '../sql/written.ts'
import { argument, as, type FunctionEntry, type FunctionTable, fn, type WriteCall } from './define.ts'
import { arrayText, dynamic, elementNumbers, isArray, numbersText } from './json.ts'

/** An argument's numbers, and whether it is an array at all. */
export function series(call: WriteCall, i: number): { readonly numbers: string; readonly isArray: string } {
  const json = asJson(argument(call, i))
  const value: Written = json.strings || json.json ? json : { ...json, sql: call.share(json.sql) }
  return { numbers: call.share(elementNumbers(value)), isArray: isArray(value) }
}

/** Both operands as arrays of one length; a number stands for every element. */
function operands(call: WriteCall): { readonly a: string; readonly b: string; readonly valid: string } {
  const isSeries = [0, 1].map((i) => argument(call, i).type === 'dynamic')
  const both = [0, 1].map((i) => (isSeries[i] ? series(call, i) : undefined))
  const lengths = both.flatMap((s) => (s ? [`length(${s.numbers})`] : []))
  const size = lengths.length === 1 ? (lengths[0] ?? '0') : `greatest(${lengths.join(', ')})`
  const sized = (i: number): string => {
    const s = both[i]
    if (s) return lengths.length === 1 ? s.numbers : `arrayResize(${s.numbers}, ${size}, NULL)`
    return `arrayWithConstant(${size}, toNullable(${as('real', i)(call).sql}))`
  }
  return { a: sized(0), b: sized(1), valid: both.flatMap((s) => (s ? [s.isArray] : [])).join(' AND ') }
}

const arithmetic = (element: string): FunctionEntry =>
  fn((call) => {
    const { a, b, valid } = operands(call)
    return dynamic(`if(${valid}, ${numbersText(`arrayMap(($a, $b) -> ${element}, ${a}, ${b})`)}, NULL)`, true)
  })

const comparison = (operator: string): FunctionEntry =>
  fn((call) => {
    const { a, b, valid } = operands(call)
    const texts = `arrayMap(($a, $b) -> multiIf(isNull($a) OR isNull($b), 'null', $a ${operator} $b, 'true', 'false'), ${a}, ${b})`
    return dynamic(`if(${valid}, ${arrayText(texts)}, NULL)`, true)
  })

const each = (element: string): FunctionEntry =>
  fn((call) => {
    const s = series(call, 0)
    return dynamic(`if(${s.isArray}, ${numbersText(`arrayMap($a -> ${element}, ${s.numbers})`)}, NULL)`, true)
  })

/** Outside of -1 to 1 there is no angle. */
const angle = (name: string): FunctionEntry => each(`if($a BETWEEN -1 AND 1, ${name}($a), if(isNull($a), NULL, nan))`)

const total = (aggregate: string, finish = '{}'): FunctionEntry =>
  fn((call) => {
    const s = series(call, 0)
    const numbers = `arrayMap($a -> assumeNotNull($a), arrayFilter($a -> isNotNull($a), ${s.numbers}))`
    return written('real', `if(${s.isArray}, ${finish.replace('{}', aggregate.replace('{}', numbers))}, NULL)`, true)
  })

/** A number over both series; null where an element has no partner or is no number. */
function overBoth(call: WriteCall, write: (a: string, b: string) => string): Written {
  const { a, b, valid } = operands(call)
  const [x, y] = [call.share(a), call.share(b)]
  const complete = `arrayAll(($a, $b) -> isNotNull($a) AND isNotNull($b), ${x}, ${y})`
  const plain = (s: string): string => `arrayMap($a -> assumeNotNull($a), ${s})`
  return written(
    'real',
    `if(${valid} AND ${complete}, toNullable(toFloat64(${write(plain(x), plain(y))})), NULL)`,
    true,
  )
}

const dot = (a: string, b: string): string => `arraySum(($a, $b) -> $a * $b, ${a}, ${b})`

const cosine = fn((call) =>
  overBoth({ ...call, args: call.args.slice(0, 2) }, (a, b) => {
    const magnitude = (s: string, i: number): string =>
      i < call.args.length ? as('real', i)(call).sql : `sqrt(${dot(s, s)})`
    return `ifNull(${dot(a, b)} / (${magnitude(a, 2)} * ${magnitude(b, 3)}), nan)`
  }),
)

export const seriesFunctions: FunctionTable = {
  series_add: arithmetic('$a + $b'),
  series_subtract: arithmetic('$a - $b'),
  series_multiply: arithmetic('$a * $b'),
  series_divide: arithmetic('$a / $b'),
  series_pow: arithmetic('pow($a, $b)'),
  series_greater: comparison('>'),
  series_greater_equals: comparison('>='),
  series_less: comparison('<'),
  series_less_equals: comparison('<='),
  series_equals: comparison('='),
  series_not_equals: comparison('!='),
  series_exp: each('exp($a)'),
  series_log: each('log($a)'),
  series_sign: each('sign($a)'),
  series_abs: each('abs($a)'),
  series_sin: each('sin($a)'),
  series_cos: each('cos($a)'),
  series_tan: each('tan($a)'),
  series_asin: angle('asin'),
  series_acos: angle('acos'),
  series_atan: each('atan($a)'),
  series_floor: each('floor($a)'),
  series_ceiling: each('ceil($a)'),
  series_sum: total('arraySum({})'),
  series_product: total('arrayProduct({})'),
  series_magnitude: total('arraySum($a -> $a * $a, {})', 'sqrt({})'),
  series_dot_product: fn((call) => overBoth(call, dot)),
  series_pearson_correlation: fn((call) => overBoth(call, (a, b) => `arrayReduce('corr', ${a}, ${b})`)),
  series_cosine_similarity: cosine,
}
