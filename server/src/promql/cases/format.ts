// Reads case files: `load` puts samples, `eval` asks, and the lines below it have what must come, as Prometheus' own tests do.
// https://github.com/prometheus/prometheus/blob/main/promql/promqltest/README.md

import { unwrapped } from '../ast.ts'
import { type Labels, labelsOf, metricName, type Pair } from '../labels.ts'
import { durationMillis, numberOf } from '../parse/literals.ts'
import { parse } from '../parse/parse.ts'

export interface LoadedSeries {
  readonly labels: Labels
  /** Undefined: no sample; null: the series ends. */
  readonly values: readonly (number | null | undefined)[]
}

export interface Load {
  readonly kind: 'load'
  readonly interval: number
  readonly series: readonly LoadedSeries[]
}

export interface Eval {
  readonly kind: 'eval'
  readonly line: number
  readonly query: string
  readonly start: number
  readonly end: number
  /** 0: at one time. */
  readonly step: number
  /** What stands behind `expect`. */
  readonly expectations: readonly string[]
  readonly series: readonly LoadedSeries[]
  readonly scalar?: number
}

export type Command = Load | Eval | { readonly kind: 'clear' }

export function commandsOf(text: string): readonly Command[] {
  const lines = text.split('\n').map((line, i) => ({ line: line.replace(/\s+$/, ''), number: i + 1 }))
  const blocks: { head: string; number: number; body: string[] }[] = []
  for (const { line, number } of lines) {
    if (line === '' || /^\s*#/.test(line)) continue
    if (/^\s/.test(line)) blocks.at(-1)?.body.push(line.trim())
    else blocks.push({ head: line, number, body: [] })
  }
  return blocks.map(({ head, number, body }) => commandOf(head, number, body))
}

function commandOf(head: string, line: number, body: readonly string[]): Command {
  if (head === 'clear') return { kind: 'clear' }
  const load = /^load (\S+)$/.exec(head)
  if (load) return { kind: 'load', interval: millis(load[1]), series: body.map(seriesOf) }
  const instant = /^eval instant at (\S+) (.+)$/.exec(head)
  const range = /^eval range from (\S+) to (\S+) step (\S+) (.+)$/.exec(head)
  const [, from, to, step, query] = range ?? [undefined, instant?.[1], instant?.[1], '0', instant?.[2]]
  if (query === undefined) throw new Error(`line ${line}: ${head}`)
  const expectations = body.filter((one) => one.startsWith('expect ')).map((one) => one.slice(7))
  const results = body.filter((one) => !one.startsWith('expect '))
  const scalar = results.length === 1 ? valueOfText(results[0] ?? '') : undefined
  const series = scalar === undefined ? results.map(seriesOf) : []
  const times = { start: millis(from), end: millis(to), step: millis(step) }
  return { kind: 'eval', line, query, ...times, expectations, series, ...(scalar !== undefined && { scalar }) }
}

function millis(text = ''): number {
  const found = durationMillis(text) ?? Math.round(Number(text) * 1000)
  if (!Number.isFinite(found)) throw new Error(`no duration: ${text}`)
  return found
}

function seriesOf(line: string): LoadedSeries {
  const [, metric = '', values = ''] = /^((?:[\w:]+)?(?:\{.*?\})?)(?:\s+(.*))?$/.exec(line) ?? []
  return { labels: labelsOfText(metric), values: values === '' ? [] : values.split(/\s+/).flatMap(sequence) }
}

function labelsOfText(text: string): Labels {
  if (text === '{}' || text === '') return labelsOf([])
  const expr = unwrapped(parse(text.replace('{}', '')))
  if (expr.kind !== 'selector') throw new Error(`no series: ${text}`)
  return labelsOf(expr.matchers.map(({ label, value }): Pair => [label === metricName ? metricName : label, value]))
}

/** `1`, `_`, `stale`, `1x3` (four times), `_x3` (three times), `0+10x4`. */
function sequence(text: string): readonly (number | null | undefined)[] {
  const gap = /^_(?:x(\d+))?$/.exec(text)
  if (gap) return new Array<undefined>(Number(gap[1] ?? 1)).fill(undefined)
  if (text === 'stale') return [null]
  const parts = /^([-+]?[\d.]+(?:e[-+]?\d+)?)(?:([-+][\d.]+(?:e[-+]?\d+)?))?x(\d+)$/.exec(text)
  if (!parts) return [valueOfText(text) ?? Number.NaN]
  const [first, delta, count] = [Number(parts[1]), Number(parts[2] ?? 0), Number(parts[3])]
  return Array.from({ length: count + 1 }, (_, i) => first + i * delta)
}

function valueOfText(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1
  const number = numberOf(text.replace(/^[-+]/, ''))
  return number === undefined ? undefined : sign * number
}
