// The tables of an answer: as grid or as chart, with the tools for looking at them.
import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles, Spinner, tokens } from '@fluentui/react-components'
import { lazy, Suspense, useMemo, useState } from 'react'
import type { Cell, QueryAnswer, RenderInfo, ResultColumn, ResultTable } from '../../api/types.ts'
import { chartModel } from '../../components/chart/chart-model.ts'
import { isDrawable } from '../../components/chart/visualization.ts'
import type { TimeZone } from '../../components/grid/cell-text.ts'
import { DataGrid } from '../../components/grid/data-grid.tsx'
import { useStored } from '../../components/use-stored.ts'
import { useTheme } from '../../shell/theme-choice.ts'
import { ResultBar, type ResultMode } from './result-bar.tsx'
import { useResultView } from './result-view.ts'

const Chart = lazy(async () => ({ default: (await import('../../components/chart/chart.tsx')).Chart }))

const useStyles = makeStyles({
  none: {
    flex: 1,
    display: 'grid',
    placeItems: 'center',
    alignContent: 'center',
    gap: '4px',
    color: tokens.colorNeutralForeground3,
  },
  notes: { padding: '4px 16px', fontSize: '12px', color: tokens.colorNeutralForeground3 },
})

interface ResultsProps {
  readonly answer: QueryAnswer
  /** Why rows are missing, when a limit cut them. */
  readonly notice: string | undefined
  readonly onFilter: (column: ResultColumn, value: Cell, negated: boolean) => void
}

export function Results({ answer, notice, onFilter }: ResultsProps) {
  const styles = useStyles()
  const [number, setNumber] = useState(0)
  const table = answer.tables[number] ?? answer.tables[0]
  if (!table) return <div className={styles.none}>The query has no result table.</div>
  return (
    <>
      {notice && (
        <MessageBar intent="warning" layout="singleline" shape="square">
          <MessageBarBody>
            <MessageBarTitle>Not all rows</MessageBarTitle>
            {notice}
          </MessageBarBody>
        </MessageBar>
      )}
      <TableResult
        key={`${number}`}
        table={table}
        render={answer.render ?? {}}
        emptyText={answer.statistics?.warnings ? doubtful : fine}
        tables={answer.tables.map(({ name }) => name)}
        number={number}
        onTable={setNumber}
        onFilter={onFilter}
      />
    </>
  )
}

const fine = 'The query is fine; nothing of the chosen time and scope matches it.'
const doubtful = 'What the warnings say may be why.'

interface TableResultProps {
  readonly table: ResultTable
  readonly render: RenderInfo
  /** Said of no rows. */
  readonly emptyText: string
  readonly tables: readonly string[]
  readonly number: number
  readonly onTable: (number: number) => void
  readonly onFilter: ResultsProps['onFilter']
}

function TableResult({ table, render, emptyText, tables, number, onTable, onFilter }: TableResultProps) {
  const styles = useStyles()
  const view = useResultView(table)
  const [zone, setZone] = useStored<TimeZone>('conshelf.logs.zone', 'utc')
  const asked = (render.visualization ?? '').toLowerCase()
  const [mode, setMode] = useState<ResultMode>(asked !== '' && asked !== 'table' ? 'chart' : 'table')
  const [kind, setKind] = useState(isDrawable(asked) ? asked : asked && asked !== 'table' ? asked : proposal(table))
  return (
    <>
      <ResultBar
        table={table}
        view={view}
        mode={mode}
        onMode={setMode}
        chartKind={kind}
        onChartKind={setKind}
        zone={zone}
        onZone={setZone}
        tables={tables}
        number={number}
        onTable={onTable}
      />
      {mode === 'chart' ? (
        <ChartView table={table} render={{ ...render, visualization: kind }} zone={zone} />
      ) : table.rows.length === 0 ? (
        <div className={styles.none}>
          <span>No rows.</span>
          <span>{emptyText}</span>
        </div>
      ) : (
        <DataGrid
          label="Result rows"
          table={table}
          order={view.order}
          columns={view.columns}
          sort={view.sort}
          onSort={view.sortBy}
          zone={zone}
          onFilter={onFilter}
        />
      )}
    </>
  )
}

/** What to draw when the query does not say: time if there is any, else columns. */
function proposal({ columns }: ResultTable): string {
  return columns.some(({ type }) => type === 'datetime') ? 'timechart' : 'columnchart'
}

interface ChartViewProps {
  readonly table: ResultTable
  readonly render: RenderInfo
  readonly zone: TimeZone
}

function ChartView({ table, render, zone }: ChartViewProps) {
  const styles = useStyles()
  const { dark } = useTheme()
  const key = JSON.stringify(render)
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal wishes arrive as new objects
  const model = useMemo(() => chartModel(table, render), [table, key])
  const notes = model.kind === 'xy' ? model.notes : []
  return (
    <Suspense
      fallback={
        <div className={styles.none}>
          <Spinner size="small" />
        </div>
      }
    >
      <Chart model={model} dark={dark} zone={zone} />
      {notes.length > 0 && <div className={styles.notes}>{notes.join(' ')}</div>}
    </Suspense>
  )
}
