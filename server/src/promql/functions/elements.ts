// Functions of each value of an instant vector by itself: mathematics, dates, rounding.
import { withoutName } from '../labels.ts'
import { greater, less } from '../numbers.ts'
import { Gathering, type Series, timeAt, type Value } from '../values.ts'
import type { EvaluatedCall, PromqlFunction } from './function.ts'

type OfValue = (value: number) => number

/** Of each value and its place in time; undefined: no value. The name goes. */
export function mapped(
  { timeline }: Pick<EvaluatedCall, 'timeline'>,
  series: readonly Series[],
  of: (value: number, index: number, series: Series) => number | undefined,
): Value {
  const gathering = new Gathering(timeline)
  for (const one of series) {
    const out = gathering.seriesOf(withoutName(one.labels))
    for (let index = 0; index < timeline.count; index++) {
      if (one.present[index] !== 1) continue
      const value = of(one.values[index] ?? 0, index, one)
      if (value !== undefined) gathering.set(out, index, value)
    }
  }
  return { type: 'vector', series: gathering.series }
}

function element(of: OfValue): PromqlFunction {
  return { args: ['vector'], returns: 'vector', apply: (call) => mapped(call, call.vector(0), of) }
}

function ofDate(of: (date: Date) => number): PromqlFunction {
  const ofSeconds = (seconds: number) => of(new Date(Math.trunc(seconds) * 1000))
  return {
    args: ['vector'],
    optional: 1,
    returns: 'vector',
    apply(call) {
      if (call.arg(0)) return mapped(call, call.vector(0), ofSeconds)
      const gathering = new Gathering(call.timeline)
      const out = gathering.seriesOf({ pairs: [], key: '' })
      for (let index = 0; index < call.timeline.count; index++)
        gathering.set(out, index, ofSeconds(timeAt(call.timeline, index) / 1000))
      return { type: 'vector', series: gathering.series }
    },
  }
}

const dayMillis = 86_400_000

const dates: Readonly<Record<string, PromqlFunction>> = {
  minute: ofDate((date) => date.getUTCMinutes()),
  hour: ofDate((date) => date.getUTCHours()),
  day_of_month: ofDate((date) => date.getUTCDate()),
  day_of_week: ofDate((date) => date.getUTCDay()),
  day_of_year: ofDate((date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMillis) + 1),
  days_in_month: ofDate((date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()),
  month: ofDate((date) => date.getUTCMonth() + 1),
  year: ofDate((date) => date.getUTCFullYear()),
}

const mathematics = ['abs', 'ceil', 'floor', 'exp', 'sqrt', 'log2', 'log10'] as const
const trigonometry = [
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
] as const

function clamped(call: EvaluatedCall, least: (index: number) => number, most: (index: number) => number): Value {
  return mapped(call, call.vector(0), (value, index) => {
    const [lower, upper] = [least(index), most(index)]
    return upper < lower ? undefined : greater(lower, less(upper, value))
  })
}

const nth = (values: Float64Array) => (index: number) => values[index] ?? Number.NaN

const clamps: Readonly<Record<string, PromqlFunction>> = {
  clamp: {
    args: ['vector', 'scalar', 'scalar'],
    returns: 'vector',
    apply: (call) => clamped(call, nth(call.scalar(1)), nth(call.scalar(2))),
  },
  clamp_min: {
    args: ['vector', 'scalar'],
    returns: 'vector',
    apply: (call) => clamped(call, nth(call.scalar(1)), () => Number.POSITIVE_INFINITY),
  },
  clamp_max: {
    args: ['vector', 'scalar'],
    returns: 'vector',
    apply: (call) => clamped(call, () => Number.NEGATIVE_INFINITY, nth(call.scalar(1))),
  },
}

const round: PromqlFunction = {
  args: ['vector', 'scalar'],
  optional: 1,
  returns: 'vector',
  apply(call) {
    const nearest = call.arg(1) ? nth(call.scalar(1)) : () => 1
    return mapped(call, call.vector(0), (value, index) => {
      // Ties go up; the inverse is more exact for fractions.
      const inverse = 1 / nearest(index)
      return Math.floor(value * inverse + 0.5) / inverse
    })
  },
}

export const elementFunctions: Readonly<Record<string, PromqlFunction>> = {
  ...Object.fromEntries([...mathematics, ...trigonometry].map((name) => [name, element(Math[name])])),
  ln: element(Math.log),
  rad: element((value) => (value * Math.PI) / 180),
  deg: element((value) => (value * 180) / Math.PI),
  sgn: element((value) => (value < 0 ? -1 : value > 0 ? 1 : value)),
  ...dates,
  ...clamps,
  round,
}
