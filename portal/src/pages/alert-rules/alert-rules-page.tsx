// The Alert rules page: what runs, how it is, and a switch for each.
import {
  makeStyles,
  mergeClasses,
  Switch,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import { type AlertRule, enableRule, listAlertRules } from '../../api/alerts.ts'
import { now } from '../../clock.ts'
import { Severity } from '../../components/severity.tsx'
import { ageText, minutesText } from '../../components/times.ts'
import { RuleHealth } from './rule-health.tsx'

const useStyles = makeStyles({
  page: { flex: 1, minHeight: 0, overflow: 'auto', backgroundColor: tokens.colorNeutralBackground1 },
  inner: { display: 'grid', gap: '16px', padding: '20px 24px 40px' },
  title: { margin: 0, fontSize: '20px', fontWeight: tokens.fontWeightSemibold },
  table: { tableLayout: 'fixed', minWidth: '1080px' },
  name: { width: '26%' },
  scope: { width: '19%' },
  severity: { width: '150px' },
  narrow: { width: '118px' },
  on: { width: '80px' },
  cell: { padding: '8px', verticalAlign: 'top' },
  rule: { fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  block: { display: 'block', overflowWrap: 'anywhere' },
  faint: { color: tokens.colorNeutralForeground3, fontSize: '12px' },
  link: { color: tokens.colorBrandForegroundLink },
  chosen: { backgroundColor: tokens.colorNeutralBackground1Selected },
})

const columns = ['Rule', 'Severity', 'Condition', 'Scope', 'Runs', 'Health', 'Open alerts', 'On'] as const

export function AlertRulesPage() {
  const styles = useStyles()
  const [parameters] = useSearchParams()
  const { data, error } = useQuery({
    queryKey: ['alert-rules'],
    queryFn: ({ signal }) => listAlertRules(signal),
    refetchInterval: 15_000,
  })
  const widths: Readonly<Record<string, string>> = {
    Rule: styles.name,
    Severity: styles.severity,
    Scope: styles.scope,
    On: styles.on,
  }
  return (
    <main className={styles.page}>
      <div className={styles.inner}>
        <div>
          <h1 className={styles.title}>Alert rules</h1>
          <Text className={styles.faint}>
            Log search alert rules of all workspaces. They are made with Azure Resource Manager: Bicep, Terraform, SDKs
            or az.
          </Text>
        </div>
        {error && <Text role="alert">{error.message}</Text>}
        {data?.length === 0 && <Text className={styles.faint}>There is none yet.</Text>}
        {data && data.length > 0 && (
          <Table size="small" className={styles.table} aria-label="Alert rules">
            <TableHeader>
              <TableRow>
                {columns.map((name) => (
                  <TableHeaderCell key={name} className={widths[name] ?? styles.narrow}>
                    {name}
                  </TableHeaderCell>
                ))}
              </TableRow>
            </TableHeader>
            <TableBody>
              {data.map((rule) => (
                <RuleRow key={rule.id} rule={rule} isChosen={rule.id === parameters.get('rule')} />
              ))}
            </TableBody>
          </Table>
        )}
      </div>
    </main>
  )
}

function RuleRow({ rule, isChosen }: { readonly rule: AlertRule; readonly isChosen: boolean }) {
  const styles = useStyles()
  const small = mergeClasses(styles.faint, styles.block)
  return (
    <TableRow className={mergeClasses(isChosen && styles.chosen)} aria-selected={isChosen}>
      <TableCell className={styles.cell}>
        <span className={mergeClasses(styles.rule, styles.block)}>{rule.name}</span>
        <span className={small}>{rule.description}</span>
        <Link className={mergeClasses(styles.link, small)} to={queryLink(rule)}>
          Open its query in Logs
        </Link>
      </TableCell>
      <TableCell className={styles.cell}>
        <Severity level={rule.severity} />
      </TableCell>
      <TableCell className={styles.cell}>
        {rule.condition}
        <span className={small}>{rule.stateful ? 'resolves by itself' : 'fires in every run'}</span>
      </TableCell>
      <TableCell className={styles.cell}>
        <span className={styles.block}>{rule.scope.slice(rule.scope.lastIndexOf('/') + 1)}</span>
        <span className={small}>{rule.scope.split('/').slice(-3, -1).join('/')}</span>
      </TableCell>
      <TableCell className={styles.cell}>
        every {minutesText(rule.frequencyMinutes)}
        <span className={small}>over {minutesText(rule.windowMinutes)}</span>
        {rule.lastRun && <span className={small}>last {ageText(rule.lastRun, now())}</span>}
      </TableCell>
      <TableCell className={styles.cell}>
        <RuleHealth health={rule.health} />
      </TableCell>
      <TableCell className={styles.cell}>
        <Link className={styles.link} to={`/alerts?${new URLSearchParams({ range: '30d', text: rule.name })}`}>
          {rule.openAlerts}
        </Link>
      </TableCell>
      <TableCell className={styles.cell}>
        <RuleSwitch rule={rule} />
      </TableCell>
    </TableRow>
  )
}

function RuleSwitch({ rule }: { readonly rule: AlertRule }) {
  const client = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: (enabled: boolean) => enableRule(rule.id, enabled),
    onSettled: () => client.invalidateQueries({ queryKey: ['alert-rules'] }),
  })
  return (
    <Switch
      aria-label={`Run ${rule.name}`}
      checked={rule.enabled}
      disabled={isPending}
      onChange={(_, { checked }) => mutate(checked)}
    />
  )
}

/** As the Logs page reads its address. */
function queryLink({ query, scope, windowMinutes }: AlertRule): string {
  const isWorkspace = /\/workspaces\/[^/]+$/i.test(scope)
  const name = scope.slice(scope.lastIndexOf('/') + 1)
  const place = isWorkspace ? { workspace: name } : { resource: scope }
  return `/logs#${new URLSearchParams({ ...place, timespan: `PT${windowMinutes}M`, query })}`
}
