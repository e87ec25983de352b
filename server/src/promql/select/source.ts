// Where samples come from. The engine's adapter is kql.ts; tests have series in memory.
import type { Matcher } from '../ast.ts'
import type { StoredSeries } from '../values.ts'

/** Evaluation looks back from `last`, `last - step`, … and no further than `window`. */
export interface Looks {
  readonly last: number
  readonly step: number
  readonly window: number
}

/** Samples with `from < time <= to`, in milliseconds, of the series that all matchers take. */
export interface Selection {
  readonly matchers: readonly Matcher[]
  readonly from: number
  readonly to: number
  /** Samples that none of them sees may be left out. */
  readonly looks?: Looks
}

export interface SeriesSource {
  /** In the order of their labels; times rise and none comes twice. */
  select(selection: Selection): Promise<readonly StoredSeries[]>
}
