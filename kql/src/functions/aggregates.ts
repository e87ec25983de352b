// Aggregates of summarize. Nulls count for nothing, unless said otherwise.
// https://learn.microsoft.com/kusto/query/aggregation-functions
import { asJson, type Written, written } from '../sql/written.ts'
import { convertWritten } from '../sql/convert.ts'
import { ArgumentError, argument, as, constant, fn, type FunctionEntry, type FunctionTable, type WriteCall } from './define.ts'

/** `f(x)` and `fIf(x, condition)`, whose condition is the last argument. */
const when = (call: WriteCall, conditional: boolean): string => (conditional ? `, ${call.args.at(-1)?.sql}` : '')
const name = (base: string, conditional: boolean): string => (conditional ? `${base}If` : base)

function both(key: string, write: (call: WriteCall, conditional: boolean) => string | Written, nullable?: boolean): FunctionTable {
  return { [key]: fn((c) => write(c, false), nullable), [`${key}if`]: fn((c) => write(c, true), nullable) }
}

/** The engine widens sums; KQL promises the type of the binder. */
const typed = (call: WriteCall, text: string): string => (call.type === 'int' ? `toInt32(${text})` : call.type === 'long' || call.type === 'timespan' ? `toInt64(${text})` : text)

const sum = (call: WriteCall, conditional: boolean): Written => {
  const value = convertWritten(argument(call, 0), call.type)
  return written(call.type, `ifNull(${typed(call, `${name('sum', conditional)}(${value.sql}${when(call, conditional)})`)}, 0)`, false)
}

const avg = (call: WriteCall, conditional: boolean): Written => {
  const source = argument(call, 0)
  const value = source.type === 'dynamic' || source.type === 'string' ? as('real', 0)(call).sql : source.sql
  if (source.type === 'datetime') {
    const ticks = `${name('avg', conditional)}(reinterpretAsInt64(${value})${when(call, conditional)})`
    return written('datetime', `reinterpret(toInt64(${ticks}), 'DateTime64(7, \\'UTC\\')')`, true)
  }
  const mean = `${name('avg', conditional)}(${value}${when(call, conditional)})`
  return written(call.type, call.type === 'timespan' ? `toInt64OrNull(toString(round(${mean})))` : mean, true)
}

/** Without rows the engine gives the type's default where KQL gives null; OrNull makes them agree. */
const extreme = (which: 'min' | 'max') => (call: WriteCall, conditional: boolean): Written => {
  const value = argument(call, 0)
  const combinator = conditional ? `${which}OrNullIf` : value.nullable ? which : `${which}OrNull`
  const text = `${combinator}(${value.sql}${when(call, conditional)})`
  return call.type === 'string' ? written('string', `ifNull(${text}, '')`, false) : written(call.type, text, true)
}

const dcount = (call: WriteCall, conditional: boolean): Written => {
  const value = argument(call, 0)
  return written('long', `toInt64(${name('uniqExact', conditional)}(${value.sql}${when(call, conditional)}))`, false)
}

const spread = (base: string) => (call: WriteCall, conditional: boolean): Written =>
  written('real', `ifNotFinite(${name(base, conditional)}(${as('real', 0)(call).sql}${when(call, conditional)}), 0)`, false)

/** The value of another column in the row where the first is extreme. */
const argExtreme = (which: 'argMax' | 'argMin'): FunctionEntry =>
  fn((call) => {
    const [by, value] = [argument(call, 0), argument(call, 1)]
    if (!value.nullable) {
      const text = `${which}OrNull(${value.sql}, ${by.sql})`
      return call.type === 'string' ? written('string', `ifNull(${text}, '')`, false) : written(call.type, text, true)
    }
    return written(call.type, `tupleElement(${which}(tuple(${value.sql}), ${by.sql}), 1)`, true)
  })

const list = (call: WriteCall, conditional: boolean, keepNulls: boolean): Written => {
  const value = asJson(argument(call, 0))
  const size = constant(call, conditional ? 2 : 1)
  const limit = typeof size === 'bigint' ? `(${size})` : ''
  const items = keepNulls ? `ifNull(${value.sql}, 'null')` : value.sql
  const condition = conditional ? `, ${call.args[1]?.sql}` : ''
  return written('dynamic', `concat('[', arrayStringConcat(${name('groupArray', conditional)}${limit}(${items}${condition}), ','), ']')`, false)
}

const set = (call: WriteCall, conditional: boolean): Written => {
  const value = asJson(argument(call, 0))
  const size = constant(call, conditional ? 2 : 1)
  const limit = typeof size === 'bigint' ? `(${size})` : ''
  const condition = conditional ? `, ${call.args[1]?.sql}` : ''
  return written('dynamic', `concat('[', arrayStringConcat(${name('groupUniqArray', conditional)}${limit}(${value.sql}${condition}), ','), ']')`, false)
}

const takeAny = fn((call) => {
  const value = argument(call, 0)
  return call.type === 'string' ? written('string', `ifNull(anyOrNull(${value.sql}), '')`, false) : written(call.type, `anyOrNull(${value.sql})`, true)
})

/** The nearest rank: a value that occurs. */
const percentile = fn((call) => {
  const value = argument(call, 0)
  const p = constant(call, 1)
  const level = typeof p === 'bigint' || typeof p === 'number' ? Number(p) / 100 : undefined
  if (level === undefined) throw new ArgumentError(`'${call.fn}' needs a literal percentile`)
  if (value.type === 'datetime') {
    return written('datetime', `reinterpret(toInt64OrNull(toString(quantileExactLow(${level})(reinterpretAsInt64(${value.sql})))), 'DateTime64(7, \\'UTC\\')')`, true)
  }
  const text = `quantileExactLow(${level})(${value.type === 'dynamic' ? as('real', 0)(call).sql : value.sql})`
  return written(call.type, call.type === 'real' ? `toFloat64(${text})` : typed(call, text), true)
})

export const aggregates: FunctionTable = {
  count: fn(() => 'toInt64(count())', false),
  countif: fn((call) => `toInt64(countIf(${argument(call, 0).sql}))`, false),
  ...both('sum', sum),
  ...both('avg', avg),
  ...both('min', extreme('min')),
  ...both('max', extreme('max')),
  ...both('dcount', (call, conditional) => dcount({ ...call, args: conditional ? [argument(call, 0), argument(call, 1)] : [argument(call, 0)] }, conditional)),
  ...both('count_distinct', dcount),
  ...both('stdev', spread('stddevSamp')),
  stdevp: fn((call) => spread('stddevPop')(call, false)),
  ...both('variance', spread('varSamp')),
  variancep: fn((call) => spread('varPop')(call, false)),
  arg_max: argExtreme('argMax'),
  arg_min: argExtreme('argMin'),
  make_list: fn((call) => list(call, false, false)),
  makelist: fn((call) => list(call, false, false)),
  make_list_if: fn((call) => list(call, true, false)),
  make_list_with_nulls: fn((call) => list(call, false, true)),
  make_set: fn((call) => set(call, false)),
  makeset: fn((call) => set(call, false)),
  make_set_if: fn((call) => set(call, true)),
  any: takeAny,
  take_any: takeAny,
  percentile,
}
