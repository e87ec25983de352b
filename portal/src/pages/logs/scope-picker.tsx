// Chooses what a query sees: the whole workspace, or one Azure resource that its rows name.
import {
  Button,
  Input,
  makeStyles,
  mergeClasses,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Spinner,
  Text,
  tokens,
} from '@fluentui/react-components'
import { ChevronDownRegular, CubeRegular, DatabaseRegular, SearchRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { LoggedResource } from '../../api/types.ts'
import { loggedResources } from '../../api/workspaces.ts'
import { useWorkspace } from '../../shell/workspace.ts'
import { resourceName } from './resource-name.ts'

const useStyles = makeStyles({
  button: { fontWeight: tokens.fontWeightRegular, maxWidth: '320px', overflow: 'hidden', whiteSpace: 'nowrap' },
  name: { overflow: 'hidden', textOverflow: 'ellipsis' },
  surface: { display: 'grid', gap: '8px', width: '380px', padding: '12px' },
  list: { maxHeight: '340px', overflow: 'auto', display: 'grid', gridAutoRows: 'max-content' },
  entry: { justifyContent: 'flex-start', textAlign: 'left', fontWeight: tokens.fontWeightRegular, padding: '5px 8px' },
  selected: { backgroundColor: tokens.colorNeutralBackground1Selected },
  lines: { display: 'grid', minWidth: 0, flex: 1 },
  aside: {
    color: tokens.colorNeutralForeground3,
    fontSize: '12px',
    fontVariantNumeric: 'tabular-nums',
    paddingLeft: '12px',
  },
  faint: {
    color: tokens.colorNeutralForeground3,
    fontSize: '11px',
    lineHeight: '14px',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
  },
})

interface ScopePickerProps {
  readonly value: string | undefined
  readonly onChange: (resource: string | undefined) => void
}

export function ScopePicker({ value, onChange }: ScopePickerProps) {
  const styles = useStyles()
  const { current } = useWorkspace()
  const [open, setOpen] = useState(false)
  const label = value ? resourceName(value) : (current?.name ?? 'workspace')
  const choose = (resource: string | undefined) => {
    onChange(resource)
    setOpen(false)
  }
  return (
    <Popover open={open} onOpenChange={(_, data) => setOpen(data.open)} positioning="below-start" trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Button
          size="small"
          className={styles.button}
          icon={value ? <CubeRegular /> : <DatabaseRegular />}
          aria-label={`Scope: ${label}`}
          disabled={!current}
        >
          <span className={styles.name}>{label}</span>
          <ChevronDownRegular style={{ marginLeft: 6, flexShrink: 0 }} />
        </Button>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label="Scope">
        {current && <Choices workspace={current.name} value={value} onChoose={choose} />}
      </PopoverSurface>
    </Popover>
  )
}

interface ChoicesProps {
  readonly workspace: string
  readonly value: string | undefined
  readonly onChoose: (resource: string | undefined) => void
}

function Choices({ workspace, value, onChoose }: ChoicesProps) {
  const styles = useStyles()
  const [search, setSearch] = useState('')
  const { data, isPending, error } = useQuery({
    queryKey: ['resources', workspace],
    queryFn: ({ signal }) => loggedResources(workspace, signal),
  })
  const wanted = search.trim().toLowerCase()
  const found = (data ?? []).filter(({ id }) => id.toLowerCase().includes(wanted))
  return (
    <>
      <Input
        size="small"
        contentBefore={<SearchRegular />}
        placeholder="Find a resource"
        aria-label="Find a resource"
        value={search}
        onChange={(_, change) => setSearch(change.value)}
      />
      <div className={styles.list}>
        <Entry
          icon={<DatabaseRegular />}
          title={workspace}
          text="Whole workspace"
          selected={!value}
          onClick={() => onChoose(undefined)}
        />
        {found.toSorted(byRows).map((resource) => (
          <Entry
            key={resource.id}
            icon={<CubeRegular />}
            title={resourceName(resource.id)}
            text={resource.type}
            aside={resource.rows.toLocaleString('en')}
            selected={resource.id === value}
            onClick={() => onChoose(resource.id)}
          />
        ))}
      </div>
      {isPending && <Spinner size="tiny" label="Looking for resources" />}
      {error && <Text size={200}>{error.message}</Text>}
      {data && found.length === 0 && (
        <Text size={200}>No resource {wanted ? 'matches' : 'has rows of the last 24 hours'}.</Text>
      )}
    </>
  )
}

interface EntryProps {
  readonly icon: React.ReactElement
  readonly title: string
  readonly text: string
  /** Rows of the last day. */
  readonly aside?: string
  readonly selected: boolean
  readonly onClick: () => void
}

function Entry({ icon, title, text, aside, selected, onClick }: EntryProps) {
  const styles = useStyles()
  return (
    <Button
      appearance="subtle"
      className={mergeClasses(styles.entry, selected && styles.selected)}
      icon={icon}
      aria-current={selected}
      onClick={onClick}
    >
      <span className={styles.lines}>
        <span className={styles.name}>{title}</span>
        <span className={styles.faint}>{text}</span>
      </span>
      {aside && (
        <span className={styles.aside} title="Rows of the last 24 hours">
          {aside}
        </span>
      )}
    </Button>
  )
}

/** What writes most is looked at most. */
function byRows(a: LoggedResource, b: LoggedResource): number {
  return b.rows - a.rows || a.name.localeCompare(b.name)
}
