// topk, bottomk, limitk: the series of each group that stay, at each time, with their labels.
// https://prometheus.io/docs/prometheus/latest/querying/operators/#topk-and-bottomk
import { PromqlError } from '../errors.ts'
import type { Series, Timeline, Value } from '../values.ts'
import type { Group } from './aggregate.ts'

interface Entry {
  readonly series: Series
  readonly value: number
}

type IsLess = (a: Entry, b: Entry) => boolean

/** Which entry is the next to give way; a value that is no number is before all. */
const orders: Readonly<Record<'topk' | 'bottomk', IsLess>> = {
  topk: (a, b) => Number.isNaN(a.value) || a.value < b.value,
  bottomk: (a, b) => Number.isNaN(a.value) || a.value > b.value,
}

export function chosen(
  op: 'topk' | 'bottomk' | 'limitk',
  groups: readonly Group[],
  series: readonly Series[],
  { timeline, wanted }: { readonly timeline: Timeline; readonly wanted: Float64Array },
): Value {
  const staying = new Map<Series, Series>()
  for (let index = 0; index < timeline.count; index++) {
    const most = wholeNumber(wanted[index] ?? Number.NaN)
    if (most < 1) continue
    for (const { members } of groups) {
      const entries = members.flatMap((one) =>
        one.present[index] === 1 ? [{ series: one, value: one.values[index] ?? 0 }] : [],
      )
      for (const entry of op === 'limitk' ? entries.slice(0, most) : best(entries, most, orders[op]))
        place(staying, entry, index)
    }
  }
  const kept = [...staying.values()]
  if (timeline.count === 1) return { type: 'vector', series: kept }
  return { type: 'vector', series: series.flatMap((one) => staying.get(one) ?? []) }
}

function place(staying: Map<Series, Series>, { series, value }: Entry, index: number): void {
  const { length } = series.values
  const out = staying.get(series) ?? {
    labels: series.labels,
    values: new Float64Array(length),
    present: new Uint8Array(length),
  }
  staying.set(series, out)
  out.values[index] = value
  out.present[index] = 1
}

function wholeNumber(wanted: number): number {
  if (Number.isNaN(wanted)) throw new PromqlError('execution', 'Parameter value is NaN')
  if (Math.abs(wanted) >= 2 ** 63) throw new PromqlError('execution', `Scalar value ${wanted} overflows int64`)
  return Math.trunc(wanted)
}

/** The best entries, best first. Of equal ones those stay that a heap keeps, so that the answer is that of Prometheus. */
function best(entries: readonly Entry[], most: number, isLess: IsLess): readonly Entry[] {
  const heap: Entry[] = []
  for (const entry of entries) {
    const least = heap[0]
    if (heap.length < most) {
      heap.push(entry)
      rise(heap, isLess)
    } else if (least && !Number.isNaN(entry.value) && isLess(least, entry)) {
      heap[0] = entry
      sink(heap, isLess)
    }
  }
  return heap.toSorted((a, b) => (isLess(a, b) ? (isLess(b, a) ? 0 : 1) : isLess(b, a) ? -1 : 0))
}

function swap(heap: Entry[], i: number, j: number): void {
  const [one, other] = [heap[i], heap[j]]
  if (one && other) [heap[i], heap[j]] = [other, one]
}

function lessAt(heap: readonly Entry[], i: number, j: number, isLess: IsLess): boolean {
  const [one, other] = [heap[i], heap[j]]
  return one !== undefined && other !== undefined && isLess(one, other)
}

function rise(heap: Entry[], isLess: IsLess): void {
  for (let at = heap.length - 1; at > 0; ) {
    const parent = Math.floor((at - 1) / 2)
    if (!lessAt(heap, at, parent, isLess)) return
    swap(heap, at, parent)
    at = parent
  }
}

function sink(heap: Entry[], isLess: IsLess): void {
  for (let at = 0; ; ) {
    const left = 2 * at + 1
    if (left >= heap.length) return
    const child = lessAt(heap, left + 1, left, isLess) ? left + 1 : left
    if (!lessAt(heap, child, at, isLess)) return
    swap(heap, at, child)
    at = child
  }
}
