// The Alerts page: numbers by severity, the list with its filters, and the alert that is chosen.
import { Input, makeStyles, Select, Text, tokens } from '@fluentui/react-components'
import { SearchRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { type Alert, listAlerts } from '../../api/alerts.ts'
import { useWorkspace } from '../../shell/workspace.ts'
import { AlertDetails } from './alert-details.tsx'
import { AlertTable } from './alert-table.tsx'
import { type AlertFilters, filtersOf, fits, levelOf, ranges } from './filters.ts'
import { SeverityCards } from './severity-cards.tsx'

const useStyles = makeStyles({
  page: { flex: 1, minHeight: 0, display: 'flex', backgroundColor: tokens.colorNeutralBackground1 },
  list: {
    flex: 1,
    minWidth: 0,
    overflow: 'auto',
    padding: '20px 24px 40px',
    display: 'grid',
    gap: '16px',
    gridTemplateColumns: 'minmax(0, 1fr)',
    alignContent: 'start',
  },
  title: { margin: 0, fontSize: '20px', fontWeight: tokens.fontWeightSemibold },
  faint: { color: tokens.colorNeutralForeground3 },
  filters: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center' },
  search: { minWidth: '220px', flex: '0 1 300px' },
})

export function AlertsPage() {
  const styles = useStyles()
  const [parameters, setParameters] = useSearchParams()
  const filters = filtersOf(parameters)
  const { data, error } = useAlerts(filters)
  const set = (name: string, value: string) =>
    setParameters(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  const fitting = useMemo(() => (data?.alerts ?? []).filter((alert) => fits(alert, filters)), [data, filters])
  const shown = fitting.filter((alert) => filters.severity === '' || String(levelOf(alert)) === filters.severity)
  const chosen = data?.alerts.find((alert) => isNamed(alert, parameters.get('alert') ?? ''))
  return (
    <main className={styles.page}>
      <div className={styles.list}>
        <div>
          <h1 className={styles.title}>Alerts</h1>
          <Text className={styles.faint}>What log alert rules found, kept for 30 days. Times are UTC.</Text>
        </div>
        {error && <Text role="alert">{error.message}</Text>}
        {data?.isCut && <Text role="alert">Only the first 2,000 alerts are shown; take a shorter time.</Text>}
        <SeverityCards alerts={fitting} chosen={filters.severity} onChoose={(severity) => set('severity', severity)} />
        <Filters filters={filters} onChange={set} />
        <AlertTable alerts={data ? shown : undefined} chosen={chosen} onChoose={(alert) => set('alert', alert.name)} />
      </div>
      {chosen && <AlertDetails key={chosen.id} alert={chosen} onClose={() => set('alert', '')} />}
    </main>
  )
}

/** By GUID, or by id as notifications link to it. */
const isNamed = ({ name, id }: Alert, wanted: string): boolean => [name, id].includes(wanted)

function useAlerts({ range }: AlertFilters) {
  const { all } = useWorkspace()
  const subscriptions = [...new Set(all.map(({ resourceId }) => resourceId.split('/')[2] ?? ''))]
  return useQuery({
    queryKey: ['alerts', range, ...subscriptions],
    queryFn: ({ signal }) => listAlerts(subscriptions, range, signal),
    enabled: subscriptions.length > 0,
    refetchInterval: 15_000,
    placeholderData: (before) => before,
  })
}

interface FiltersProps {
  readonly filters: AlertFilters
  readonly onChange: (name: string, value: string) => void
}

function Filters({ filters, onChange }: FiltersProps) {
  const styles = useStyles()
  return (
    <search className={styles.filters} aria-label="Filters of alerts">
      <Select aria-label="Time" value={filters.range} onChange={(_, { value }) => onChange('range', value)}>
        {ranges.map(([range, label]) => (
          <option key={range} value={range}>
            {label}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Condition"
        value={filters.condition}
        onChange={(_, { value }) => onChange('condition', value)}
      >
        <option value="">Any condition</option>
        <option>Fired</option>
        <option>Resolved</option>
      </Select>
      <Select
        aria-label="User response"
        value={filters.response}
        onChange={(_, { value }) => onChange('response', value)}
      >
        <option value="">Any user response</option>
        <option>New</option>
        <option>Acknowledged</option>
        <option>Closed</option>
      </Select>
      <Input
        className={styles.search}
        aria-label="Search"
        placeholder="Rule, target or dimension"
        contentBefore={<SearchRegular />}
        value={filters.text}
        onChange={(_, { value }) => onChange('text', value)}
      />
    </search>
  )
}
