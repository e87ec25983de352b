// Runs cases/*.test over samples in memory. What they expect comes from Prometheus' documentation, or by hand.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../core/clock.ts'
import type { Matcher } from '../ast.ts'
import { compareLabels, labelsText, labelValue } from '../labels.ts'
import { wholeRegex } from '../parse/regex.ts'
import { instantAnswer, type Point, type PromqlAnswer, rangeAnswer } from '../promql.ts'
import type { SeriesSource } from '../select/source.ts'
import type { StoredSeries } from '../values.ts'
import { commandsOf, type Eval, type Load, type LoadedSeries } from './format.ts'

const folder = process.env.PROMQL_CASES ?? import.meta.dirname

for (const file of readdirSync(folder).filter((name) => name.endsWith('.test'))) {
  describe(file, () => {
    let loads: readonly Load[] = []
    for (const command of commandsOf(readFileSync(join(folder, file), 'utf8'))) {
      if (command.kind === 'clear') loads = []
      else if (command.kind === 'load') loads = [...loads, command]
      else {
        const source = sourceOf(loads)
        test(`${command.line}: ${command.query}`, () => check(command, source))
      }
    }
  })
}

function sourceOf(loads: readonly Load[]): SeriesSource {
  const all = loads.flatMap(({ interval, series }) => series.map((one) => storedOf(one, interval)))
  return {
    async select({ matchers, from, to }) {
      const taken = all.filter(({ labels }) =>
        matchers.every((matcher) => takes(matcher, labelValue(labels, matcher.label))),
      )
      const within = taken.map((series) => between(series, from, to)).filter(({ times }) => times.length > 0)
      return within.sort((a, b) => compareLabels(a.labels, b.labels))
    },
  }
}

function takes({ op, value }: Matcher, text: string): boolean {
  const is = op === '=' || op === '!=' ? text === value : wholeRegex(value).test(text)
  return is === !op.startsWith('!')
}

function storedOf({ labels, values }: LoadedSeries, interval: number): StoredSeries {
  const samples = values.flatMap((value, i) => (value === undefined ? [] : [{ time: i * interval, value }]))
  return {
    labels,
    times: Float64Array.from(samples, ({ time }) => time),
    values: Float64Array.from(samples, ({ value }) => value ?? Number.NaN),
    stale: Uint8Array.from(samples, ({ value }) => Number(value === null)),
  }
}

function between({ labels, times, values, stale }: StoredSeries, from: number, to: number): StoredSeries {
  const isIn = (_: number, i: number) => (times[i] ?? 0) > from && (times[i] ?? 0) <= to
  return { labels, times: times.filter(isIn), values: values.filter(isIn), ...(stale && { stale: stale.filter(isIn) }) }
}

async function check(wanted: Eval, source: SeriesSource): Promise<void> {
  const running = { source, clock: systemClock, maxSamples: 1_000_000 }
  const { query, start, end, step, expectations } = wanted
  const ask = () =>
    step === 0 ? instantAnswer(query, start, running) : rangeAnswer(query, { start, end, step }, running)
  const failure = expectations.find((one) => one.startsWith('fail'))
  if (failure !== undefined) {
    const message = /^fail (?:msg: ?(.+)|regex: ?(.+))$/.exec(failure)
    const failed = expect(ask()).rejects
    await (message?.[1]
      ? failed.toThrow(message[1])
      : message?.[2]
        ? failed.toThrow(new RegExp(message[2]))
        : failed.toThrow())
    return
  }
  const answer = await ask()
  for (const kind of ['info', 'warn'] as const) {
    const count = (kind === 'info' ? answer.infos : answer.warnings).length
    if (expectations.some((one) => one.split(' ')[0] === kind)) expect(count, kind).toBeGreaterThan(0)
    if (expectations.includes(`no_${kind}`)) expect(count, kind).toBe(0)
  }
  compare(answer, wanted)
}

function compare({ result }: PromqlAnswer, wanted: Eval): void {
  const { expectations, series, scalar } = wanted
  const text = expectations.find((one) => /^string\b/.test(one))
  if (result.type === 'string') expect(result.text).toBe(text?.slice(7) ?? '')
  else if (result.type === 'scalar') expectValue(result.point[1], scalar, wanted.query)
  else {
    const found =
      result.type === 'vector'
        ? result.samples.map(({ labels, point }) => ({ labels, points: [point] }))
        : result.series
    const isOrdered = expectations.includes('ordered')
    const names = (all: readonly { readonly labels: LoadedSeries['labels'] }[]) => {
      const texts = all.map(({ labels }) => labelsText(labels))
      return isOrdered ? texts : texts.sort()
    }
    expect(names(found)).toEqual(names(series))
    const range = rangeOf(wanted)
    for (const { labels, values } of series) {
      const points = found.find((one) => one.labels.key === labels.key)?.points ?? []
      expectPoints(points, values, { ...range, query: `${wanted.query} ${labelsText(labels)}` })
    }
  }
}

/** Of the values of a range vector: `expect range vector from 0s to 1m step 10s`. */
function rangeOf({ expectations, start, step }: Eval): { readonly start: number; readonly step: number } {
  const range = expectations.map((one) => /^range vector from (\S+) to \S+ step (\S+)$/.exec(one)).find((one) => one)
  const seconds = (text = '') => (/m$/.test(text) ? 60_000 : 1_000) * Number.parseFloat(text)
  return range ? { start: seconds(range[1]), step: seconds(range[2]) } : { start, step }
}

interface Grid {
  readonly start: number
  readonly step: number
  readonly query: string
}

function expectPoints(points: readonly Point[], values: LoadedSeries['values'], { start, step, query }: Grid): void {
  const wanted = values.flatMap((value, i) =>
    value === undefined || value === null ? [] : [[start + i * step, value] as const],
  )
  expect(
    points.map(([time]) => time),
    query,
  ).toEqual(wanted.map(([time]) => time))
  for (const [i, [, value]] of wanted.entries()) expectValue(points[i]?.[1], value, query)
}

function expectValue(found: number | undefined, wanted: number | undefined, query: string): void {
  if (found === undefined || wanted === undefined || !Number.isFinite(wanted) || !Number.isFinite(found))
    expect(found, query).toBe(wanted)
  else
    expect(Math.abs(found - wanted), `${query}: ${found}, not ${wanted}`).toBeLessThanOrEqual(
      1e-9 * Math.max(Math.abs(wanted), 1e-3),
    )
}
