// Product name, workspace, theme.
import { makeStyles, Tooltip } from '@fluentui/react-components'
import { topBar } from '../theme.ts'
import { useAbout } from './about.ts'
import { Mark } from './mark.tsx'
import { ThemeSwitch } from './theme-switch.tsx'
import { WorkspacePicker } from './workspace-picker.tsx'

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    alignItems: 'center',
    gap: '10px',
    padding: '0 8px 0 20px',
    backgroundColor: topBar.background,
    color: topBar.text,
  },
  name: { fontSize: '15px', fontWeight: 600, letterSpacing: '0.01em' },
  line: { width: '1px', height: '20px', margin: '0 4px', backgroundColor: topBar.line },
  space: { flex: 1 },
  version: { fontSize: '12px', color: topBar.faint, marginRight: '4px' },
})

export function TopBar() {
  const styles = useStyles()
  const { data: about } = useAbout()
  return (
    <header className={styles.bar}>
      <Mark size={24} />
      <span className={styles.name}>Conshelf</span>
      <span className={styles.line} />
      <WorkspacePicker />
      <span className={styles.space} />
      {about && (
        <Tooltip content={`${about.product} ${about.version}`} relationship="description">
          <span className={styles.version}>{about.version}</span>
        </Tooltip>
      )}
      <ThemeSwitch />
    </header>
  )
}
