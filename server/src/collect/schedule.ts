// Rounds of collection: each has a multiple of the interval as its time, so that rows of one minute have one time.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../core/clock.ts'

/** Until aborted. A round that takes longer than the interval is followed by the next one that is due, none is made up for. */
export async function everyInterval(
  millis: number,
  clock: Clock,
  signal: AbortSignal,
  round: (time: number) => Promise<void>,
): Promise<void> {
  const present = () => clock.now() - (clock.now() % millis)
  let last = present()
  while (!signal.aborted) {
    // A timer may fire a little early, which must not make two rounds of one time.
    const due = Math.max(present(), last) + millis
    await sleep(due - clock.now(), undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    last = Math.max(due, present())
    await round(last)
  }
}
