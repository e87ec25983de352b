// Rounds of collection: each begins at a multiple of the interval, so that rows of one minute have one time.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../core/clock.ts'

/** Until aborted. A round that takes longer than the interval is followed by the next one that is due, none is made up for. */
export async function everyInterval(
  millis: number,
  clock: Clock,
  signal: AbortSignal,
  round: (startedAt: number) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const now = clock.now()
    await sleep(millis - (now % millis), undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    const startedAt = clock.now()
    await round(startedAt - (startedAt % 1000))
  }
}
