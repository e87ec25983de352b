// series_stats and series_fit_line, as columns and as a bag. https://learn.microsoft.com/kusto/query/series-stats-function
import { as, type FunctionTable, fn, type WriteCall } from './define.ts'
import { dynamic, numbersText, numberText } from './json.ts'
import { series } from './series.ts'

type Named = readonly (readonly [name: string, sql: string, kind: 'real' | 'long' | 'series'])[]

/** Null all together where there is nothing to compute from. */
function asTuple(values: Named, valid: string): ReturnType<typeof dynamic> {
  const absent = { real: 'Nullable(Float64)', long: 'Nullable(Int64)', series: 'Nullable(String)' } as const
  const items = values.map(
    ([, sql, kind]) => `if(${valid}, ${kind === 'series' ? numbersText(sql) : sql}, CAST(NULL, '${absent[kind]}'))`,
  )
  return dynamic(`tuple(${items.join(', ')})`, false)
}

function asBag(values: Named, valid: string): ReturnType<typeof dynamic> {
  const text = { real: numberText, long: (sql: string) => `toString(${sql})`, series: numbersText } as const
  const members = values.map(
    ([name, sql, kind], i) => `'${i === 0 ? '{' : ','}"${name}":', ifNull(${text[kind](sql)}, 'null')`,
  )
  return dynamic(`if(${valid}, concat(${members.join(', ')}, '}'), NULL)`, true)
}

/** Places count from 0 in the whole series, also where what is not finite is left out. */
function stats(call: WriteCall, extended: boolean): { readonly values: Named; readonly valid: string } {
  const s = series(call, 0)
  const ignore = call.args.length > 1 ? `ifNull(${as('bool', 1)(call).sql}, false)` : 'false'
  const finite = call.share(
    `arrayMap($a -> assumeNotNull($a), arrayFilter($a -> ifNull(isFinite($a), 0) = 1, ${s.numbers}))`,
  )
  const valid = call.share(
    `(${s.isArray} AND notEmpty(${finite}) AND (${ignore} OR length(${finite}) = length(${s.numbers})))`,
  )
  const variance = call.share(`if(length(${finite}) > 1, arrayReduce('varSamp', ${finite}), 0.)`)
  const place = (extreme: string): string => `(toInt64(indexOf(${s.numbers}, ${extreme})) - 1)`
  const [min, max] = [call.share(`toFloat64(arrayMin(${finite}))`), call.share(`toFloat64(arrayMax(${finite}))`)]
  const values: Named = [
    ['min', min, 'real'],
    ['min_idx', place(min), 'long'],
    ['max', max, 'real'],
    ['max_idx', place(max), 'long'],
    ['avg', `arrayAvg(${finite})`, 'real'],
    ['stdev', `sqrt(${variance})`, 'real'],
    ['variance', variance, 'real'],
  ]
  const more: Named = [
    ['sum', `arraySum(${finite})`, 'real'],
    ['len', `toInt64(length(${s.numbers}))`, 'long'],
  ]
  return { values: extended ? [...values, ...more] : values, valid }
}

/** Least squares over the places 0, 1, 2, …; a constant series is its own line. */
function fitLine(call: WriteCall): { readonly values: Named; readonly valid: string } {
  const s = series(call, 0)
  const y = call.share(`arrayMap($a -> ifNull($a, nan), ${s.numbers})`)
  const n = call.share(`toFloat64(length(${y}))`)
  const valid = call.share(`(${s.isArray} AND ${n} > 1 AND arrayAll($a -> ifNull(isFinite($a), 0) = 1, ${s.numbers}))`)
  const x = `arrayMap($i -> toFloat64($i) - 1, arrayEnumerate(${y}))`
  const [meanX, meanY] = [`((${n} - 1) / 2)`, call.share(`arrayAvg(${y})`)]
  const slope = call.share(
    `(arraySum(($x, $y) -> ($x - ${meanX}) * ($y - ${meanY}), ${x}, ${y}) / arraySum($x -> ($x - ${meanX}) * ($x - ${meanX}), ${x}))`,
  )
  const intercept = call.share(`(${meanY} - ${slope} * ${meanX})`)
  const line = call.share(`arrayMap($x -> ${intercept} + ${slope} * $x, ${x})`)
  const variance = call.share(`(arraySum($y -> ($y - ${meanY}) * ($y - ${meanY}), ${y}) / (${n} - 1))`)
  const rest = call.share(`(arraySum(($y, $l) -> ($y - $l) * ($y - $l), ${y}, ${line}) / (${n} - 1))`)
  const values: Named = [
    ['rsquare', `if(${variance} = 0, 1., 1 - ${rest} / ${variance})`, 'real'],
    ['slope', slope, 'real'],
    ['variance', variance, 'real'],
    ['rvariance', rest, 'real'],
    ['interception', intercept, 'real'],
    ['line_fit', line, 'series'],
  ]
  return { values, valid }
}

export const seriesStatistics: FunctionTable = {
  series_stats: fn((call) => {
    const { values, valid } = stats(call, false)
    return asTuple(values, valid)
  }),
  series_stats_dynamic: fn((call) => {
    const { values, valid } = stats(call, true)
    return asBag(values, valid)
  }),
  series_fit_line: fn((call) => {
    const { values, valid } = fitLine(call)
    return asTuple(values, valid)
  }),
  series_fit_line_dynamic: fn((call) => {
    const { values, valid } = fitLine(call)
    return asBag(values, valid)
  }),
}
