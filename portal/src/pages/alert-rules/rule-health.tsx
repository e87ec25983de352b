// Whether a rule can be evaluated. https://learn.microsoft.com/azure/azure-monitor/alerts/log-alert-rule-health
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { CheckmarkCircleRegular, ErrorCircleRegular, PauseCircleRegular } from '@fluentui/react-icons'
import type { AlertRule } from '../../api/alerts.ts'

const useStyles = makeStyles({
  health: { display: 'inline-flex', alignItems: 'center', gap: '6px', '& svg': { fontSize: '16px', flexShrink: 0 } },
  good: { color: tokens.colorPaletteGreenForeground1 },
  bad: { color: tokens.colorPaletteRedForeground1 },
  off: { color: tokens.colorNeutralForeground3 },
  detail: { display: 'block', color: tokens.colorNeutralForeground3, fontSize: '12px', overflowWrap: 'anywhere' },
})

export function RuleHealth({ health: { state, detail } }: Pick<AlertRule, 'health'>) {
  const styles = useStyles()
  const [icon, colour] =
    state === 'Available'
      ? [<CheckmarkCircleRegular key="good" />, styles.good]
      : state === 'Disabled'
        ? [<PauseCircleRegular key="off" />, styles.off]
        : [<ErrorCircleRegular key="bad" />, styles.bad]
  return (
    <>
      <span className={mergeClasses(styles.health, colour)}>
        {icon}
        {state}
      </span>
      {detail && <span className={styles.detail}>{detail}</span>}
    </>
  )
}
