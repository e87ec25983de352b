// Each step of a query beside what became of it: plan, the SQL that it adds, the columns behind it; then what is read.
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { ExplainedStatement, ExplainedStep, Explanation, ResultColumn } from '../../api/types.ts'
import { ExplainedReads } from './explained-reads.tsx'
import { countText } from './measures.ts'

const useStyles = makeStyles({
  all: { display: 'grid', gap: '16px', paddingRight: '8px' },
  statement: { display: 'grid', gap: '2px', margin: 0, padding: 0, listStyleType: 'none' },
  name: { fontFamily: tokens.fontFamilyMonospace, fontSize: '13px', color: tokens.colorNeutralForeground3 },
  step: {
    display: 'grid',
    gridTemplateColumns: '44px minmax(0, 1fr)',
    columnGap: '8px',
    padding: '8px 10px 10px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  inner: { borderLeft: `2px solid ${tokens.colorBrandStroke2}` },
  place: {
    paddingTop: '2px',
    textAlign: 'right',
    fontSize: '11px',
    fontVariantNumeric: 'tabular-nums',
    color: tokens.colorNeutralForeground3,
  },
  kql: {
    margin: 0,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '13px',
    lineHeight: '20px',
    fontWeight: tokens.fontWeightSemibold,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  details: {
    display: 'grid',
    gridTemplateColumns: '60px minmax(0, 1fr)',
    gap: '3px 8px',
    margin: '6px 0 0',
    fontSize: '12px',
    lineHeight: '18px',
  },
  label: { color: tokens.colorNeutralForeground3 },
  value: { margin: 0, minWidth: 0, overflowWrap: 'anywhere' },
  code: { fontFamily: tokens.fontFamilyMonospace, whiteSpace: 'pre-wrap' },
  sql: { color: tokens.colorPaletteBlueForeground2 },
  columns: { display: 'flex', flexWrap: 'wrap', gap: '2px 10px' },
  type: { color: tokens.colorNeutralForeground3 },
})

export function ExplainedSteps({ explanation }: { readonly explanation: Explanation }) {
  const styles = useStyles()
  const { statements, reads } = explanation
  return (
    <div className={styles.all}>
      {statements.map((statement) => (
        <Statement key={`${statement.line}:${statement.pos}`} statement={statement} />
      ))}
      {reads.length > 0 && <ExplainedReads reads={reads} />}
    </div>
  )
}

function Statement({ statement: { name, text, steps } }: { readonly statement: ExplainedStatement }) {
  const styles = useStyles()
  const before = columnsBefore(steps)
  if (steps.length === 0) return <pre className={styles.kql}>{text}</pre>
  return (
    <div>
      {name !== undefined && <div className={styles.name}>let {name} =</div>}
      <ol className={styles.statement}>
        {steps.map((step, i) => (
          <Step key={`${step.line}:${step.pos}`} step={step} before={before[i]} />
        ))}
      </ol>
    </div>
  )
}

/** For each step the columns in front of it in its own pipe; undefined where a pipe begins. */
function columnsBefore(steps: readonly ExplainedStep[]): readonly (readonly ResultColumn[] | undefined)[] {
  const known: (readonly ResultColumn[])[] = []
  return steps.map(({ depth, columns }, i) => {
    const before = (steps[i - 1]?.depth ?? -1) < depth ? undefined : known[depth]
    known[depth] = columns
    return before
  })
}

interface StepProps {
  readonly step: ExplainedStep
  readonly before: readonly ResultColumn[] | undefined
}

function Step({ step: { line, pos, text, depth, plan, sql, columns }, before }: StepProps) {
  const styles = useStyles()
  return (
    <li
      className={mergeClasses(styles.step, depth > 0 && styles.inner)}
      style={depth > 0 ? { marginLeft: `${depth * 32}px` } : {}}
    >
      <span className={styles.place}>
        {line}:{pos}
      </span>
      <div>
        <pre className={styles.kql}>{`${before ? '| ' : ''}${text.replace(/\s+/g, ' ').trim()}`}</pre>
        <dl className={styles.details}>
          <Detail label="plan" texts={plan} />
          <Detail label="sql" texts={sql} className={styles.sql} />
          <dt className={styles.label}>columns</dt>
          <dd className={styles.value}>
            <Columns before={before} columns={columns} />
          </dd>
        </dl>
      </div>
    </li>
  )
}

interface DetailProps {
  readonly label: string
  readonly texts: readonly string[]
  readonly className?: string
}

function Detail({ label, texts, className }: DetailProps) {
  const styles = useStyles()
  if (texts.length === 0) return null
  return (
    <>
      <dt className={styles.label}>{label}</dt>
      <dd className={mergeClasses(styles.value, styles.code, className)}>{texts.join('\n')}</dd>
    </>
  )
}

const shownColumns = 12

/** All columns, or those alone that are new where all others stay. */
function Columns({
  before,
  columns,
}: {
  readonly before: StepProps['before']
  readonly columns: StepProps['step']['columns']
}) {
  const styles = useStyles()
  const keyOf = ({ name, type }: ResultColumn) => `${name}:${type}`
  const now = new Set(columns.map(keyOf))
  const old = new Set(before?.map(keyOf))
  const stay = before?.every((column) => now.has(keyOf(column))) === true
  const listed = stay ? columns.filter((column) => !old.has(keyOf(column))) : columns
  if (stay && listed.length === 0) return <span className={styles.type}>the same {columns.length}</span>
  const rest = listed.length - shownColumns
  return (
    <div className={styles.columns}>
      <span className={styles.type}>{stay ? `${countText(before.length, 'column')} and` : `${columns.length}:`}</span>
      {listed.slice(0, shownColumns).map(({ name, type }) => (
        <span key={name}>
          {name} <span className={styles.type}>{type}</span>
        </span>
      ))}
      {rest > 0 && <span className={styles.type}>and {rest} more</span>}
    </div>
  )
}
