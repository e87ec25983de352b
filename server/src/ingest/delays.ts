// How long records are under way: from the time they give to their arrival, as a histogram of a receiver. Of each 16
// records one is measured, as reading a time costs more than counting.

/** Upper bounds of the buckets, in seconds; one more bucket holds what is later. */
export const delayBounds = [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, 86_400] as const

export interface DelayCounts {
  /** Measured records, by bucket. */
  readonly buckets: readonly number[]
  readonly count: number
  readonly seconds: number
}

export interface Delays {
  /** Whether the record at hand is to be measured. */
  isDue(): boolean
  add(millis: number): void
  counts(): DelayCounts
}

const every = 16

export function createDelays(): Delays {
  const buckets = delayBounds.map(() => 0).concat(0)
  let records = 0
  let count = 0
  let seconds = 0
  return {
    isDue: () => records++ % every === 0,
    add(millis) {
      // A time ahead of ours is no time under way.
      const delay = Math.max(0, millis / 1000)
      const at = delayBounds.findIndex((bound) => delay <= bound)
      const bucket = at === -1 ? delayBounds.length : at
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
      count++
      seconds += delay
    },
    counts: () => ({ buckets: [...buckets], count, seconds }),
  }
}

export const noDelays: DelayCounts = createDelays().counts()

export function sumOfDelays(a: DelayCounts, b: DelayCounts): DelayCounts {
  const buckets = a.buckets.map((number, at) => number + (b.buckets[at] ?? 0))
  return { buckets, count: a.count + b.count, seconds: a.seconds + b.seconds }
}

/**
 * Seconds that so large a share of the records stayed below, taken as spread evenly over its bucket; undefined: none was
 * measured. https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function delayQuantile({ buckets, count }: DelayCounts, share: number): number | undefined {
  if (count === 0) return undefined
  let below = 0
  for (const [at, upper] of delayBounds.entries()) {
    const inside = buckets[at] ?? 0
    if (inside > 0 && below + inside >= share * count) {
      const lower = delayBounds[at - 1] ?? 0
      return lower + ((upper - lower) * (share * count - below)) / inside
    }
    below += inside
  }
  return delayBounds.at(-1)
}
