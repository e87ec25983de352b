// The line above a result: table or chart, filter, columns, time zone, export.
import { Dropdown, Input, makeStyles, Option, Tab, TabList, tokens } from '@fluentui/react-components'
import { DataBarVerticalRegular, FilterRegular, TableRegular } from '@fluentui/react-icons'
import type { ResultTable } from '../../api/types.ts'
import { drawable } from '../../components/chart/visualization.ts'
import type { TimeZone } from '../../components/grid/cell-text.ts'
import { ColumnsMenu } from './columns-menu.tsx'
import { ExportMenu } from './export-menu.tsx'
import type { ResultView } from './result-view.ts'
import { ZoneMenu } from './zone-menu.tsx'

export type ResultMode = 'table' | 'chart'

const useStyles = makeStyles({
  bar: {
    flexShrink: 0,
    display: 'flex',
    alignItems: 'center',
    gap: '4px',
    height: '38px',
    padding: '0 10px 0 6px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  space: { flex: 1 },
  filter: { width: '220px', minWidth: '120px', flexShrink: 1 },
  choice: { minWidth: '150px' },
})

interface ResultBarProps {
  readonly table: ResultTable
  readonly view: ResultView
  readonly mode: ResultMode
  readonly onMode: (mode: ResultMode) => void
  readonly chartKind: string
  readonly onChartKind: (kind: string) => void
  readonly zone: TimeZone
  readonly onZone: (zone: TimeZone) => void
  readonly tables: readonly string[]
  readonly number: number
  readonly onTable: (number: number) => void
}

export function ResultBar(props: ResultBarProps) {
  const { table, view, mode, onMode, zone, onZone, tables } = props
  const styles = useStyles()
  return (
    <div className={styles.bar} role="toolbar" aria-label="Result">
      <TabList
        size="small"
        selectedValue={mode}
        onTabSelect={(_, { value }) => onMode(value === 'chart' ? 'chart' : 'table')}
      >
        <Tab value="table" icon={<TableRegular />}>
          Results
        </Tab>
        <Tab value="chart" icon={<DataBarVerticalRegular />}>
          Chart
        </Tab>
      </TabList>
      {tables.length > 1 && <TableChoice {...props} />}
      <span className={styles.space} />
      {mode === 'chart' ? <KindChoice {...props} /> : <FilterBox view={view} />}
      {mode === 'table' && <ColumnsMenu table={table} view={view} />}
      <ZoneMenu zone={zone} onZone={onZone} />
      <ExportMenu table={table} view={view} />
    </div>
  )
}

function FilterBox({ view }: { readonly view: ResultView }) {
  const styles = useStyles()
  return (
    <Input
      className={styles.filter}
      size="small"
      type="search"
      contentBefore={<FilterRegular />}
      placeholder="Filter rows"
      aria-label="Filter rows"
      value={view.filter}
      onChange={(_, { value }) => view.setFilter(value)}
    />
  )
}

function KindChoice({ chartKind, onChartKind }: ResultBarProps) {
  const styles = useStyles()
  const kinds = Object.entries(drawable)
  const label = kinds.find(([name]) => name === chartKind)?.[1].label ?? chartKind
  return (
    <Dropdown
      className={styles.choice}
      size="small"
      aria-label="Kind of chart"
      value={label}
      selectedOptions={[chartKind]}
      onOptionSelect={(_, { optionValue }) => optionValue && onChartKind(optionValue)}
    >
      {kinds.map(([name, { label: text }]) => (
        <Option key={name} value={name}>
          {text}
        </Option>
      ))}
    </Dropdown>
  )
}

function TableChoice({ tables, number, onTable }: ResultBarProps) {
  const styles = useStyles()
  return (
    <Dropdown
      className={styles.choice}
      size="small"
      aria-label="Result table"
      value={tables[number] ?? ''}
      selectedOptions={[String(number)]}
      onOptionSelect={(_, { optionValue }) => onTable(Number(optionValue))}
    >
      {tables.map((name, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: tables have no other identity, names may repeat
        <Option key={index} value={String(index)}>
          {name}
        </Option>
      ))}
    </Dropdown>
  )
}
