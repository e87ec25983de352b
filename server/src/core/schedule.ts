// Work that comes again and again: at every multiple of an interval by the clock, never twice at once.
import type { Clock } from './clock.ts'
import type { Log } from './log.ts'

export interface Schedule {
  /** Now, behind a round that is under way; for tests, and for what cannot wait. Resolves when it is done. */
  run(): Promise<void>
  /** No further round; resolves when the one under way has ended. */
  stop(): Promise<void>
}

export interface ScheduledWork {
  /** As the subject of a log line: `the deletion of old rows`. */
  readonly name: string
  readonly everyMillis: number
  /** After each multiple of the interval, so that what belongs before it has arrived. Default none. */
  readonly delayMillis?: number
  readonly clock: Clock
  readonly log: Log
  /** A round. What it throws is logged, and the next one comes all the same. */
  readonly work: (signal: AbortSignal) => Promise<void>
}

/** The longest that a timer sleeps: the clock may be set meanwhile. */
const longestMillis = 60_000

export function startSchedule({ name, everyMillis, delayMillis = 0, clock, log, work }: ScheduledWork): Schedule {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  const nextAfter = (now: number) => (Math.floor((now - delayMillis) / everyMillis) + 1) * everyMillis + delayMillis
  const run = () => {
    running = running.then(async () => {
      if (stopping.signal.aborted) return
      await work(stopping.signal).catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: error }, `${name} failed; it is tried again at its next time`)
      })
    })
    return running
  }
  const plan = (due: number) => {
    if (stopping.signal.aborted) return
    const wait = due - clock.now()
    const wake = () => (clock.now() >= due ? void run().finally(() => plan(nextAfter(clock.now()))) : plan(due))
    timer = setTimeout(wake, Math.max(1, Math.min(wait, longestMillis)))
    timer.unref()
  }
  plan(nextAfter(clock.now()))
  return {
    run,
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }
}
