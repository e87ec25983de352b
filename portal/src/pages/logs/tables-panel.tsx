// Tables and functions of the workspace with their columns; a click writes a name into the query.
import { Checkbox, Input, makeStyles, mergeClasses, Spinner, Text, tokens } from '@fluentui/react-components'
import { SearchRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import type { SchemaFunction, SchemaTable } from '../../api/types.ts'
import { useStored } from '../../components/use-stored.ts'
import { useWorkspace } from '../../shell/workspace.ts'
import { schemaQuery } from './use-editor-schemas.ts'

const useStyles = makeStyles({
  option: { '& label': { fontSize: '12px', lineHeight: '16px' } },
  tools: { padding: '8px 10px 0', display: 'grid' },
  list: { flex: 1, minHeight: 0, overflow: 'auto', padding: '0 8px 12px', fontSize: '13px' },
  table: { contentVisibility: 'auto', containIntrinsicSize: 'auto 26px' },
  summary: {
    display: 'flex',
    alignItems: 'center',
    height: '26px',
    cursor: 'pointer',
    borderRadius: tokens.borderRadiusMedium,
    listStyleType: 'none',
    '::-webkit-details-marker': { display: 'none' },
    '::before': { content: '"›"', width: '16px', textAlign: 'center', color: tokens.colorNeutralForeground3 },
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  summaryOpen: { '::before': { transform: 'rotate(90deg)' } },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', flex: 1 },
  faint: { color: tokens.colorNeutralForeground4 },
  item: {
    display: 'flex',
    justifyContent: 'space-between',
    gap: '8px',
    width: '100%',
    border: 0,
    padding: '2px 8px 2px 20px',
    borderRadius: tokens.borderRadiusMedium,
    background: 'none',
    font: 'inherit',
    fontSize: '12.5px',
    lineHeight: '18px',
    color: tokens.colorNeutralForeground1,
    textAlign: 'left',
    cursor: 'pointer',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  type: { color: tokens.colorNeutralForeground3, fontFamily: tokens.fontFamilyMonospace, fontSize: '11px' },
  use: {
    border: 0,
    background: 'none',
    font: 'inherit',
    fontSize: '12px',
    color: tokens.colorBrandForeground1,
    cursor: 'pointer',
    opacity: 0,
    'summary:hover &': { opacity: 1 },
    ':focus-visible': { opacity: 1 },
  },
})

export function TablesPanel({ onTable }: { readonly onTable: (name: string) => void }) {
  const styles = useStyles()
  const { current } = useWorkspace()
  const [search, setSearch] = useState('')
  const [all, setAll] = useStored('conshelf.logs.allTables', false)
  const { data, isPending, error } = useQuery(schemaQuery(current?.name))
  const wanted = useDeferredValue(search.trim().toLowerCase())
  const tables = (data?.tables ?? []).filter((table) => (all || table.populated) && matches(table, wanted))
  const functions = (data?.functions ?? []).filter(({ name }) => name.toLowerCase().includes(wanted))
  return (
    <>
      <div className={styles.tools}>
        <Input
          size="small"
          contentBefore={<SearchRegular />}
          placeholder="Find a table or column"
          aria-label="Find a table or column"
          value={search}
          onChange={(_, { value }) => setSearch(value)}
        />
        <Checkbox
          className={styles.option}
          label="Also tables without rows"
          checked={all}
          onChange={(_, { checked }) => setAll(checked === true)}
        />
      </div>
      <div className={styles.list}>
        {isPending && <Spinner size="tiny" label="Reading the schema" />}
        {error && <Text size={200}>{error.message}</Text>}
        {tables.map((table) => (
          <Table key={table.name} table={table} wanted={wanted} onUse={onTable} />
        ))}
        {functions.map((one) => (
          <FunctionItem key={one.name} function={one} onUse={onTable} />
        ))}
        {data && tables.length + functions.length === 0 && <Text size={200}>Nothing found.</Text>}
      </div>
    </>
  )
}

function matches({ name, columns }: SchemaTable, wanted: string): boolean {
  return name.toLowerCase().includes(wanted) || columns.some((column) => column.name.toLowerCase().includes(wanted))
}

interface TableProps {
  readonly table: SchemaTable
  readonly wanted: string
  readonly onUse: (name: string) => void
}

function Table({ table, wanted, onUse }: TableProps) {
  const styles = useStyles()
  const [open, setOpen] = useState(false)
  const hits = table.columns.filter(({ name }) => name.toLowerCase().includes(wanted))
  const columns = table.name.toLowerCase().includes(wanted) ? table.columns : hits
  return (
    <details className={styles.table} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={mergeClasses(styles.summary, open && styles.summaryOpen)}>
        <span className={mergeClasses(styles.name, !table.populated && styles.faint)}>{table.name}</span>
        <button
          type="button"
          className={styles.use}
          onClick={(event) => {
            event.preventDefault()
            onUse(table.name)
          }}
        >
          Use
        </button>
      </summary>
      {open &&
        columns.map(({ name, type, doc }) => (
          <button key={name} type="button" className={styles.item} title={doc} onClick={() => onUse(name)}>
            <span className={styles.name}>{name}</span>
            <span className={styles.type}>{type}</span>
          </button>
        ))}
    </details>
  )
}

function FunctionItem({
  function: { name, parameters },
  onUse,
}: {
  readonly function: SchemaFunction
  readonly onUse: (name: string) => void
}) {
  const styles = useStyles()
  return (
    <button type="button" className={styles.item} title={`${name}(${parameters})`} onClick={() => onUse(name)}>
      <span className={styles.name}>{name}()</span>
      <span className={styles.type}>function</span>
    </button>
  )
}
