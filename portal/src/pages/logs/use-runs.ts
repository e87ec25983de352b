// Running queries: the state of the last run of each tab, and cancelling.
import { useCallback, useRef, useState } from 'react'
import { ApiError, fromDiagnostic, type Problem, unreachable } from '../../api/errors.ts'
import { type QueryRequest, runQuery } from '../../api/query.ts'
import type { QueryAnswer } from '../../api/types.ts'
import { now, stopwatch } from '../../clock.ts'
import { type Origin, placedProblems } from '../../kql/place-problems.ts'

export interface RunRequest extends QueryRequest {
  /** Where in the tab's text the query stands. */
  readonly origin: Origin
  /** The tab's text when the query was taken from it. */
  readonly document: string
  /** The time range in words. */
  readonly rangeLabel: string
}

export type Run =
  | {
      readonly phase: 'running'
      readonly request: RunRequest
      readonly startedAt: number
      readonly before: Finished | undefined
    }
  | Finished

export type Finished =
  | {
      readonly phase: 'done'
      readonly request: RunRequest
      readonly answer: QueryAnswer
      /** At places of the tab's whole text. */
      readonly warnings: readonly Problem[]
      readonly elapsed: number
      readonly finishedAt: number
    }
  | {
      readonly phase: 'failed'
      readonly request: RunRequest
      readonly error: ApiError
      /** At places of the tab's whole text. */
      readonly problems: readonly Problem[]
      readonly elapsed: number
    }
  | { readonly phase: 'cancelled'; readonly request: RunRequest; readonly elapsed: number }

export interface Runs {
  readonly of: (tab: string) => Run | undefined
  readonly start: (tab: string, request: RunRequest) => void
  readonly cancel: (tab: string) => void
}

export function useRuns(): Runs {
  const [runs, setRuns] = useState<ReadonlyMap<string, Run>>(new Map())
  const aborts = useRef(new Map<string, AbortController>())
  const put = useCallback((tab: string, run: Run) => setRuns((before) => new Map(before).set(tab, run)), [])
  const cancel = useCallback((tab: string) => aborts.current.get(tab)?.abort(), [])
  const start = useCallback(
    (tab: string, request: RunRequest) => {
      aborts.current.get(tab)?.abort()
      const abort = new AbortController()
      aborts.current.set(tab, abort)
      setRuns((all) =>
        new Map(all).set(tab, { phase: 'running', request, startedAt: now(), before: finished(all.get(tab)) }),
      )
      void perform(request, abort.signal).then((run) => {
        // A newer run of the tab has taken the place of this one.
        if (aborts.current.get(tab) === abort) put(tab, run)
      })
    },
    [put],
  )
  return { of: (tab) => runs.get(tab), start, cancel }
}

function finished(run: Run | undefined): Finished | undefined {
  return run?.phase === 'running' ? run.before : run
}

async function perform(request: RunRequest, signal: AbortSignal): Promise<Finished> {
  const began = stopwatch()
  try {
    const answer = await runQuery(request, signal)
    const elapsed = stopwatch() - began
    const warnings = placedProblems((answer.statistics?.warnings ?? []).map(fromDiagnostic), request.origin)
    return { phase: 'done', request, answer, warnings, elapsed, finishedAt: now() }
  } catch (thrown) {
    const elapsed = stopwatch() - began
    if (signal.aborted) return { phase: 'cancelled', request, elapsed }
    const error = thrown instanceof ApiError ? thrown : unreachable(`The answer could not be read: ${String(thrown)}`)
    return { phase: 'failed', request, error, problems: placedProblems(error.problems, request.origin), elapsed }
  }
}
