// When a rule runs. Pure; milliseconds. Nominal times are multiples of the frequency after it was made or changed; a run begins
// later than that, so that rows which are on their way have arrived, and looks back from its nominal time.
// https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview#query-scheduling-and-alert-threshold

export interface RuleState {
  /** Nominal time of the last run. */
  readonly lastRun?: number
  /** The last run failed once and is tried once more. */
  readonly isRetried?: boolean
  /** Runs that failed since the last good one. */
  readonly failures: number
  readonly suppressedUntil?: number
}

export const delays = { Scheduled: 5 * 60_000, NRT: 2 * 60_000 } as const
export const mostFailures = 5
/** Runs that a standstill left out are made up for, so many of them. */
const mostMissed = 20

/** Nominal times of the runs to be made now, the oldest first. */
export function dueRuns(
  { lastRun }: RuleState,
  { modified, frequency, delay }: { readonly modified: number; readonly frequency: number; readonly delay: number },
  now: number,
): readonly number[] {
  const next = lastRun === undefined || lastRun < modified ? modified : lastRun + frequency
  const latest = now - delay
  if (next > latest) return []
  const missed = Math.floor((latest - next) / frequency)
  const from = next + Math.max(0, missed - mostMissed + 1) * frequency
  return Array.from({ length: Math.floor((latest - from) / frequency) + 1 }, (_, n) => from + n * frequency)
}

/** What a run leaves behind. */
export function afterRun(
  state: RuleState,
  at: number,
  run: 'failed' | { readonly alerts: number; readonly suppression: number },
): RuleState {
  if (run === 'failed') {
    if (!state.isRetried) return { ...state, isRetried: true }
    return { lastRun: at, failures: state.failures + 1 }
  }
  const suppressed = run.alerts > 0 && run.suppression > 0 ? { suppressedUntil: at + run.suppression } : {}
  return { lastRun: at, failures: 0, ...suppressed }
}
