// What is computed with: the times of an evaluation, and series over them. A value is there or not, for each time.
import { PromqlError } from './errors.ts'
import type { Labels } from './labels.ts'

/** Times in milliseconds: `start`, `start + step`, … */
export interface Timeline {
  readonly start: number
  readonly step: number
  readonly count: number
}

export function timeAt({ start, step }: Timeline, index: number): number {
  return start + index * step
}

/** Samples as they are stored, in the order of their times. */
export interface StoredSeries {
  readonly labels: Labels
  readonly times: Float64Array
  readonly values: Float64Array
  /** 1 where a series ended; absent: nowhere. */
  readonly stale?: Uint8Array
}

/** Values at the times of a timeline. */
export interface Series {
  readonly labels: Labels
  readonly values: Float64Array
  readonly present: Uint8Array
  /** Of a selector's samples, when they were taken. */
  readonly times?: Float64Array
}

export type Value =
  | { readonly type: 'scalar'; readonly values: Float64Array }
  | { readonly type: 'vector'; readonly series: readonly Series[] }
  | { readonly type: 'string'; readonly text: string }

export const sameLabels = 'vector cannot contain metrics with the same labelset'

/** Puts series together by their labels: where two would have a value at the same time, it is an error. */
export class Gathering {
  readonly #count: number
  readonly #series = new Map<string, Series>()

  constructor({ count }: Timeline) {
    this.#count = count
  }

  seriesOf(labels: Labels): Series {
    const known = this.#series.get(labels.key)
    if (known) return known
    const made = { labels, values: new Float64Array(this.#count), present: new Uint8Array(this.#count) }
    this.#series.set(labels.key, made)
    return made
  }

  set({ values, present }: Series, index: number, value: number, message = sameLabels): void {
    if (present[index] === 1) throw new PromqlError('execution', message)
    present[index] = 1
    values[index] = value
  }

  /** Those that have a value anywhere. */
  get series(): readonly Series[] {
    return [...this.#series.values()].filter(({ present }) => present.includes(1))
  }
}
