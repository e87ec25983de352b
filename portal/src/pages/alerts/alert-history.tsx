// What happened to an alert, the latest first.
import { makeStyles, Text, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { type Alert, alertHistory, type Modification } from '../../api/alerts.ts'
import { timeText } from '../../components/times.ts'

const useStyles = makeStyles({
  part: { display: 'grid', gap: '10px' },
  title: { margin: 0, fontSize: '14px', fontWeight: tokens.fontWeightSemibold },
  list: { display: 'grid', gap: '10px', margin: 0, padding: 0, listStyleType: 'none' },
  entry: { display: 'grid', paddingLeft: '12px', borderLeft: `2px solid ${tokens.colorNeutralStroke1}` },
  faint: { color: tokens.colorNeutralForeground3, fontSize: '12px', overflowWrap: 'anywhere' },
})

export function AlertHistory({ alert }: { readonly alert: Alert }) {
  const styles = useStyles()
  const { id, properties } = alert
  const { data, error } = useQuery({
    queryKey: ['alert-history', id, properties.essentials.lastModifiedDateTime],
    queryFn: ({ signal }) => alertHistory(id, signal),
  })
  return (
    <section className={styles.part} aria-label="History">
      <h3 className={styles.title}>History</h3>
      {error && <Text role="alert">{error.message}</Text>}
      <ol className={styles.list}>
        {(data ?? []).map((entry) => (
          <li key={`${entry.modifiedAt} ${entry.modificationEvent} ${entry.newValue}`} className={styles.entry}>
            <span>{sentenceOf(entry)}</span>
            {entry.comments && <span className={styles.faint}>{entry.comments}</span>}
            <span className={styles.faint}>
              {timeText(entry.modifiedAt)} · {entry.modifiedBy}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function sentenceOf({ modificationEvent, oldValue, newValue }: Modification): string {
  switch (modificationEvent) {
    case 'AlertCreated':
      return 'Fired'
    case 'MonitorConditionChange':
      return `${oldValue} → ${newValue}`
    case 'StateChange':
      return `User response: ${oldValue} → ${newValue}`
    case 'ActionsTriggered':
      return `Action groups were told: ${newValue}`
    case 'ActionsFailed':
      return `Not everybody could be told: ${newValue}`
    case 'ActionsSuppressed':
      return 'Actions were muted'
    default:
      return modificationEvent
  }
}
