// Which times a query needs of which selector: subqueries have timelines of their own.
// https://prometheus.io/docs/prometheus/latest/querying/basics/#subquery
import type { Expr, Selector, Shift, Subquery } from '../ast.ts'
import type { Selection } from '../select/source.ts'
import { type Timeline, timeAt } from '../values.ts'

export interface Span {
  /** What `@ start()` and `@ end()` mean. */
  readonly start: number
  readonly end: number
}

export const lookbackMillis = 5 * 60_000
/** Of subqueries that do not say theirs. */
export const defaultStepMillis = 60_000

/** The time that a selector looks back from. */
export function referenceOf({ at, offset }: Shift, span: Span, time: number): number {
  const base = at === undefined ? time : at === 'start' ? span.start : at === 'end' ? span.end : at
  return base - offset
}

/** The times at which the inside of a subquery is evaluated: multiples of its step. */
export function innerTimeline(subquery: Subquery, span: Span, outer: Timeline): Timeline {
  const step = subquery.step ?? defaultStepMillis
  const first = referenceOf(subquery, span, outer.start) - subquery.range
  const last = referenceOf(subquery, span, timeAt(outer, Math.max(outer.count - 1, 0)))
  let start = step * Math.trunc(first / step)
  if (start <= first) start += step
  return { start, step, count: Math.max(0, Math.floor((last - start) / step) + 1) }
}

export interface Need {
  readonly selector: Selector
  readonly selection: Selection
}

/** What every selector of the query needs; one within a subquery that has no times needs nothing. */
export function* needsOf(expr: Expr, span: Span, timeline: Timeline): Generator<Need> {
  switch (expr.kind) {
    case 'selector': {
      if (timeline.count === 0) return
      const first = referenceOf(expr, span, timeline.start)
      const last = referenceOf(expr, span, timeAt(timeline, timeline.count - 1))
      const window = expr.range ?? lookbackMillis
      const looks = first < last && timeline.step > window ? { last, step: timeline.step, window } : undefined
      const selection = { matchers: expr.matchers, from: first - window, to: last, ...(looks && { looks }) }
      yield { selector: expr, selection }
      return
    }
    case 'subquery':
      yield* needsOf(expr.expr, span, innerTimeline(expr, span, timeline))
      return
    case 'call':
      for (const arg of expr.args) yield* needsOf(arg, span, timeline)
      return
    case 'aggregate':
      if (expr.param) yield* needsOf(expr.param, span, timeline)
      yield* needsOf(expr.expr, span, timeline)
      return
    case 'binary':
      yield* needsOf(expr.lhs, span, timeline)
      yield* needsOf(expr.rhs, span, timeline)
      return
    case 'negate':
    case 'plus':
    case 'paren':
      yield* needsOf(expr.expr, span, timeline)
  }
}
