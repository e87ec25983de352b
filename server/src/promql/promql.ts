// Runs PromQL over a workspace's stored series, and says which series, labels and metrics there are.
// https://prometheus.io/docs/prometheus/latest/querying/api/
import type { Clock } from '../core/clock.ts'
import { ServerError } from '../core/errors.ts'
import type { Expr, Selector } from './ast.ts'
import { PromqlError } from './errors.ts'
import { evaluate, windowsOf } from './evaluate/evaluate.ts'
import { needsOf, type Span } from './evaluate/times.ts'
import { withoutStale } from './functions/windows.ts'
import { compareLabels, type Labels, noLabels } from './labels.ts'
import { type Notices, notesOf } from './notices.ts'
import { typeName, typeOf } from './parse/check.ts'
import { parse } from './parse/parse.ts'
import type { Selection, SeriesSource } from './select/source.ts'
import { type Series, type StoredSeries, sameLabels, type Timeline, timeAt, type Value } from './values.ts'

/** Time in milliseconds and value. */
export type Point = readonly [time: number, value: number]

export type PromqlResult =
  | { readonly type: 'scalar'; readonly point: Point }
  | { readonly type: 'string'; readonly time: number; readonly text: string }
  | { readonly type: 'vector'; readonly samples: readonly { readonly labels: Labels; readonly point: Point }[] }
  | {
      readonly type: 'matrix'
      readonly series: readonly { readonly labels: Labels; readonly points: readonly Point[] }[]
    }

export interface PromqlAnswer extends Notices {
  readonly result: PromqlResult
}

export interface PromqlParts {
  readonly clock: Clock
  /** Values that a query may load, and hold at each of its steps. */
  readonly maxSamples: number
}

export interface Range {
  readonly start: number
  readonly end: number
  readonly step: number
}

export interface Running extends PromqlParts {
  readonly source: SeriesSource
  readonly signal?: AbortSignal
}

/** The value of a query at one time. */
export async function instantAnswer(text: string, time: number, running: Running): Promise<PromqlAnswer> {
  const expr = parse(text)
  const timeline = { start: time, step: 1, count: 1 }
  const span = { start: time, end: time }
  if (typeOf(expr) === 'matrix') return rawAnswer(expr, text, { timeline, span, running })
  const { value, notices } = await evaluated(expr, text, { timeline, span, running })
  return { result: instantResult(value, time), ...notices }
}

/** The values of a query from `start` to `end`. */
export async function rangeAnswer(text: string, { start, end, step }: Range, running: Running): Promise<PromqlAnswer> {
  const expr = parse(text)
  const type = typeOf(expr)
  if (type !== 'scalar' && type !== 'vector') {
    const message = `invalid expression type "${typeName(type)}" for range query, must be Scalar or instant Vector`
    throw new PromqlError('bad_data', message)
  }
  const timeline = { start, step, count: Math.floor((end - start) / step) + 1 }
  const { value, notices } = await evaluated(expr, text, { timeline, span: { start, end }, running })
  const series = seriesIn(value, timeline).toSorted((a, b) => compareLabels(a.labels, b.labels))
  return { result: { type: 'matrix', series }, ...notices }
}

interface Asked {
  readonly timeline: Timeline
  readonly span: Span
  readonly running: Running
}

async function evaluated(expr: Expr, text: string, asked: Asked) {
  const { evaluation, notices } = await evaluationOf(expr, text, asked)
  const value = await evaluate(expr, asked.timeline, evaluation)
  return { value, notices: notices() }
}

async function evaluationOf(expr: Expr, text: string, asked: Asked) {
  const { span, running } = asked
  const { notes, notices } = notesOf(text)
  const samples = await loaded(expr, asked)
  const evaluation = { span, samples, notes, maxSamples: running.maxSamples, breathe: breathing(running) }
  return { evaluation, notices }
}

/** One selector after the other; two that ask the same share an answer. */
async function loaded(expr: Expr, { timeline, span, running }: Asked): Promise<Map<Selector, readonly StoredSeries[]>> {
  const samples = new Map<Selector, readonly StoredSeries[]>()
  const known = new Map<string, readonly StoredSeries[]>()
  for (const { selector, selection } of needsOf(expr, span, timeline)) {
    const key = keyOf(selection)
    const series = known.get(key) ?? (await running.source.select(selection))
    known.set(key, series)
    samples.set(selector, series)
  }
  return samples
}

function keyOf({ matchers, from, to, looks }: Selection): string {
  return JSON.stringify([
    from,
    to,
    looks?.step,
    looks?.window,
    ...matchers.map(({ label, op, value }) => [label, op, value]),
  ])
}

const longestTurn = 20

/** Gives way to other work now and then. */
function breathing({ clock, signal }: Running): () => Promise<void> | undefined {
  let since = clock.now()
  return () => {
    if (clock.now() - since < longestTurn) return undefined
    return new Promise<void>((resume, refuse) => {
      setImmediate(() => {
        since = clock.now()
        if (!signal?.aborted) return resume()
        const { reason } = signal
        refuse(reason instanceof ServerError ? reason : new ServerError('queryCancelled'))
      })
    })
  }
}

/** A range vector by itself: its samples. */
async function rawAnswer(expr: Expr, text: string, asked: Asked): Promise<PromqlAnswer> {
  const { evaluation, notices } = await evaluationOf(expr, text, asked)
  const { series: stored, range, end } = await windowsOf(expr, asked.timeline, evaluation)
  const series = stored.flatMap((one) => {
    const { labels, times, values } = withoutStale(one)
    const points: Point[] = []
    for (const [i, time] of times.entries())
      if (time > end(0) - range && time <= end(0)) points.push([time, values[i] ?? 0])
    return points.length > 0 ? [{ labels, points }] : []
  })
  checkDistinct(series.map(({ labels }) => labels))
  return {
    result: { type: 'matrix', series: series.toSorted((a, b) => compareLabels(a.labels, b.labels)) },
    ...notices(),
  }
}

function instantResult(value: Value, time: number): PromqlResult {
  if (value.type === 'string') return { type: 'string', time, text: value.text }
  if (value.type === 'scalar') return { type: 'scalar', point: [time, value.values[0] ?? Number.NaN] }
  const there = value.series.filter(({ present }) => present[0] === 1)
  checkDistinct(there.map(({ labels }) => labels))
  return { type: 'vector', samples: there.map(({ labels, values }) => ({ labels, point: [time, values[0] ?? 0] })) }
}

function seriesIn(value: Value, timeline: Timeline) {
  if (value.type === 'string') throw new Error('a text over a range')
  if (value.type === 'vector') checkDistinct(value.series.map(({ labels }) => labels))
  const all = value.type === 'vector' ? value.series : [scalarSeries(value.values)]
  return all.map(({ labels, values, present }) => {
    const points: Point[] = []
    for (let index = 0; index < timeline.count; index++)
      if (present[index] === 1) points.push([timeAt(timeline, index), values[index] ?? 0])
    return { labels, points }
  })
}

function scalarSeries(values: Float64Array): Series {
  return { labels: noLabels, values, present: new Uint8Array(values.length).fill(1) }
}

function checkDistinct(all: readonly Labels[]): void {
  if (new Set(all.map(({ key }) => key)).size < all.length) throw new PromqlError('execution', sameLabels)
}
