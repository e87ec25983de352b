// When a rule runs: at its making (or last change), and every period after that. Pure; times in milliseconds.
import { day, minute } from './rule.ts'

export interface Clockwork {
  /** When the rule was made or changed. */
  readonly since: number
  /** The time of its last run since then. */
  readonly lastRun?: number
}

/** Runs that were missed are made up for, each over its own window, as far back as this. */
export const catchUpMillis = day

/** Rows are on their way for a moment: a run over time up to `t` begins so much later. */
export const settleMillis = (frequency: number): number => Math.min(30_000, frequency / 12)

export interface Due {
  /** The times of the runs that are due, the oldest first. */
  readonly times: readonly number[]
  /** Runs that are too old to be made up for. */
  readonly skipped: number
}

export function due({ since, lastRun }: Clockwork, frequency: number, now: number): Due {
  const next = nextRun({ since, ...(lastRun === undefined ? {} : { lastRun }) }, frequency)
  const settled = lastRun === undefined ? now : now - settleMillis(frequency)
  const skipped = Math.max(0, Math.ceil((now - catchUpMillis - next) / frequency))
  const times: number[] = []
  for (let time = next + skipped * frequency; time <= settled; time += frequency) times.push(time)
  return { times, skipped }
}

export function nextRun({ since, lastRun }: Clockwork, frequency: number): number {
  return lastRun === undefined ? since : lastRun + frequency
}

/** A run that began so much later than it should have. */
export const isLate = (time: number, now: number): boolean => now - time > 2 * minute
