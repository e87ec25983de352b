// The panel at the left: what there is to ask (tables and functions) and examples of asking.
import { Button, makeStyles, Tab, TabList, Tooltip, tokens } from '@fluentui/react-components'
import { PanelLeftContractRegular, PanelLeftExpandRegular } from '@fluentui/react-icons'
import type { ExampleQuery } from '../../api/types.ts'
import { useStored } from '../../components/use-stored.ts'
import { QueriesPanel } from './queries-panel.tsx'
import { TablesPanel } from './tables-panel.tsx'

const useStyles = makeStyles({
  panel: {
    flexShrink: 0,
    width: '272px',
    minHeight: 0,
    display: 'flex',
    flexDirection: 'column',
    backgroundColor: tokens.colorNeutralBackground2,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  head: {
    flexShrink: 0,
    boxSizing: 'border-box',
    display: 'flex',
    alignItems: 'center',
    height: '36px',
    paddingRight: '6px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  space: { flex: 1 },
  closed: {
    flexShrink: 0,
    padding: '5px 4px',
    backgroundColor: tokens.colorNeutralBackground2,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
  },
})

type SideTab = 'queries' | 'tables'

interface SidePanelProps {
  readonly onExample: (example: ExampleQuery) => void
  readonly onTable: (name: string) => void
}

export function SidePanel({ onExample, onTable }: SidePanelProps) {
  const styles = useStyles()
  const [tab, setTab] = useStored<SideTab>('conshelf.logs.side', 'queries')
  const [open, setOpen] = useStored('conshelf.logs.sideOpen', true)
  const toggle = (label: string, icon: React.ReactElement) => (
    <Tooltip content={label} relationship="label">
      <Button size="small" appearance="subtle" icon={icon} onClick={() => setOpen(!open)} />
    </Tooltip>
  )
  if (!open) return <div className={styles.closed}>{toggle('Show queries and tables', <PanelLeftExpandRegular />)}</div>
  return (
    <aside className={styles.panel} aria-label="Queries and tables">
      <div className={styles.head}>
        <TabList
          size="small"
          selectedValue={tab}
          onTabSelect={(_, { value }) => setTab(value === 'tables' ? 'tables' : 'queries')}
        >
          <Tab value="queries">Queries</Tab>
          <Tab value="tables">Tables</Tab>
        </TabList>
        <span className={styles.space} />
        {toggle('Hide this panel', <PanelLeftContractRegular />)}
      </div>
      {tab === 'queries' ? <QueriesPanel onExample={onExample} /> : <TablesPanel onTable={onTable} />}
    </aside>
  )
}
