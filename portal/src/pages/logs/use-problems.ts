// What the editor marks: what the last run said, and what the server says about the statement at the cursor while it is written.
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Problem } from '../../api/errors.ts'
import { validateQuery } from '../../api/query.ts'
import { placedProblems } from '../../kql/place-problems.ts'
import type { QueryTab } from './tabs.ts'
import type { Run, RunRequest } from './use-runs.ts'

interface Finding {
  readonly tab: string
  /** The text that it is about: it says nothing about another. */
  readonly document: string
  readonly problems: readonly Problem[]
}

/** How long a text must rest before the server is asked. */
const restMillis = 600

export function useProblems(
  tab: QueryTab,
  run: Run | undefined,
  asked: () => RunRequest | undefined,
): readonly Problem[] {
  const written = useWritten(tab, asked)
  return useMemo(() => {
    const isCurrent = run?.request.document === tab.query
    const ran = isCurrent ? ranProblems(run) : none
    const found = written?.tab === tab.id && written.document === tab.query ? written.problems : none
    const known = new Set(ran.map(keyOf))
    return [...ran, ...found.filter((problem) => !known.has(keyOf(problem)))]
  }, [run, written, tab.id, tab.query])
}

const none: readonly Problem[] = []

function ranProblems(run: Run): readonly Problem[] {
  if (run.phase === 'failed') return run.problems
  return run.phase === 'done' ? run.warnings : none
}

const keyOf = ({ code, line, column }: Problem): string => `${code} ${line}:${column}`

/** One request at a time, none for a statement that was asked about a moment ago. */
function useWritten(tab: QueryTab, asked: () => RunRequest | undefined): Finding | undefined {
  const client = useQueryClient()
  const [finding, setFinding] = useState<Finding>()
  const latest = useRef(asked)
  latest.current = asked
  const { id, query: document, workspace, resource, range } = tab
  // biome-ignore lint/correctness/useExhaustiveDependencies: where and for which time it is asked changes the answer
  useEffect(() => {
    let isOver = false
    const ask = async () => {
      const request = latest.current()
      if (!request) return
      const { query, timespan, target, origin } = request
      const queryKey = ['validate', query, timespan, target]
      const problems = await client.fetchQuery({
        queryKey,
        queryFn: ({ signal }) => validateQuery(request, signal),
        staleTime: 60_000,
        retry: false,
      })
      if (!isOver) setFinding({ tab: id, document, problems: placedProblems(problems.filter(isOurs), origin) })
    }
    // A run says what is wrong with the server.
    const timer = setTimeout(() => void ask().catch(() => {}), restMillis)
    return () => {
      isOver = true
      clearTimeout(timer)
      void client.cancelQueries({ queryKey: ['validate'] })
    }
  }, [client, id, document, workspace, resource, range])
  return finding
}

/** The editor's own language service finds Kusto's errors. */
const isOurs = ({ code, severity }: Problem): boolean => severity === 'warning' || code.startsWith('CS')
