// What a reader sees of a result table: which columns, in which order, which rows. Pure; the hook below keeps the choices.
import { useDeferredValue, useMemo, useState } from 'react'
import type { ResultTable } from '../../api/types.ts'
import { matchingRows, type Sort, sortedRows } from '../../components/grid/row-order.ts'
import { useStored } from '../../components/use-stored.ts'

/** Which resource a row is about: the same text in row after row, so it stands behind what the row says. */
const resource = new Set([
  'ResourceId',
  'SubscriptionId',
  'ResourceGroup',
  'ResourceProvider',
  'ResourceType',
  'Resource',
])
/** Columns that every stored row has. */
const standard = new Set(['TenantId', 'Type', 'SourceSystem', 'MG', 'ManagementGroupName'])

/** Whole stored rows (nothing projected) show time first and the columns that tell little last. */
export function displayOrder({ columns }: ResultTable): readonly number[] {
  const names = columns.map(({ name }) => name)
  const all = names.map((_, index) => index)
  const stored = ['TenantId', 'TimeGenerated', 'Type'].every((name) => names.includes(name))
  return stored ? all.toSorted((a, b) => rank(names[a] ?? '') - rank(names[b] ?? '') || a - b) : all
}

function rank(name: string): number {
  if (name === 'TimeGenerated') return 0
  if (standard.has(name) || name.startsWith('_')) return 3
  return resource.has(name) ? 2 : 1
}

export function emptyColumns({ columns, rows }: ResultTable): ReadonlySet<number> {
  const isFilled = (index: number) => rows.some((row) => row[index] !== null && row[index] !== '')
  return new Set(columns.flatMap((_, index) => (isFilled(index) ? [] : [index])))
}

/** Below this width, empty columns do not disturb. */
const manyColumns = 12

export interface ResultView {
  readonly columns: readonly number[]
  readonly order: readonly number[]
  readonly allColumns: readonly number[]
  readonly empty: ReadonlySet<number>
  readonly hidden: ReadonlySet<number>
  readonly hide: (hidden: ReadonlySet<number>) => void
  readonly hideEmpty: boolean
  readonly setHideEmpty: (hide: boolean) => void
  readonly filter: string
  readonly setFilter: (text: string) => void
  readonly sort: Sort | undefined
  /** First click ascending, second descending, third as the answer came. */
  readonly sortBy: (column: number) => void
}

/** State of one table; give the component that calls this a key for each table. */
export function useResultView(table: ResultTable): ResultView {
  const [filter, setFilter] = useState('')
  const [sort, setSort] = useState<Sort | undefined>()
  const [hidden, hide] = useState<ReadonlySet<number>>(new Set())
  const [hideEmpty, setHideEmpty] = useStored('conshelf.logs.hideEmpty', true)
  const allColumns = useMemo(() => displayOrder(table), [table])
  const empty = useMemo(
    () => (table.columns.length > manyColumns && table.rows.length > 0 ? emptyColumns(table) : new Set<number>()),
    [table],
  )
  const columns = useMemo(
    () => allColumns.filter((index) => !hidden.has(index) && !(hideEmpty && empty.has(index))),
    [allColumns, hidden, hideEmpty, empty],
  )
  const wanted = useDeferredValue(filter)
  const matching = useMemo(() => matchingRows(table.rows, columns, wanted), [table, columns, wanted])
  const order = useMemo(() => sortedRows(table.rows, matching, table.columns, sort), [table, matching, sort])
  const sortBy = (column: number) => setSort((before) => nextSort(before, column))
  return { columns, order, allColumns, empty, hidden, hide, hideEmpty, setHideEmpty, filter, setFilter, sort, sortBy }
}

export function nextSort(before: Sort | undefined, column: number): Sort | undefined {
  if (before?.column !== column) return { column, descending: false }
  return before.descending ? undefined : { column, descending: true }
}
