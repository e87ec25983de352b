// Between stored samples and values at the times of a timeline.
import { type Series, type StoredSeries, type Timeline, timeAt } from '../values.ts'
import { lookbackMillis } from './times.ts'

/** For each time the newest sample of the five minutes before, if the series has not ended; undefined: there is none at any time. */
export function latest(
  { labels, times: taken, values: stored, stale }: StoredSeries,
  timeline: Timeline,
  reference: (time: number) => number,
): Series | undefined {
  const { count } = timeline
  const values = new Float64Array(count)
  const present = new Uint8Array(count)
  const times = new Float64Array(count)
  let behind = 0
  let has = false
  for (let index = 0; index < count; index++) {
    const now = reference(timeAt(timeline, index))
    while (behind < taken.length && (taken[behind] ?? 0) <= now) behind++
    const at = behind - 1
    if (at < 0 || (taken[at] ?? 0) <= now - lookbackMillis || stale?.[at] === 1) continue
    values[index] = stored[at] ?? 0
    times[index] = taken[at] ?? 0
    present[index] = 1
    has = true
  }
  return has ? { labels, values, present, times } : undefined
}

/** The values of a subquery as samples. */
export function storedOf({ labels, values, present }: Series, timeline: Timeline): StoredSeries {
  const isThere = (_: number, index: number) => present[index] === 1
  const times = Float64Array.from({ length: timeline.count }, (_, index) => timeAt(timeline, index))
  return { labels, times: times.filter(isThere), values: values.filter(isThere) }
}
