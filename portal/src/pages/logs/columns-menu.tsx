// Chooses which columns of a result are shown.
import {
  Button,
  Checkbox,
  Divider,
  Input,
  makeStyles,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Switch,
  tokens,
} from '@fluentui/react-components'
import { ColumnEditRegular, SearchRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import type { ResultTable } from '../../api/types.ts'
import type { ResultView } from './result-view.ts'

const useStyles = makeStyles({
  button: { fontWeight: tokens.fontWeightRegular, whiteSpace: 'nowrap' },
  surface: { display: 'grid', gap: '6px', width: '280px', padding: '12px' },
  list: { display: 'grid', maxHeight: '320px', overflow: 'auto' },
  tools: { display: 'flex', gap: '4px' },
})

interface ColumnsMenuProps {
  readonly table: ResultTable
  readonly view: ResultView
}

export function ColumnsMenu({ table, view }: ColumnsMenuProps) {
  const styles = useStyles()
  const all = table.columns.length
  const shown = view.columns.length
  return (
    <Popover positioning="below-end" trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Button size="small" appearance="subtle" className={styles.button} icon={<ColumnEditRegular />}>
          {shown === all ? 'Columns' : `${shown} of ${all} columns`}
        </Button>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label="Columns">
        <Choices table={table} view={view} />
      </PopoverSurface>
    </Popover>
  )
}

function Choices({ table, view }: ColumnsMenuProps) {
  const styles = useStyles()
  const [search, setSearch] = useState('')
  const { allColumns, hidden, hide, empty, hideEmpty, setHideEmpty } = view
  const wanted = search.trim().toLowerCase()
  const listed = allColumns.filter((index) => table.columns[index]?.name.toLowerCase().includes(wanted))
  const toggle = (index: number) => hide(hidden.symmetricDifference(new Set([index])))
  return (
    <>
      <Input
        size="small"
        contentBefore={<SearchRegular />}
        placeholder="Find a column"
        aria-label="Find a column"
        value={search}
        onChange={(_, { value }) => setSearch(value)}
      />
      <div className={styles.tools}>
        <Button size="small" appearance="subtle" onClick={() => hide(hidden.difference(new Set(listed)))}>
          Show all
        </Button>
        <Button size="small" appearance="subtle" onClick={() => hide(hidden.union(new Set(listed)))}>
          Hide all
        </Button>
      </div>
      {empty.size > 0 && (
        <Switch
          label={`Hide ${empty.size} empty columns`}
          checked={hideEmpty}
          onChange={(_, { checked }) => setHideEmpty(checked)}
        />
      )}
      <Divider />
      <div className={styles.list}>
        {listed.map((index) => (
          <Checkbox
            key={index}
            label={table.columns[index]?.name ?? ''}
            checked={!hidden.has(index) && !(hideEmpty && empty.has(index))}
            disabled={hideEmpty && empty.has(index)}
            onChange={() => toggle(index)}
          />
        ))}
      </div>
    </>
  )
}
