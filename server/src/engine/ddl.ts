// Table definitions -> the engine's DDL. Used by the catalog, which knows when; nothing else writes CREATE or ALTER.
// Reasons and measurements: docs/decisions/0002-physical-layout.md.
import type { Column } from '@conshelf/kql'
import { quoteName, quoteString } from '@conshelf/kql/sql/quote'
import { indexedText, wideText } from '@conshelf/kql/sql/search'
import { sqlTypes, timeColumnType } from '@conshelf/kql/sql/types'
import type { TableDefinition } from '../catalog/types.ts'
import type { TableName } from './engine.ts'
import { promotedColumns } from './promoted.ts'

/** Name of the column beside a searched one that keeps its texts beyond ASCII (TableSource.wide). */
export const wideName = (column: string): string => `${column}/wide`

export function createDatabase(database: string): string {
  return `CREATE DATABASE IF NOT EXISTS ${quoteName(database)}`
}

export function dropDatabase(database: string): string {
  return `DROP DATABASE IF EXISTS ${quoteName(database)} SYNC`
}

/** The table with these columns, and with everything of its layout that they carry: order, indexes, promoted paths. */
export function createTable(table: TableName, definition: TableDefinition, columns: readonly Column[]): string {
  const names = new Set(columns.map(({ name }) => name))
  const { timeColumn, layout } = definition
  if (!names.has(timeColumn)) throw new Error(`table ${definition.name} has no column ${timeColumn}, its time column`)
  const discriminator =
    layout.discriminator !== undefined && names.has(layout.discriminator) ? layout.discriminator : undefined
  const time = quoteName(timeColumn)
  return [
    `CREATE TABLE IF NOT EXISTS ${nameOf(table)} (`,
    parts(table, definition, columns)
      .map(({ declaration }) => `  ${declaration}`)
      .join(',\n'),
    ') ENGINE = MergeTree',
    `PARTITION BY ${partition(time, layout.retentionDays)}`,
    `ORDER BY (${discriminator === undefined ? '' : `${quoteName(discriminator)}, `}${time})`,
    `SETTINGS ${tableSettings}`,
  ].join('\n')
}

/** A table in memory for the rows of one query. */
export function createScratchTable(table: TableName, columns: readonly Column[]): string {
  const list = columns.map(({ name, type }) => `${quoteName(name)} ${sqlTypes[type]}`)
  return `CREATE TABLE ${nameOf(table)} (${list.join(', ')}) ENGINE = Memory`
}

/** Adds columns to a table that exists, with what its layout says of them. Columns that exist already stay as they are. */
export function addColumns(table: TableName, definition: TableDefinition, columns: readonly Column[]): string {
  const added = parts(table, definition, columns).map(
    ({ kind, declaration }) => `ADD ${kind}IF NOT EXISTS ${declaration.replace(/^INDEX /, '')}`,
  )
  return `ALTER TABLE ${nameOf(table)}\n  ${added.join(',\n  ')}`
}

/** With all its rows; they are gone when it is done. */
export function dropTable(table: TableName): string {
  return `DROP TABLE IF EXISTS ${nameOf(table)} SYNC`
}

interface Part {
  readonly kind: 'COLUMN ' | 'INDEX '
  readonly declaration: string
}

function parts(table: TableName, definition: TableDefinition, columns: readonly Column[]): readonly Part[] {
  const { layout } = definition
  const present = new Map<string, string>()
  for (const column of columns) present.set(column.name, columnType(definition, column))
  const promoted = promotedColumns(layout.promoted.filter(({ column }) => present.has(column)))
  for (const { name } of promoted) present.set(name, textType(definition, name))
  const searched = layout.searched.filter((name) => present.has(name))
  return [
    ...columns.flatMap((column) =>
      declarations(table, definition, column, present.get(column.name) ?? '').map((text) => part('COLUMN ', text)),
    ),
    ...promoted.map(({ name, sql }) => part('COLUMN ', `${quoteName(name)} ${present.get(name)} MATERIALIZED ${sql}`)),
    ...searched.map((name) => part('COLUMN ', wideColumn(definition, name, present.get(name) ?? ''))),
    ...searched.flatMap((name) => [name, wideName(name)].map((each) => part('INDEX ', tokenIndex(each)))),
  ]
}

