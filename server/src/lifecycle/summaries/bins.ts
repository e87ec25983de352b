// Which pieces of time a summary rule has still to do, and which are due. Plain values: summary-rules.ts keeps them in the store.

import { unixEpochTicks } from '../../core/clock.ts'
import { parseInstant } from '../../core/time-range.ts'
import type { SummaryRuleBody } from '../../resources/kinds/summary-rule.ts'
import { InvalidResource } from '../../resources/resource.ts'

/** Times are milliseconds since 1970; a bin is named by its start. */
export interface Progress {
  /** The first bin in turn that is not done. */
  readonly next: number
  /** Bins that are done once more, or for the first time, on demand: from one, to before another. */
  readonly again: readonly { readonly from: number; readonly to: number }[]
  /** The bin that was begun and not ended, as far as is known. */
  readonly begun?: number
  readonly failures: number
  readonly notBefore: number
  /** Bins that were given up, one after another. */
  readonly skipped: number
}

const minute = 60_000
const hour = 60 * minute
/** As long as Azure waits at least, rounded up to minutes. */
const defaultDelay = 4

export const sizeOf = ({ properties }: SummaryRuleBody): number => properties.ruleDefinition.binSize * minute
export const delayOf = ({ properties }: SummaryRuleBody): number =>
  (properties.ruleDefinition.binDelay ?? defaultDelay) * minute

/** The first bin ends with the next whole hour, or begins when the rule says. Throws InvalidResource. */
export function firstBin(body: SummaryRuleBody, now: number): number {
  const { binStartTime } = body.properties.ruleDefinition
  const size = sizeOf(body)
  if (binStartTime === undefined || binStartTime === null) return Math.ceil(now / hour) * hour - size
  const ticks = parseInstant(binStartTime)
  if (ticks === undefined) throw invalid(`'${binStartTime}' is no time`)
  const start = Number((ticks - unixEpochTicks) / 10_000n)
  if (start % hour !== 0) throw invalid('must be a whole hour')
  if (start < now - size - hour)
    throw invalid('must not be earlier than one binSize before now; back-fill earlier bins')
  return start
}

export interface DueBin {
  readonly start: number
  /** Rows of it may be there already. */
  readonly isAgain: boolean
}

export function dueBin(body: SummaryRuleBody, progress: Progress, now: number): DueBin | undefined {
  if (now < progress.notBefore) return undefined
  const { next, again, begun } = progress
  if (next + sizeOf(body) + delayOf(body) <= now)
    return { start: next, isAgain: begun === next || progress.failures > 0 }
  const [first] = again
  return first && { start: first.from, isAgain: true }
}

/** After a bin was done or given up. */
export function advanced(body: SummaryRuleBody, progress: Progress, start: number, isDone: boolean): Progress {
  const { begun: _begun, ...rest } = progress
  const settled = { ...rest, failures: 0, notBefore: 0, skipped: isDone ? 0 : progress.skipped + 1 }
  if (start === progress.next) return { ...settled, next: start + sizeOf(body) }
  const again = progress.again.flatMap((range) => {
    const from = range.from === start ? start + sizeOf(body) : range.from
    return from < range.to ? [{ ...range, from }] : []
  })
  return { ...settled, again }
}

/** Bins that touch a range of past time, on the rule's grid and before the next in turn. Throws InvalidResource. */
export function binsWithin(body: SummaryRuleBody, { next }: Progress, from: number, to: number) {
  const size = sizeOf(body)
  const start = next - Math.ceil((next - from) / size) * size
  const end = Math.min(next, next - Math.floor((next - to) / size) * size)
  if (start >= end) throw new InvalidResource('summary rule', '/properties', 'the range holds no bin that is past')
  return { from: start, to: end }
}

/** How long a bin that failed so many times waits; undefined: it is given up. Ten attempts within eight hours. */
export function waitAfter(failures: number): number | undefined {
  const minutes = [1, 5, 15, 30, 60, 60, 60, 60, 120][failures - 1]
  return minutes === undefined ? undefined : minutes * minute
}

const invalid = (reason: string) =>
  new InvalidResource('summary rule', '/properties/ruleDefinition/binStartTime', reason)
