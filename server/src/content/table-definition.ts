// Table items -> the definition that catalog and engine work with.
import type { Column, PromotedPath, ScalarType } from '@conshelf/kql'
import { standardColumns, type TableDefinition, type TableLayout } from '../catalog/types.ts'
import { defaultRetentionDays, hasFewValues, isSearched } from './default-layout.ts'
import { frame, storedName, type TableItem } from './kinds/table.ts'

/** `extensions` add their columns at the end of the table's own. */
export function tableDefinition(item: TableItem, extensions: readonly TableItem[]): TableDefinition {
  const columns = columnsOf(item, extensions)
  return {
    name: item.name,
    columns,
    timeColumn: item.time ?? 'TimeGenerated',
    plan: item.plan ?? 'analytics',
    grows: item.grows ?? false,
    ...(item.view === undefined ? {} : { view: item.view }),
    layout: layoutOf(item.layout ?? {}, columns),
  }
}

/** The definition of a custom log that nobody declared: it grows with what arrives. */
export function customLogDefinition(name: string, columns: readonly Column[]): TableDefinition {
  const listed = Object.fromEntries(columns.map((c) => [c.name, c.type]))
  return tableDefinition({ name, grows: true, columns: { ...listed, SourceSystem: 'string' } }, [])
}

function columnsOf(item: TableItem, extensions: readonly TableItem[]): readonly Column[] {
  const own = listedColumns(item)
  const taken = new Set([...own.map((c) => c.name), ...(item.without ?? [])])
  const missing = (part: Readonly<Record<string, ScalarType>>) =>
    Object.entries(part)
      .filter(([name]) => !taken.has(name))
      .map(([name, type]) => ({ name, type }))
  const all = [...missing(frame.head), ...own, ...missing(frame.tail)]
  const names = new Set(all.map((c) => c.name))
  return [...all, ...extensions.flatMap(listedColumns).filter((c) => !names.has(c.name))]
}

function listedColumns(item: TableItem): Column[] {
  return Object.entries(item.columns).map(([name, column]) =>
    typeof column === 'string' ? { name, type: column } : { name, type: column.type, doc: column.doc },
  )
}

function layoutOf(wanted: NonNullable<TableItem['layout']>, columns: readonly Column[]): TableLayout {
  const texts = [...columns, ...standardColumns].filter((c) => c.type === 'string').map((c) => c.name)
  const discriminator = wanted.discriminator
  const lowCardinality = new Set([...(wanted.lowCardinality ?? []), ...texts.filter(hasFewValues)])
  if (discriminator !== undefined) lowCardinality.add(discriminator)
  return {
    ...(discriminator === undefined ? {} : { discriminator }),
    lowCardinality: [...lowCardinality],
    searched: wanted.searched ?? texts.filter(isSearched),
    promoted: Object.entries(wanted.promoted ?? {}).flatMap(([column, paths]) =>
      paths.map((p) => promotedPath(column, p)),
    ),
    retentionDays: wanted.retentionDays ?? defaultRetentionDays,
  }
}

function promotedPath(column: string, path: string): PromotedPath {
  return { column, path: path === '' ? [] : path.split('.'), stored: storedName(column, path), type: 'string' }
}
