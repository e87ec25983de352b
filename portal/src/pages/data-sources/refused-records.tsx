// Which records the last day were refused, by reason, each with a way to the records themselves.
import {
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { ApiError } from '../../api/errors.ts'
import { runQuery } from '../../api/query.ts'
import type { Row } from '../../api/types.ts'
import { kqlString } from '../../kql/literal.ts'

const useStyles = makeStyles({
  part: { display: 'grid', gap: '8px' },
  title: { margin: 0, fontSize: '16px', fontWeight: tokens.fontWeightSemibold },
  faint: { color: tokens.colorNeutralForeground3 },
  reason: { overflowWrap: 'anywhere', padding: '6px 8px' },
})

const errors = 'ConshelfIngestionErrors_CL'
const byReason = `${errors}
| summarize Records = count(), Last = max(TimeGenerated) by Receiver, TargetTable, Reason
| top 50 by Last`

export function RefusedRecords({ workspace }: { readonly workspace: string }) {
  const styles = useStyles()
  const { data, error } = useQuery({
    queryKey: ['refused', workspace],
    queryFn: ({ signal }) => refused(workspace, signal),
    refetchInterval: 30_000,
  })
  return (
    <section className={styles.part} aria-label="Refused records">
      <h2 className={styles.title}>Refused records of the last day, in {workspace}</h2>
      {error && <Text role="alert">{error.message}</Text>}
      {data?.length === 0 && <Text className={styles.faint}>None.</Text>}
      {data && data.length > 0 && <Reasons rows={data} workspace={workspace} />}
    </section>
  )
}

/** The table comes into being with the first refused record. */
async function refused(workspace: string, signal: AbortSignal): Promise<readonly Row[]> {
  try {
    const answer = await runQuery({ query: byReason, timespan: 'P1D', target: { workspace } }, signal)
    return answer.tables[0]?.rows ?? []
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.problems.some(({ code }) => code === 'KS204')) return []
    throw thrown
  }
}

function Reasons({ rows, workspace }: { readonly rows: readonly Row[]; readonly workspace: string }) {
  const styles = useStyles()
  return (
    <Table size="small" aria-label="Reasons">
      <TableHeader>
        <TableRow>
          {['Reason', 'Receiver', 'Table', 'Records', 'Last'].map((name) => (
            <TableHeaderCell key={name}>{name}</TableHeaderCell>
          ))}
        </TableRow>
      </TableHeader>
      <TableBody>
        {rows.map(([receiver, table, reason, records, last]) => (
          <TableRow key={`${receiver} ${table} ${reason}`}>
            <TableCell className={styles.reason}>
              <Link to={linkOf(workspace, String(receiver), String(reason))}>{String(reason)}</Link>
            </TableCell>
            <TableCell>{String(receiver)}</TableCell>
            <TableCell>{String(table)}</TableCell>
            <TableCell>{Number(records).toLocaleString('en')}</TableCell>
            <TableCell>{String(last).slice(0, 19).replace('T', ' ')}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

/** As the Logs page reads its address. */
function linkOf(workspace: string, receiver: string, reason: string): string {
  const query = `${errors}\n| where Receiver == ${kqlString(receiver)} and Reason == ${kqlString(reason)}\n| order by TimeGenerated desc`
  return `/logs#${new URLSearchParams({ workspace, timespan: 'P1D', query })}`
}
