// How many alerts there are of each severity; a choice filters the list.
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { Alert } from '../../api/alerts.ts'
import { SeverityMark, severities } from '../../components/severity.tsx'
import { levelOf } from './filters.ts'

const useStyles = makeStyles({
  cards: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(140px, 1fr))', gap: '10px' },
  card: {
    display: 'grid',
    gridTemplateColumns: 'auto 1fr',
    columnGap: '10px',
    padding: '10px 14px',
    textAlign: 'left',
    cursor: 'pointer',
    font: 'inherit',
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    '& > :first-child': { gridRow: '1 / span 2', height: '100%' },
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  chosen: { backgroundColor: tokens.colorNeutralBackground1Selected, border: `1px solid ${tokens.colorBrandStroke1}` },
  numbers: { display: 'flex', alignItems: 'baseline', gap: '8px', fontVariantNumeric: 'tabular-nums' },
  total: { fontSize: '24px', lineHeight: '30px', fontWeight: tokens.fontWeightSemibold },
  none: { color: tokens.colorNeutralForeground4 },
  faint: { color: tokens.colorNeutralForeground3, fontSize: '12px' },
})

interface SeverityCardsProps {
  readonly alerts: readonly Alert[]
  /** A level; empty: all. */
  readonly chosen: string
  readonly onChoose: (level: string) => void
}

export function SeverityCards({ alerts, chosen, onChoose }: SeverityCardsProps) {
  const styles = useStyles()
  return (
    <section className={styles.cards} aria-label="Alerts by severity">
      {severities.map((word, level) => {
        const own = alerts.filter((alert) => levelOf(alert) === level)
        const open = own.filter(({ properties }) => properties.essentials.monitorCondition === 'Fired').length
        const isChosen = chosen === String(level)
        return (
          <button
            key={word}
            type="button"
            aria-pressed={isChosen}
            className={mergeClasses(styles.card, isChosen && styles.chosen)}
            onClick={() => onChoose(isChosen ? '' : String(level))}
          >
            <SeverityMark level={level} />
            <span className={styles.faint}>{word}</span>
            <span className={styles.numbers}>
              <span className={mergeClasses(styles.total, own.length === 0 && styles.none)}>{own.length}</span>
              <span className={styles.faint}>{open === 0 ? 'none open' : `${open} open`}</span>
            </span>
          </button>
        )
      })}
    </section>
  )
}
