// When a request came, as its rows need to know it: the value of _TimeReceived and the bounds of believable times.

import type { Clock } from '../../core/clock.ts'
import { ticksOf } from '../../core/clock.ts'
import { engineText } from './instant.ts'

export interface Arrival {
  /** Unique among the requests of this server: the rows of a request can be found again by it. */
  readonly arrival: string
  readonly earliest: string
  readonly latest: string
  readonly keepTime: boolean
  /** The time that a table which keeps rows so many days has no rows before. */
  readonly oldest: (retentionDays: number) => string
  /** The JSON members that all rows of the request share, by whether they are billable. */
  readonly constants: Readonly<Record<'True' | 'False', string>>
}

const dayTicks = 864_000_000_000n

/**
 * Rows up to two days old or one day ahead keep their time.
 * https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns#timegenerated
 */
export function arrivalAt(ticks: bigint, keepTime: boolean): Arrival {
  const arrival = engineText(ticks)
  const bounds = new Map<number, string>()
  const shared = (billable: string) => `"_TimeReceived":"${arrival}","_IsBillable":"${billable}"`
  return {
    arrival,
    earliest: engineText(ticks - 2n * dayTicks),
    latest: engineText(ticks + dayTicks),
    keepTime,
    oldest: (days) => {
      const known = bounds.get(days) ?? engineText(ticks - BigInt(days) * dayTicks)
      bounds.set(days, known)
      return known
    },
    constants: { True: shared('True'), False: shared('False') },
  }
}

/** Ticks of the clock, each given out once: equal times are 100 ns apart. */
export function arrivals(clock: Clock): () => bigint {
  let last = 0n
  return () => {
    const now = ticksOf(clock.now())
    last = now > last ? now : last + 1n
    return last
  }
}
