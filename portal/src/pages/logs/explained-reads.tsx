// What a query reads: for each table the stored columns, and how much of it by the engine's estimate.
import { makeStyles, ProgressBar, Text, tokens } from '@fluentui/react-components'
import type { ExplainedRead } from '../../api/types.ts'

const useStyles = makeStyles({
  reads: { display: 'grid', gap: '8px' },
  read: {
    display: 'grid',
    gap: '6px',
    padding: '10px 12px',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground2,
    border: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: '4px 16px' },
  faint: { color: tokens.colorNeutralForeground3, fontSize: '12px', fontVariantNumeric: 'tabular-nums' },
  columns: { fontSize: '12px', lineHeight: '18px', overflowWrap: 'anywhere' },
})

export function ExplainedReads({ reads }: { readonly reads: readonly ExplainedRead[] }) {
  const styles = useStyles()
  return (
    <section className={styles.reads} aria-label="What is read">
      <Text weight="semibold">What is read</Text>
      {reads.map((read) => (
        <Read key={read.table} read={read} />
      ))}
    </section>
  )
}

function Read({ read: { table, columns, estimate } }: { readonly read: ExplainedRead }) {
  const styles = useStyles()
  const share = estimate && estimate.all.rows > 0 ? Math.min(1, estimate.rows / estimate.all.rows) : undefined
  return (
    <div className={styles.read}>
      <div className={styles.head}>
        <Text weight="semibold">{table}</Text>
        <span className={styles.faint}>{estimate ? `about ${estimateText(estimate)}` : 'no rows'}</span>
      </div>
      {share !== undefined && (
        <ProgressBar value={share} aria-label={`${table}: ${Math.round(share * 100)} % of the rows are read`} />
      )}
      <div className={styles.columns}>{columns.length === 0 ? 'no column, rows alone' : columns.join(', ')}</div>
    </div>
  )
}

function estimateText({ rows, parts, marks, all }: NonNullable<ExplainedRead['estimate']>): string {
  const of = (count: number, total: number, what: string) =>
    `${count.toLocaleString('en')}${count > total ? '' : ` of ${total.toLocaleString('en')}`} ${what}`
  return [of(rows, all.rows, 'rows'), of(parts, all.parts, 'parts'), of(marks, all.marks, 'marks')].join(', ')
}
