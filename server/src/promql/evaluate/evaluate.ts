// A PromQL tree over a timeline -> a value. Samples have been loaded before; nothing here waits but to let others run.
import { type Call, type Expr, type Selector, type Subquery, unwrapped } from '../ast.ts'
import { PromqlError } from '../errors.ts'
import { mapped } from '../functions/elements.ts'
import type { EvaluatedCall, Notes, Windows } from '../functions/function.ts'
import { functions } from '../functions/index.ts'
import { type Series, type StoredSeries, type Timeline, timeAt, type Value } from '../values.ts'
import { aggregated } from './aggregate.ts'
import { computed } from './binary.ts'
import { latest, storedOf } from './samples.ts'
import { innerTimeline, referenceOf, type Span } from './times.ts'

export interface Evaluation {
  readonly span: Span
  readonly samples: ReadonlyMap<Selector, readonly StoredSeries[]>
  readonly notes: Notes
  /** Values that one step of the evaluation may hold. */
  readonly maxSamples: number
  readonly breathe: () => Promise<void> | undefined
}

export const tooManySamples = 'query processing would load too many samples into memory in query execution'

export async function evaluate(expr: Expr, timeline: Timeline, evaluation: Evaluation): Promise<Value> {
  const value = await evaluated(expr, timeline, evaluation)
  if (value.type === 'vector' && value.series.length * timeline.count > evaluation.maxSamples)
    throw new PromqlError('execution', tooManySamples)
  return value
}

async function evaluated(expr: Expr, timeline: Timeline, evaluation: Evaluation): Promise<Value> {
  const inner = (one: Expr) => evaluate(one, timeline, evaluation)
  switch (expr.kind) {
    case 'number':
      return { type: 'scalar', values: new Float64Array(timeline.count).fill(expr.value) }
    case 'string':
      return { type: 'string', text: expr.value }
    case 'paren':
    case 'plus':
      return inner(expr.expr)
    case 'negate':
      return negated(await inner(expr.expr), timeline)
    case 'selector':
      return { type: 'vector', series: await instant(expr, timeline, evaluation) }
    case 'call':
      return called(expr, timeline, evaluation)
    case 'aggregate': {
      const param = expr.param && (await inner(expr.param))
      return aggregated(expr, vectorIn(await inner(expr.expr)), { timeline, param, ...evaluation })
    }
    case 'binary': {
      const lhs = await inner(expr.lhs)
      return computed(expr, lhs, await inner(expr.rhs), { timeline, ...evaluation })
    }
    case 'subquery':
      throw new Error('a range vector has no value of its own')
  }
}

function negated(value: Value, timeline: Timeline): Value {
  if (value.type === 'scalar') return { type: 'scalar', values: value.values.map((one) => -one) }
  return mapped({ timeline }, vectorIn(value), (one) => -one)
}

export function vectorIn(value: Value): readonly Series[] {
  if (value.type !== 'vector') throw new Error(`a ${value.type} where a vector must be`)
  return value.series
}

async function instant(selector: Selector, timeline: Timeline, evaluation: Evaluation): Promise<readonly Series[]> {
  const stored = evaluation.samples.get(selector) ?? []
  if (stored.length * timeline.count > evaluation.maxSamples) throw new PromqlError('execution', tooManySamples)
  const found: Series[] = []
  for (const series of stored) {
    await evaluation.breathe()
    const one = latest(series, timeline, (time) => referenceOf(selector, evaluation.span, time))
    if (one) found.push(one)
  }
  return found
}

export async function windowsOf(expr: Expr, timeline: Timeline, evaluation: Evaluation): Promise<Windows> {
  const { span, samples } = evaluation
  const inside = unwrapped(expr)
  if (inside.kind !== 'selector' && inside.kind !== 'subquery')
    throw new Error('a range vector is a selector or a subquery')
  const end = (index: number) => referenceOf(inside, span, timeAt(timeline, index))
  if (inside.kind === 'subquery')
    return { series: await subqueried(inside, timeline, evaluation), range: inside.range, end }
  return { series: samples.get(inside) ?? [], range: inside.range ?? 0, end }
}

async function subqueried(
  subquery: Subquery,
  timeline: Timeline,
  evaluation: Evaluation,
): Promise<readonly StoredSeries[]> {
  const inner = innerTimeline(subquery, evaluation.span, timeline)
  const value = await evaluate(subquery.expr, inner, evaluation)
  return vectorIn(value).map((series) => storedOf(series, inner))
}

async function called(call: Call, timeline: Timeline, evaluation: Evaluation): Promise<Value> {
  const known = functions.get(call.name)
  if (!known) throw new Error(`the function ${call.name} was let through`)
  const windows = new Map<number, Windows>()
  const values = new Map<number, Value>()
  for (const [i, arg] of call.args.entries()) {
    const type = known.args[Math.min(i, known.args.length - 1)]
    if (type === 'matrix') windows.set(i, await windowsOf(arg, timeline, evaluation))
    else values.set(i, await evaluate(arg, timeline, evaluation))
  }
  return known.apply(evaluatedCall(call, { timeline, evaluation, windows, values }))
}

interface Evaluated {
  readonly timeline: Timeline
  readonly evaluation: Evaluation
  readonly windows: ReadonlyMap<number, Windows>
  readonly values: ReadonlyMap<number, Value>
}

function evaluatedCall(call: Call, { timeline, evaluation, windows, values }: Evaluated): EvaluatedCall {
  const value = (index: number): Value => {
    const found = values.get(index)
    if (!found) throw new Error(`${call.name} has no value for its argument ${index}`)
    return found
  }
  return {
    call,
    timeline,
    ...evaluation.notes,
    breathe: evaluation.breathe,
    arg: (index) => call.args[index],
    vector: (index) => vectorIn(value(index)),
    scalar(index) {
      const found = value(index)
      if (found.type !== 'scalar') throw new Error(`${call.name} has no scalar ${index}`)
      return found.values
    },
    text(index) {
      const found = value(index)
      if (found.type !== 'string') throw new Error(`${call.name} has no text ${index}`)
      return found.text
    },
    windows(index) {
      const found = windows.get(index)
      if (!found) throw new Error(`${call.name} has no range vector ${index}`)
      return found
    },
  }
}