const part = (kind: Part['kind'], declaration: string): Part => ({
  kind,
  declaration: kind === 'INDEX ' ? `INDEX ${declaration}` : declaration,
})

function declarations(table: TableName, definition: TableDefinition, column: Column, type: string): readonly string[] {
  if (column.name === '_ItemId') return itemId
  const codec = column.type === 'datetime' ? ' CODEC(Delta, ZSTD(1))' : ''
  return [`${quoteName(column.name)} ${type}${defaultOf(table, definition, column.name)}${codec}`]
}

/** What _ItemId stands for, where the engine takes no alias. */
export const itemIdOf = 'toString(reinterpretAsUUID(sipHash128(`_ItemId/number`)))'

/**
 * A unique number, which takes less than a byte a row since it goes up, and the GUID made of it when it is asked for. (A
 * stored random text takes 7 to 18, up to a quarter of a narrow table.) No KQL column can have the number's name.
 */
const itemId = [
  '`_ItemId/number` UInt64 DEFAULT generateSnowflakeID() CODEC(Delta, ZSTD(1))',
  `\`_ItemId\` String ALIAS ${itemIdOf}`,
]

function columnType(definition: TableDefinition, column: Column): string {
  if (column.name === definition.timeColumn) {
    if (column.type !== 'datetime')
      throw new Error(`the time column ${column.name} of ${definition.name} is a ${column.type}`)
    return timeColumnType
  }
  return column.type === 'string' ? textType(definition, column.name) : sqlTypes[column.type]
}

function textType(definition: TableDefinition, name: string): string {
  const few = definition.layout.lowCardinality.includes(name) || constants.has(name)
  return few ? `LowCardinality(${sqlTypes.string})` : sqlTypes.string
}

const constants: ReadonlySet<string> = new Set(['TenantId', 'Type'])

/**
 * What a row has without being told. https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns
 * Every other column that a row lacks is empty (string) or null by its type.
 */
function defaultOf(table: TableName, definition: TableDefinition, column: string): string {
  switch (column) {
    case 'TenantId':
      return ` DEFAULT ${quoteString(workspaceId(table.database))}`
    case 'Type':
      return ` DEFAULT ${quoteString(definition.name)}`
    case '_TimeReceived':
      return " DEFAULT now64(7, 'UTC')"
    default:
      return ''
  }
}

/** The GUID in the name of a workspace's database; empty for other databases. */
function workspaceId(database: string): string {
  const [, a, b, c, d, e] = /^ws_(\w{8})(\w{4})(\w{4})(\w{4})(\w{12})$/.exec(database) ?? []
  return a === undefined ? '' : [a, b, c, d, e].join('-')
}

/** See TableSource.wide. Empty for nearly all rows, it takes no room. */
function wideColumn(definition: TableDefinition, name: string, type: string): string {
  if (!/\bString\b/.test(type) || type.startsWith('Nullable')) {
    throw new Error(`column ${name} of ${definition.name} is searched but is not a string; promote its text instead`)
  }
  return `${quoteName(wideName(name))} String MATERIALIZED ${wideText(quoteName(name))}`
}

/** Serves hasToken(lower(c), 'x') and lower(c) LIKE '%x%'; the expression in the query must be this very one. */
const tokenIndex = (name: string): string =>
  `${quoteName(`search ${name}`)} ${indexedText(quoteName(name))} TYPE text(tokenizer = 'splitByNonAlpha')`

/** Whole partitions go when their time has come (expired.ts), so a partition is short beside the retention, and there are few of them. */
function partition(time: string, retentionDays: number): string {
  if (retentionDays <= 31) return `toYYYYMMDD(${time})`
  if (retentionDays <= 366) return `toMonday(${time})`
  return `toYYYYMM(${time})`
}

/**
 * The fsync settings make an acknowledged insert outlive a loss of power (4 ms an insert where it was measured); merged
 * parts too, since their sources are deleted at once.
 */
const tableSettings = [
  "default_compression_codec = 'ZSTD(1)'",
  'fsync_after_insert = 1',
  'fsync_part_directory = 1',
  'min_rows_to_fsync_after_merge = 1',
  'min_compressed_bytes_to_fsync_after_merge = 1',
].join(', ')

const nameOf = ({ database, table }: TableName): string => `${quoteName(database)}.${quoteName(table)}`
