// Below the editor: what the last run brought, or why it did not, or what to try.
import { makeStyles, ProgressBar, Text, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { problemsOf } from '../../api/errors.ts'
import type { Cell, ExampleQuery, QueryAnswer, ResultColumn } from '../../api/types.ts'
import { now } from '../../clock.ts'
import { EmptyState } from './empty-state.tsx'
import { ErrorPanel } from './error-panel.tsx'
import { durationText } from './measures.ts'
import { Results } from './results.tsx'
import { StatusBar } from './status-bar.tsx'
import type { Finished, Run } from './use-runs.ts'

const useStyles = makeStyles({
  pane: { flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column', position: 'relative' },
  progress: { position: 'absolute', top: 0, left: 0, right: 0, zIndex: 4 },
  centre: { flex: 1, display: 'grid', placeItems: 'center', color: tokens.colorNeutralForeground3 },
  stale: { flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column', opacity: 0.55, pointerEvents: 'none' },
})

interface ResultPaneProps {
  readonly run: Run | undefined
  readonly onReveal: (line: number, column: number) => void
  readonly onFilter: (column: ResultColumn, value: Cell, negated: boolean) => void
  readonly onExample: (example: ExampleQuery) => void
}

export function ResultPane({ run, onReveal, onFilter, onExample }: ResultPaneProps) {
  const styles = useStyles()
  if (!run) return <EmptyState onExample={onExample} />
  const finished = run.phase === 'running' ? run.before : run
  const body = finished && <FinishedBody run={finished} onReveal={onReveal} onFilter={onFilter} />
  if (run.phase !== 'running')
    return (
      <section className={styles.pane} aria-label="Results">
        {body}
      </section>
    )
  return (
    <section className={styles.pane} aria-label="Results" aria-busy>
      <ProgressBar className={styles.progress} thickness="medium" aria-label="The query is running" />
      {body ? (
        <div className={styles.stale}>{body}</div>
      ) : (
        <div className={styles.centre}>
          <Running since={run.startedAt} />
        </div>
      )}
    </section>
  )
}

function Running({ since }: { readonly since: number }) {
  const [time, setTime] = useState(now)
  useEffect(() => {
    const timer = setInterval(() => setTime(now()), 100)
    return () => clearInterval(timer)
  }, [])
  return <Text>Running… {durationText(Math.max(0, time - since))}</Text>
}

interface FinishedBodyProps {
  readonly run: Finished
  readonly onReveal: ResultPaneProps['onReveal']
  readonly onFilter: ResultPaneProps['onFilter']
}

function FinishedBody({ run, onReveal, onFilter }: FinishedBodyProps) {
  const styles = useStyles()
  switch (run.phase) {
    case 'failed':
      return (
        <ErrorPanel
          error={run.error}
          problems={run.problems}
          query={run.request.query}
          origin={run.request.origin}
          onReveal={onReveal}
        />
      )
    case 'cancelled':
      return <div className={styles.centre}>Cancelled after {durationText(run.elapsed)}.</div>
    case 'done':
      return (
        <>
          <Results answer={run.answer} notice={noticeOf(run.answer)} onFilter={onFilter} />
          <StatusBar run={run} onReveal={onReveal} />
        </>
      )
    default:
      return run satisfies never
  }
}

/** A limit cut the rows: https://learn.microsoft.com/azure/azure-monitor/logs/api/errors#partial-errors */
function noticeOf({ error }: QueryAnswer): string | undefined {
  return (
    error &&
    problemsOf(error)
      .map(({ message }) => message)
      .join(' ')
  )
}
