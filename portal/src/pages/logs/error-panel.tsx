// Why a query did not run: each problem with its place in the text, marked in the line itself, and what to do.
import { makeStyles, Text, tokens } from '@fluentui/react-components'
import { ErrorCircleFilled, LightbulbRegular } from '@fluentui/react-icons'
import type { ApiError, Problem } from '../../api/errors.ts'
import type { Origin } from '../../kql/place-problems.ts'
import { PlaceLink } from './place-link.tsx'

const useStyles = makeStyles({
  panel: {
    flex: 1,
    minHeight: 0,
    overflow: 'auto',
    padding: '16px 20px',
    display: 'grid',
    gap: '14px',
    alignContent: 'start',
  },
  problem: {
    display: 'grid',
    gridTemplateColumns: '20px minmax(0, 1fr)',
    columnGap: '10px',
    rowGap: '6px',
    maxWidth: '960px',
    padding: '12px 14px',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderLeft: `3px solid ${tokens.colorPaletteRedBorderActive}`,
  },
  icon: { color: tokens.colorPaletteRedForeground1, fontSize: '20px' },
  body: { display: 'grid', gap: '8px', minWidth: 0 },
  head: { display: 'flex', gap: '8px', alignItems: 'baseline', flexWrap: 'wrap' },
  code: { color: tokens.colorNeutralForeground3, fontFamily: tokens.fontFamilyMonospace, fontSize: '12px' },
  source: {
    margin: 0,
    padding: '8px 10px',
    overflowX: 'auto',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '12.5px',
    lineHeight: '18px',
  },
  marked: {
    textDecorationLine: 'underline',
    textDecorationStyle: 'wavy',
    textDecorationColor: tokens.colorPaletteRedForeground1,
    textUnderlineOffset: '3px',
  },
  hint: { display: 'flex', gap: '6px', alignItems: 'flex-start', color: tokens.colorNeutralForeground2 },
  hintIcon: { flexShrink: 0, marginTop: '2px' },
  foot: { color: tokens.colorNeutralForeground3, fontSize: '12px' },
})

interface ErrorPanelProps {
  readonly error: ApiError
  /** At places of the tab's text. */
  readonly problems: readonly Problem[]
  readonly query: string
  readonly origin: Origin
  readonly onReveal: (line: number, column: number) => void
}

export function ErrorPanel({ error, problems, query, origin, onReveal }: ErrorPanelProps) {
  const styles = useStyles()
  return (
    <div className={styles.panel} role="alert">
      {problems.map((problem) => (
        <ProblemCard
          key={`${problem.code} ${problem.line} ${problem.column} ${problem.message}`}
          problem={problem}
          source={sourceOf(problem, query, origin)}
          onReveal={onReveal}
        />
      ))}
      <div className={styles.foot}>
        {error.code}
        {error.correlationId && ` · ${error.correlationId}`}
      </div>
    </div>
  )
}

interface Source {
  readonly before: string
  readonly marked: string
  readonly after: string
}

function sourceOf({ line, column, length }: Problem, query: string, origin: Origin): Source | undefined {
  if (line === undefined || column === undefined) return undefined
  const text = query.split('\n')[line - origin.line]
  if (text === undefined) return undefined
  const start = column - 1 - (line === origin.line ? origin.column - 1 : 0)
  const end = Math.min(text.length, start + Math.max(1, length ?? 1))
  return { before: text.slice(0, start), marked: text.slice(start, end) || ' ', after: text.slice(end) }
}

interface ProblemCardProps {
  readonly problem: Problem
  readonly source: Source | undefined
  readonly onReveal: (line: number, column: number) => void
}

function ProblemCard({ problem: { code, message, hint, line = 0, column = 0 }, source, onReveal }: ProblemCardProps) {
  const styles = useStyles()
  return (
    <div className={styles.problem}>
      <ErrorCircleFilled className={styles.icon} />
      <div className={styles.body}>
        <div className={styles.head}>
          <Text weight="semibold">{message}</Text>
          <span className={styles.code}>{code}</span>
          {source && <PlaceLink line={line} column={column} onReveal={onReveal} />}
        </div>
        {source && (
          <pre className={styles.source}>
            {source.before}
            <span className={styles.marked}>{source.marked}</span>
            {source.after}
          </pre>
        )}
        {hint && (
          <div className={styles.hint}>
            <LightbulbRegular className={styles.hintIcon} />
            <Text>{hint}</Text>
          </div>
        )}
      </div>
    </div>
  )
}
