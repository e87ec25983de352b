// Selections as KQL over PrometheusMetrics, run by the query service: rights, limits and the audit are those of every query.
// One row comes for each series, with its samples in lists; rows for each sample would cost many times as much.
import type { Cell, Row } from '@conshelf/kql'
import type { Principal } from '../../access/principal.ts'
import type { Workspace } from '../../catalog/types.ts'
import type { Client, QueryService } from '../../query/types.ts'
import type { Matcher } from '../ast.ts'
import { PromqlError } from '../errors.ts'
import { compareLabels, type Labels, labelsOf, labelsText, metricName, type Pair } from '../labels.ts'
import { ascending } from '../numbers.ts'
import { alternatives } from '../parse/regex.ts'
import type { StoredSeries } from '../values.ts'
import type { Selection, SeriesSource } from './source.ts'

/** On whose behalf a query runs. */
export interface Caller {
  readonly workspace: Workspace
  readonly principal: Principal
  readonly client: Client
  readonly signal: AbortSignal
  readonly maxMillis?: number
}

/** Beyond what an answer holds for people: these rows are read here. */
const options = { truncationmaxrecords: 5_000_000, truncationmaxsize: 1024 ** 3 }

/** All rows of one KQL query; `comment` is what it was made of, for the audit. */
export async function* rowsOf(queries: QueryService, caller: Caller, kql: string): AsyncGenerator<Row> {
  const { workspace, principal, client, signal, maxMillis } = caller
  const parts = queries.run({
    text: kql,
    workspaces: [workspace],
    principal,
    client,
    signal,
    profile: 'api',
    options,
    ...(maxMillis === undefined ? {} : { maxMillis }),
  })
  for await (const part of parts) {
    if (part.kind === 'rows') yield* part.rows
    if (part.kind === 'end' && part.truncated) throw new PromqlError('execution', tooMany)
  }
}

export const tooMany = 'query processing would load too many samples into memory in query execution'

export interface KqlSourceParts {
  readonly queries: QueryService
  readonly caller: Caller
  /** Samples that one query may load. */
  readonly maxSamples: number
  /** Goes before each query. */
  readonly comment: string
}

/** The samples of all selections of one query together are bounded. */
export function kqlSource({ queries, caller, maxSamples, comment }: KqlSourceParts): SeriesSource {
  let loaded = 0
  return {
    async select(selection) {
      const byLabels = new Map<string, Gathered>()
      for await (const row of rowsOf(queries, caller, `${commentOf(comment)}${selectionKql(selection)}`)) {
        const read = readRow(row, selection.from)
        loaded += read.times.length
        if (loaded > maxSamples) throw new PromqlError('execution', tooMany)
        const known = byLabels.get(read.labels.key)
        if (known) known.parts.push(read)
        else byLabels.set(read.labels.key, { labels: read.labels, parts: [read] })
      }
      return [...byLabels.values()].map(seriesOf).sort((a, b) => compareLabels(a.labels, b.labels))
    },
  }
}

function commentOf(text: string): string {
  return `// PromQL: ${text.replace(/\s+/g, ' ').slice(0, 2_000)}\n`
}

export function selectionKql({ matchers, from, to, looks }: Selection): string {
  return [
    ...scanKql(matchers, from, to),
    `| extend At = tolong((TimeGenerated - ${instant(from)}) / 1ms)`,
    ...(looks ? [`| where (${looks.last - from} - At) % ${looks.step} < ${looks.window}`] : []),
    '| summarize Times = make_list_if(At, isnotnull(Value)), Values = make_list_if(Value, isnotnull(Value)), ' +
      'Ends = make_list_if(At, isnull(Value) and IsStale), Native = countif(isnull(Value) and isnotnull(Histogram)) by Name, Labels = dynamic_to_json(Labels)',
    '| project Name, Labels, Times, Values, Ends, Native',
  ].join('\n')
}

/** Rows of PrometheusMetrics that the matchers take, of `from < time <= to`. */
export function scanKql(matchers: readonly Matcher[], from: number, to: number): readonly string[] {
  const times = `| where TimeGenerated > ${instant(from)} and TimeGenerated <= ${instant(to)}`
  return ['PrometheusMetrics', times, ...matchers.map((matcher) => `| where ${conditionOf(matcher)}`)]
}

