// Functions between scalars and vectors, of whether there are series, of their order, and of times.
import { type Expr, unwrapped } from '../ast.ts'
import { compareLabels, compareTexts, type Labels, labelsOf, labelValue, metricName, noLabels } from '../labels.ts'
import { ascending } from '../numbers.ts'
import { Gathering, type Series, type Timeline, timeAt, type Value } from '../values.ts'
import { mapped } from './elements.ts'
import type { EvaluatedCall, PromqlFunction } from './function.ts'
import { withoutStale } from './windows.ts'

function scalarOf({ count }: Timeline, of: (index: number) => number): Value {
  return { type: 'scalar', values: Float64Array.from({ length: count }, (_, index) => of(index)) }
}

function onlyValue(series: readonly Series[], index: number): number {
  const there = series.filter(({ present }) => present[index] === 1)
  return there.length === 1 ? (there[0]?.values[index] ?? Number.NaN) : Number.NaN
}

/** The labels that the selector says every series has. */
function labelsOfAbsent(expr: Expr | undefined): Labels {
  const selector = expr && unwrapped(expr)
  if (selector?.kind !== 'selector') return noLabels
  const { matchers } = selector
  const once = matchers.filter(
    ({ label, op }) =>
      op === '=' && label !== metricName && matchers.filter((other) => other.label === label).length === 1,
  )
  return labelsOf(once.map(({ label, value }) => [label, value]))
}

function absentWhere(call: EvaluatedCall, isThere: (index: number) => boolean): Value {
  const gathering = new Gathering(call.timeline)
  const out = gathering.seriesOf(labelsOfAbsent(call.arg(0)))
  for (let index = 0; index < call.timeline.count; index++) if (!isThere(index)) gathering.set(out, index, 1)
  return { type: 'vector', series: gathering.series }
}

function absentOverTime(call: EvaluatedCall): Value {
  const { series, range, end } = call.windows(0)
  const all = series.map(withoutStale)
  return absentWhere(call, (index) =>
    all.some(({ times }) => times.some((time) => time > end(index) - range && time <= end(index))),
  )
}

/** Orders the answer of an instant query; over a range there is no order. */
function sorted(compare: (call: EvaluatedCall) => (a: Series, b: Series) => number): PromqlFunction['apply'] {
  return (call) => {
    const series = call.vector(0)
    return { type: 'vector', series: call.timeline.count === 1 ? series.toSorted(compare(call)) : series }
  }
}

function byValue(sign: 1 | -1): PromqlFunction {
  const compare = (a: Series, b: Series) => {
    const [left = 0, right = 0] = [a.values[0], b.values[0]]
    // NaN is last, whichever way.
    if (Number.isNaN(left) || Number.isNaN(right)) return -ascending(left, right)
    return left === right ? 0 : sign * ascending(left, right)
  }
  return { args: ['vector'], returns: 'vector', apply: sorted(() => compare) }
}

function byLabels(sign: 1 | -1): PromqlFunction {
  const compare = (call: EvaluatedCall) => (a: Series, b: Series) => {
    for (let i = 1; call.arg(i); i++) {
      const order = naturalOrder(labelValue(a.labels, call.text(i)), labelValue(b.labels, call.text(i)))
      if (order !== 0) return sign * order
    }
    return sign * compareLabels(a.labels, b.labels)
  }
  return { args: ['vector', 'string'], variadic: true, returns: 'vector', apply: sorted(compare) }
}

/** Numbers in texts by their size. */
function naturalOrder(a: string, b: string): number {
  const [left, right] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [one = '', other = ''] = [left[i], right[i]]
    const areNumbers = /^\d/.test(one) && /^\d/.test(other)
    const order = (areNumbers ? Number(one) - Number(other) : 0) || compareTexts(one, other)
    if (order !== 0) return order
  }
  return left.length - right.length
}

export const vectorFunctions: Readonly<Record<string, PromqlFunction>> = {
  time: { args: [], returns: 'scalar', apply: ({ timeline }) => scalarOf(timeline, (i) => timeAt(timeline, i) / 1000) },
  pi: { args: [], returns: 'scalar', apply: ({ timeline }) => scalarOf(timeline, () => Math.PI) },
  scalar: {
    args: ['vector'],
    returns: 'scalar',
    apply: (call) => scalarOf(call.timeline, (index) => onlyValue(call.vector(0), index)),
  },
  vector: {
    args: ['scalar'],
    returns: 'vector',
    apply: (call) => {
      const values = call.scalar(0)
      return { type: 'vector', series: [{ labels: noLabels, values, present: new Uint8Array(values.length).fill(1) }] }
    },
  },
  timestamp: {
    args: ['vector'],
    returns: 'vector',
    apply(call) {
      const arg = call.arg(0)
      // Only samples have a time of their own.
      const isSample = arg !== undefined && unwrapped(arg).kind === 'selector'
      const { timeline } = call
      return mapped(call, call.vector(0), (_, index, { times }) => {
        const own = isSample ? times?.[index] : undefined
        return (own ?? timeAt(timeline, index)) / 1000
      })
    },
  },
  absent: {
    args: ['vector'],
    returns: 'vector',
    apply: (call) => absentWhere(call, (index) => call.vector(0).some(({ present }) => present[index] === 1)),
  },
  absent_over_time: { args: ['matrix'], returns: 'vector', apply: absentOverTime },
  sort: byValue(1),
  sort_desc: byValue(-1),
  sort_by_label: byLabels(1),
  sort_by_label_desc: byLabels(-1),
}
