// Whether what an alert found still holds.
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { CheckmarkCircleRegular, WarningFilled } from '@fluentui/react-icons'
import type { MonitorCondition } from '../../api/alerts.ts'

const useStyles = makeStyles({
  condition: { display: 'inline-flex', alignItems: 'center', gap: '6px', '& svg': { fontSize: '16px' } },
  fired: { color: tokens.colorPaletteDarkOrangeForeground1 },
  resolved: { color: tokens.colorPaletteGreenForeground1 },
})

export function Condition({ of }: { readonly of: MonitorCondition }) {
  const styles = useStyles()
  const isFired = of === 'Fired'
  return (
    <span className={mergeClasses(styles.condition, isFired ? styles.fired : styles.resolved)}>
      {isFired ? <WarningFilled /> : <CheckmarkCircleRegular />}
      {of}
    </span>
  )
}