/** What a datetime holds. */
const earliest = -62_135_596_800_000
const latest = 253_402_300_799_999

export function instant(millis: number): string {
  return `datetime(${new Date(Math.min(Math.max(millis, earliest), latest)).toISOString()})`
}

function conditionOf({ label, op, value }: Matcher): string {
  const column = label === metricName ? 'Name' : `tostring(Labels[${quoted(label)}])`
  if (op === '=') return `${column} == ${quoted(value)}`
  if (op === '!=') return `${column} != ${quoted(value)}`
  const texts = alternatives(value)
  if (texts) return `${column} ${op === '=~' ? 'in' : '!in'} (${texts.map(quoted).join(', ')})`
  const matches = `${column} matches regex ${quoted(`^(?s:${value})$`)}`
  return op === '=~' ? matches : `not(${matches})`
}

export function quoted(text: string): string {
  return JSON.stringify(text)
}

interface Read {
  readonly labels: Labels
  readonly times: Float64Array
  readonly values: Float64Array
  readonly ends: Float64Array
}

interface Gathered {
  readonly labels: Labels
  readonly parts: Read[]
}

/** The engine's lists end there. */
const longestList = 1_048_576

function readRow([name, labels, times, values, ends, natives]: Row, from: number): Read {
  const known = labelsOf(pairsOf(String(name), String(labels)))
  if (Number(natives) > 0)
    throw new PromqlError('execution', `native histograms are not supported, but ${labelsText(known)} has some`)
  const read = { labels: known, times: numbers(times, from), values: numbers(values), ends: numbers(ends, from) }
  if (read.times.length >= longestList || read.ends.length >= longestList) throw new PromqlError('execution', tooMany)
  if (read.times.length !== read.values.length) throw new Error('a series has not one time for each value')
  return read
}

/** Name and labels of a series as they are stored. */
export function pairsOf(name: string, labels: string): readonly Pair[] {
  const parsed: unknown = JSON.parse(labels === '' ? '{}' : labels)
  const pairs = Object.entries(parsed ?? {}).map(([label, value]): Pair => [label, String(value)])
  return [[metricName, name], ...pairs]
}

const named: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

function numbers(cell: Cell | undefined, shift = 0): Float64Array {
  const list = JSON.parse(String(cell ?? '[]')) as readonly (number | string)[]
  const found = new Float64Array(list.length)
  list.forEach((one, i) => {
    found[i] = shift + (typeof one === 'number' ? one : (named[one] ?? Number(one)))
  })
  return found
}

function seriesOf({ labels, parts }: Gathered): StoredSeries {
  const [first] = parts
  if (first && parts.length === 1 && first.ends.length === 0 && isRising(first.times))
    return { labels, times: first.times, values: first.values }
  return inOrder(labels, parts)
}

function isRising(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if ((times[i - 1] ?? 0) >= (times[i] ?? 0)) return false
  return true
}

/** Of samples with the same time one stays: a value before an end, and of values the greatest. */
function inOrder(labels: Labels, parts: readonly Read[]): StoredSeries {
  const times = joined(parts.flatMap((part) => [part.times, part.ends]))
  const values = joined(parts.flatMap((part) => [part.values, new Float64Array(part.ends.length).fill(Number.NaN)]))
  const stale = joined(
    parts.flatMap((part) => [new Float64Array(part.times.length), new Float64Array(part.ends.length).fill(1)]),
  )
  const at = (all: Float64Array, index: number): number => all[index] ?? 0
  const order = Uint32Array.from(times, (_, i) => i).sort(
    (a, b) => at(times, a) - at(times, b) || at(stale, b) - at(stale, a) || ascending(at(values, a), at(values, b)),
  )
  const kept = order.filter((index, i) => i + 1 === order.length || at(times, order[i + 1] ?? 0) !== at(times, index))
  const picked = (all: Float64Array) => Float64Array.from(kept, (index) => at(all, index))
  return {
    labels,
    times: picked(times),
    values: picked(values),
    ...(stale.includes(1) && { stale: Uint8Array.from(kept, (index) => at(stale, index)) }),
  }
}

function joined(arrays: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const array of arrays) {
    all.set(array, at)
    at += array.length
  }
  return all
}
