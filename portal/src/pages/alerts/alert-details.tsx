// One alert: why it fired, the way to its rows, what people answer, and what happened since.
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components'
import { DismissRegular, DocumentSearchRegular } from '@fluentui/react-icons'
import { Link, useNavigate } from 'react-router'
import type { Alert, AlertCondition } from '../../api/alerts.ts'
import { Severity } from '../../components/severity.tsx'
import { timeText } from '../../components/times.ts'
import { AlertAnswer } from './alert-answer.tsx'
import { AlertHistory } from './alert-history.tsx'
import { Condition } from './condition.tsx'
import { levelOf, ruleNameOf } from './filters.ts'

const useStyles = makeStyles({
  panel: {
    width: '420px',
    flexShrink: 0,
    overflow: 'auto',
    display: 'grid',
    gap: '18px',
    alignContent: 'start',
    gridAutoRows: 'max-content',
    padding: '20px 20px 40px',
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  head: { display: 'grid', gridTemplateColumns: '1fr auto', gap: '8px', alignItems: 'start' },
  title: {
    margin: 0,
    fontSize: '16px',
    lineHeight: '22px',
    fontWeight: tokens.fontWeightSemibold,
    overflowWrap: 'anywhere',
  },
  states: { display: 'flex', gap: '20px' },
  facts: { display: 'grid', gridTemplateColumns: '110px 1fr', gap: '6px 12px', margin: 0, fontSize: '13px' },
  term: { color: tokens.colorNeutralForeground3 },
  value: { margin: 0, overflowWrap: 'anywhere', fontVariantNumeric: 'tabular-nums' },
  query: {
    margin: 0,
    padding: '10px 12px',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground4,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '12px',
    lineHeight: '18px',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  view: { justifySelf: 'start' },
  link: { color: tokens.colorBrandForegroundLink },
})

export function AlertDetails({ alert, onClose }: { readonly alert: Alert; readonly onClose: () => void }) {
  const styles = useStyles()
  const navigate = useNavigate()
  const { essentials, context } = alert.properties
  const { condition } = context.context
  const [first] = condition.allOf
  return (
    <aside className={styles.panel} aria-label="Details of the alert">
      <div className={styles.head}>
        <h2 className={styles.title}>{ruleNameOf(alert)}</h2>
        <Button appearance="subtle" icon={<DismissRegular />} aria-label="Close" onClick={onClose} />
      </div>
      <div className={styles.states}>
        <Severity level={levelOf(alert)} />
        <Condition of={essentials.monitorCondition} />
      </div>
      {essentials.description && <Text>{essentials.description}</Text>}
      {first && (
        <Button
          appearance="primary"
          className={styles.view}
          icon={<DocumentSearchRegular />}
          onClick={() => void navigate(pathOf(first.linkToFilteredSearchResultsUI))}
        >
          View query results
        </Button>
      )}
      <dl className={styles.facts}>
        {factsOf(alert, first).map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
        <dt className={styles.term}>Rule</dt>
        <dd className={styles.value}>
          <Link className={styles.link} to={`/alert-rules?${new URLSearchParams({ rule: essentials.alertRule })}`}>
            Open the rule
          </Link>
        </dd>
      </dl>
      {first && <pre className={styles.query}>{first.searchQuery}</pre>}
      <AlertAnswer alert={alert} />
      <AlertHistory alert={alert} />
    </aside>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  const styles = useStyles()
  return (
    <>
      <dt className={styles.term}>{name}</dt>
      <dd className={styles.value}>{value}</dd>
    </>
  )
}

/** The page of this portal that a link leads to, whatever name the server knew itself by. */
const pathOf = (link: string): string => link.replace(/^https?:\/\/[^/]+/, '')

const words: Readonly<Record<string, string>> = {
  Equals: 'is',
  GreaterThan: 'is more than',
  GreaterThanOrEqual: 'is at least',
  LessThan: 'is less than',
  LessThanOrEqual: 'is at most',
}

function factsOf(alert: Alert, first: AlertCondition | undefined): readonly (readonly [string, string])[] {
  const { essentials, context } = alert.properties
  const { windowStartTime, windowEndTime } = context.context.condition
  const facts: (readonly [string, string])[] = []
  if (first) {
    const what = first.metricMeasureColumn ? `${first.timeAggregation} of ${first.metricMeasureColumn}` : 'Rows'
    const value = first.metricValue === null ? 'nothing' : first.metricValue.toLocaleString('en')
    facts.push(['Why', `${what} ${words[first.operator] ?? first.operator} ${first.threshold}: it was ${value}`])
    for (const { name, value: text } of first.dimensions) facts.push([name, text || '(empty)'])
  }
  facts.push(['Window', `${timeText(windowStartTime)} – ${timeText(windowEndTime)}`])
  facts.push(['Fired', timeText(essentials.startDateTime)])
  const { monitorConditionResolvedDateTime: resolved } = essentials
  if (resolved) facts.push(['Resolved', timeText(resolved)])
  facts.push(['Target', essentials.targetResource])
  if (essentials.actionStatus.isSuppressed) facts.push(['Actions', 'muted after an earlier fire'])
  for (const [name, value] of Object.entries(context.customProperties)) facts.push([name, value])
  return facts
}
