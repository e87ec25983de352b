// Before the first run: how to start, and a few queries worth a click.
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components'
import type { ExampleQuery } from '../../api/types.ts'
import { starters, useExampleQueries } from './example-queries.ts'

const useStyles = makeStyles({
  place: { flex: 1, minHeight: 0, overflow: 'auto', display: 'grid', placeItems: 'center', padding: '24px' },
  box: { display: 'grid', gap: '12px', justifyItems: 'center', maxWidth: '640px', textAlign: 'center' },
  text: { color: tokens.colorNeutralForeground3 },
  choices: { display: 'flex', flexWrap: 'wrap', gap: '8px', justifyContent: 'center' },
  choice: { fontWeight: tokens.fontWeightRegular },
  key: {
    fontFamily: tokens.fontFamilyBase,
    fontSize: '12px',
    padding: '1px 6px',
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground3,
    color: tokens.colorNeutralForeground1,
  },
})

export function EmptyState({ onExample }: { readonly onExample: (example: ExampleQuery) => void }) {
  const styles = useStyles()
  const { data } = useExampleQueries()
  return (
    <section className={styles.place} aria-label="Results">
      <div className={styles.box}>
        <Shelf />
        <Text size={400} weight="semibold">
          Ask the logs
        </Text>
        <Text className={styles.text} align="center">
          Write KQL above and press <kbd className={styles.key}>Shift</kbd> <kbd className={styles.key}>Enter</kbd>.
          Several queries may share a tab: blank lines part them, and the one under the cursor runs.
        </Text>
        <div className={styles.choices}>
          {starters(data ?? []).map((example) => (
            <Button
              key={example.id}
              size="small"
              shape="circular"
              className={styles.choice}
              onClick={() => onExample(example)}
            >
              {example.title}
            </Button>
          ))}
        </div>
      </div>
    </section>
  )
}

/** The mark, as a line drawing. */
function Shelf() {
  return (
    <svg
      width="132"
      height="72"
      viewBox="0 0 132 72"
      fill="none"
      stroke={tokens.colorBrandStroke2Contrast}
      strokeWidth="1.5"
      aria-hidden="true"
    >
      <path d="M2 12q8-6 16 0t16 0 16 0 16 0 16 0 16 0 16 0 16 0" />
      <path d="M2 66h46l12-12h70" stroke={tokens.colorBrandForeground1} strokeLinecap="round" />
      <path d="M74 54a20 20 0 0 1 40 0" stroke={tokens.colorBrandForeground1} />
      <circle cx="94" cy="46" r="4" fill="#ffb83d" stroke="none" />
    </svg>
  )
}
