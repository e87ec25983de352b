// Aggregation operators. https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators
import type { Aggregate, AggregateOp } from '../ast.ts'
import { PromqlError } from '../errors.ts'
import type { Notes } from '../functions/function.ts'
import { dropped, kept, type Labels, metricName, withLabel } from '../labels.ts'
import { Mean, plainText, quantile, Sum } from '../numbers.ts'
import { Gathering, type Series, type Timeline, type Value } from '../values.ts'
import { chosen } from './choose.ts'

export interface AggregateParts {
  readonly timeline: Timeline
  readonly param: Value | undefined
  readonly notes: Notes
  readonly breathe: () => Promise<void> | undefined
}

export interface Group {
  readonly labels: Labels
  readonly members: readonly Series[]
}

export async function aggregated(expr: Aggregate, series: readonly Series[], parts: AggregateParts): Promise<Value> {
  const groups = groupsOf(expr, series)
  if (expr.op === 'topk' || expr.op === 'bottomk' || expr.op === 'limitk')
    return chosen(expr.op, groups, series, { timeline: parts.timeline, wanted: scalars(parts.param) })
  if (expr.op === 'count_values') return countedValues(groups, parts)
  if (expr.op === 'quantile') checkQuantile(expr, parts)
  const gathering = new Gathering(parts.timeline)
  for (const { labels, members } of groups) {
    await parts.breathe()
    const out = gathering.seriesOf(labels)
    for (let index = 0; index < parts.timeline.count; index++) {
      const values = valuesAt(members, index)
      if (values.length > 0) gathering.set(out, index, reduced(expr.op, values, index, parts))
    }
  }
  return { type: 'vector', series: gathering.series }
}

function groupsOf({ without, labels: names }: Aggregate, series: readonly Series[]): readonly Group[] {
  const set = new Set(without ? [...names, metricName] : names)
  const groups = new Map<string, { labels: Labels; members: Series[] }>()
  for (const one of series) {
    const labels = without ? dropped(one.labels, set) : kept(one.labels, set)
    const group = groups.get(labels.key)
    if (group) group.members.push(one)
    else groups.set(labels.key, { labels, members: [one] })
  }
  return [...groups.values()]
}

function valuesAt(members: readonly Series[], index: number): readonly number[] {
  const values: number[] = []
  for (const { present, values: all } of members) if (present[index] === 1) values.push(all[index] ?? 0)
  return values
}

function scalars(param: Value | undefined): Float64Array {
  if (param?.type !== 'scalar') throw new Error('an aggregation without its parameter')
  return param.values
}

type Simple = Exclude<AggregateOp, 'topk' | 'bottomk' | 'limitk' | 'count_values' | 'quantile'>

const reducers: Readonly<Record<Simple, (values: readonly number[]) => number>> = {
  sum(values) {
    const sum = new Sum()
    for (const value of values) sum.add(value)
    return sum.value
  },
  avg(values) {
    const mean = new Mean()
    for (const value of values) mean.add(value)
    return mean.value
  },
  count: (values) => values.length,
  group: () => 1,
  // A value that is no number gives way to every other.
  min: (values) => values.reduce((best, value) => (value < best || Number.isNaN(best) ? value : best)),
  max: (values) => values.reduce((best, value) => (value > best || Number.isNaN(best) ? value : best)),
  stddev: (values) => Math.sqrt(variance(values)),
  stdvar: variance,
}

function variance(values: readonly number[]): number {
  let mean = 0
  let squares = 0
  for (const [i, value] of values.entries()) {
    const delta = value - mean
    mean += delta / (i + 1)
    squares += delta * (value - mean)
  }
  return squares / values.length
}

function reduced(op: AggregateOp, values: readonly number[], index: number, { param }: AggregateParts): number {
  if (op === 'quantile') return quantile(scalars(param)[index] ?? Number.NaN, values)
  const reducer = Object.hasOwn(reducers, op) ? reducers[op as Simple] : undefined
  if (!reducer) throw new Error(`${op} gives more than a value`)
  return reducer(values)
}

function checkQuantile(expr: Aggregate, { param, notes }: AggregateParts): void {
  const wrong = scalars(param).find((q) => !(q >= 0 && q <= 1))
  if (wrong !== undefined && expr.param)
    notes.warn(`quantile value should be between 0 and 1, got ${wrong}`, expr.param)
}

async function countedValues(groups: readonly Group[], { timeline, param, breathe }: AggregateParts): Promise<Value> {
  if (param?.type !== 'string') throw new Error('count_values without its label')
  if (param.text === '') throw new PromqlError('execution', `invalid label name ${JSON.stringify(param.text)}`)
  const gathering = new Gathering(timeline)
  for (const { labels, members } of groups) {
    await breathe()
    for (let index = 0; index < timeline.count; index++) {
      const counts = new Map<string, number>()
      for (const value of valuesAt(members, index)) {
        const text = plainText(value)
        counts.set(text, (counts.get(text) ?? 0) + 1)
      }
      for (const [text, count] of counts)
        gathering.set(gathering.seriesOf(withLabel(labels, param.text, text)), index, count)
    }
  }
  return { type: 'vector', series: gathering.series }
}
