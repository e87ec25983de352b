// A severity as Azure counts it, with its word and a colour.
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'

export const severities = ['Critical', 'Error', 'Warning', 'Informational', 'Verbose'] as const

const useStyles = makeStyles({
  severity: { display: 'inline-flex', alignItems: 'center', gap: '8px', whiteSpace: 'nowrap' },
  mark: { width: '4px', height: '18px', borderRadius: '2px', flexShrink: 0 },
  level0: { backgroundColor: tokens.colorPaletteRedBackground3 },
  level1: { backgroundColor: tokens.colorPaletteDarkOrangeBackground3 },
  level2: { backgroundColor: tokens.colorPaletteMarigoldBackground3 },
  level3: { backgroundColor: tokens.colorBrandBackground },
  level4: { backgroundColor: tokens.colorNeutralForeground4 },
})

export function SeverityMark({ level }: { readonly level: number }) {
  const styles = useStyles()
  const colours = [styles.level0, styles.level1, styles.level2, styles.level3, styles.level4]
  return <span className={mergeClasses(styles.mark, colours[level])} />
}

export function Severity({ level }: { readonly level: number }) {
  const styles = useStyles()
  return (
    <span className={styles.severity}>
      <SeverityMark level={level} />
      {level} · {severities[level]}
    </span>
  )
}
