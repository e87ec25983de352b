// The list of alerts; a row opens its details, which say the target too.
import {
  Link,
  makeStyles,
  mergeClasses,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from '@fluentui/react-components'
import { AlertOffRegular } from '@fluentui/react-icons'
import type { Alert } from '../../api/alerts.ts'
import { now } from '../../clock.ts'
import { Severity } from '../../components/severity.tsx'
import { ageText, timeText } from '../../components/times.ts'
import { Condition } from './condition.tsx'
import { dimensionsOf, levelOf, ruleNameOf } from './filters.ts'

const useStyles = makeStyles({
  table: { tableLayout: 'fixed', minWidth: '760px' },
  severity: { width: '150px' },
  narrow: { width: '112px' },
  time: { width: '160px' },
  target: { width: '24%' },
  scroll: { overflowX: 'auto' },
  cell: { padding: '7px 8px', verticalAlign: 'top' },
  link: { textAlign: 'left', lineHeight: '20px', fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  faint: { color: tokens.colorNeutralForeground3, fontSize: '12px' },
  block: { display: 'block', overflowWrap: 'anywhere' },
  chosen: { backgroundColor: tokens.colorNeutralBackground1Selected },
  digits: { fontVariantNumeric: 'tabular-nums' },
  empty: {
    display: 'grid',
    justifyItems: 'center',
    gap: '8px',
    padding: '48px 0',
    color: tokens.colorNeutralForeground3,
  },
  icon: { fontSize: '36px', color: tokens.colorNeutralForeground4 },
})

interface AlertTableProps {
  /** Undefined while they load. */
  readonly alerts: readonly Alert[] | undefined
  readonly chosen: Alert | undefined
  readonly onChoose: (alert: Alert) => void
}

export function AlertTable({ alerts, chosen, onChoose }: AlertTableProps) {
  const styles = useStyles()
  if (!alerts) return <Text className={styles.faint}>Loading …</Text>
  if (alerts.length === 0)
    return (
      <div className={styles.empty}>
        <AlertOffRegular className={styles.icon} />
        <Text>No alert fits. That is good news, or the time and the filters are too narrow.</Text>
      </div>
    )
  return (
    <div className={styles.scroll}>
      <Table size="small" className={styles.table} aria-label="Alerts">
        <TableHeader>
          <TableRow>
            <TableHeaderCell>Rule</TableHeaderCell>
            <TableHeaderCell className={styles.severity}>Severity</TableHeaderCell>
            <TableHeaderCell className={styles.narrow}>Condition</TableHeaderCell>
            <TableHeaderCell className={styles.narrow}>User response</TableHeaderCell>
            <TableHeaderCell className={styles.time}>Fired</TableHeaderCell>
            {!chosen && <TableHeaderCell className={styles.target}>Target</TableHeaderCell>}
          </TableRow>
        </TableHeader>
        <TableBody>
          {alerts.map((alert) => (
            <AlertRow key={alert.id} alert={alert} chosen={chosen} onChoose={onChoose} />
          ))}
        </TableBody>
      </Table>
    </div>
  )
}

interface AlertRowProps {
  readonly alert: Alert
  readonly chosen: Alert | undefined
  readonly onChoose: (alert: Alert) => void
}

function AlertRow({ alert, chosen, onChoose }: AlertRowProps) {
  const styles = useStyles()
  const { essentials } = alert.properties
  const dimensions = dimensionsOf(alert)
  const isChosen = alert === chosen
  return (
    <TableRow className={mergeClasses(isChosen && styles.chosen)} aria-selected={isChosen}>
      <TableCell className={styles.cell}>
        <Link as="button" className={styles.link} onClick={() => onChoose(alert)}>
          {ruleNameOf(alert)}
        </Link>
        {dimensions && <span className={mergeClasses(styles.faint, styles.block)}>{dimensions}</span>}
      </TableCell>
      <TableCell className={styles.cell}>
        <Severity level={levelOf(alert)} />
      </TableCell>
      <TableCell className={styles.cell}>
        <Condition of={essentials.monitorCondition} />
      </TableCell>
      <TableCell className={styles.cell}>{essentials.alertState}</TableCell>
      <TableCell className={mergeClasses(styles.cell, styles.digits)}>
        {timeText(essentials.startDateTime)}
        <span className={mergeClasses(styles.faint, styles.block)}>{ageText(essentials.startDateTime, now())}</span>
      </TableCell>
      {!chosen && (
        <TableCell className={styles.cell}>
          <span className={styles.block}>{essentials.targetResourceName}</span>
          <span className={mergeClasses(styles.faint, styles.block)}>{essentials.targetResourceType}</span>
        </TableCell>
      )}
    </TableRow>
  )
}
