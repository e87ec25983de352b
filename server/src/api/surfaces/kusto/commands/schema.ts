// `.show databases`, `.show tables` and what else describes databases, tables and columns.
// https://learn.microsoft.com/kusto/management/show-schema-database and …/show-tables-command
import type { Column, FunctionSchema, Row, TableSchema } from '@conshelf/kql'
import type { Workspace } from '../../../../catalog/types.ts'
import { functionsOf, tablesOf } from '../../query/metadata.ts'
import { dotnetTypes } from '../tables.ts'
import {
  type Command,
  type CommandCall,
  type CommandResult,
  catalogOf,
  columnsOf,
  currentOf,
  namesOf,
  tableOf,
  workspaceOf,
  workspacesOf,
} from './command.ts'

const databaseColumns = columnsOf(
  'DatabaseName PersistentStorage Version IsCurrent:bool DatabaseAccessMode PrettyName DatabaseId:guid',
)
const tableColumns = columnsOf('TableName DatabaseName Folder DocString')
const tableSchemaColumns = columnsOf('TableName Schema DatabaseName Folder DocString')
const schemaColumns = columnsOf(
  'DatabaseName TableName ColumnName ColumnType IsDefaultTable:bool IsDefaultColumn:bool PrettyName Version Folder DocString',
)
const jsonColumns = columnsOf('DatabaseSchema')

const version = 'v1.0'

/** Custom logs, and the tables that Azure documents. */
const folderOf = (table: string): string => (table.endsWith('_CL') ? 'Custom' : '')

async function databases(command: CommandCall): Promise<CommandResult> {
  const current = currentOf(command)
  const rows = workspacesOf(command).map(
    (workspace): Row => [workspace.name, '', version, workspace.id === current?.id, 'ReadWrite', '', workspace.id],
  )
  return { columns: databaseColumns, rows }
}

async function currentDatabase(command: CommandCall): Promise<CommandResult> {
  const { columns, rows } = await databases(command)
  return { columns, rows: rows.filter(([, , , isCurrent]) => isCurrent === true) }
}

const tablesIn = (command: CommandCall, workspace: Workspace): readonly TableSchema[] =>
  tablesOf(catalogOf(command, workspace))

const shown = ({ columns }: TableSchema): readonly Column[] => columns.filter((column) => !column.hidden)

/** The tables of the database, or those that the command names. */
export function tablesResult(command: CommandCall, workspace: Workspace): CommandResult {
  const { table, tables: list } = command.words
  const named = list === undefined ? (table === undefined ? undefined : [table]) : namesOf(list)
  const wanted = named && new Set(named)
  const found = tablesIn(command, workspace).filter(({ name }) => !wanted || wanted.has(name))
  return {
    columns: tableColumns,
    rows: found.map(({ name }) => [name, workspace.name, folderOf(name), '']),
  }
}

async function tables(command: CommandCall): Promise<CommandResult> {
  return tablesResult(command, workspaceOf(command))
}

/** The table with its schema as JSON. */
export function tableSchemaResult(command: CommandCall, workspace: Workspace, name: string): CommandResult {
  const schema = catalogOf(command, workspace).table(name)
  const rows = schema ? [[name, JSON.stringify(tableJson(schema)), workspace.name, folderOf(name), '']] : []
  return { columns: tableSchemaColumns, rows }
}

function oneTable(schemaOf: (schema: TableSchema) => string): Command['run'] {
  return async (command) => {
    const workspace = workspaceOf(command)
    const name = tableOf(command, workspace)
    const schema = catalogOf(command, workspace).table(name)
    return {
      columns: tableSchemaColumns,
      rows: schema ? [[name, schemaOf(schema), workspace.name, folderOf(name), '']] : [],
    }
  }
}

const csl = (schema: TableSchema): string =>
  shown(schema)
    .map(({ name, type }) => `${nameText(name)}:${type}`)
    .join(',')

const nameText = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `['${name}']`)

function tableJson(schema: TableSchema) {
  return {
    Name: schema.name,
    Folder: folderOf(schema.name),
    DocString: '',
    OrderedColumns: shown(schema).map(({ name, type, doc }) => ({
      Name: name,
      Type: `System.${type === 'decimal' ? 'Data.SqlTypes.SqlDecimal' : dotnetTypes[type]}`,
      CslType: type,
      ...(doc === undefined ? {} : { DocString: doc }),
    })),
  }
}

/** `(a, b:string)` as objects; a default is part of what the parameter is. */
function functionJson({ name, parameters, body }: FunctionSchema) {
  return { Name: name, InputParameters: parametersJson(parameters), Body: `{ ${body} }`, Folder: '', DocString: '' }
}

function parametersJson(parameters: string): readonly Readonly<Record<string, unknown>>[] {
  const parts = parameters.match(/(?:[^,("']|\((?:[^()]|\([^()]*\))*\)|"[^"]*"|'[^']*')+/g) ?? []
  return parts.map((part) => {
    const [, name = '', type = '', value] = /^\s*([^:\s]+)\s*:\s*([\s\S]*?)\s*(?:=\s*([\s\S]*?)\s*)?$/.exec(part) ?? []
    const isTable = type.startsWith('(')
    return {
      Name: name,
      ...(isTable ? { Type: '', Columns: parametersJson(type.slice(1, -1)) } : { CslType: type }),
      ...(value === undefined ? {} : { CslDefaultValue: value }),
    }
  })
}

function databaseJson(command: CommandCall, workspace: Workspace) {
  const catalog = catalogOf(command, workspace)
  const byName = <T extends { readonly Name: string }>(all: readonly T[]) =>
    Object.fromEntries(all.map((each) => [each.Name, each]))
  return {
    Name: workspace.name,
    Tables: byName(tablesOf(catalog).map(tableJson)),
    ExternalTables: {},
    MaterializedViews: {},
    EntityGroups: {},
    Functions: byName(functionsOf(catalog).map(functionJson)),
    DatabaseAccessMode: 'ReadWrite',
    MajorVersion: 1,
    MinorVersion: 0,
  }
}

function schemaJson(workspaces: (command: CommandCall) => readonly Workspace[]): Command['run'] {
  return async (command) => {
    const all = workspaces(command).map((workspace) => [workspace.name, databaseJson(command, workspace)])
    return { columns: jsonColumns, rows: [[JSON.stringify({ Plugins: [], Databases: Object.fromEntries(all) })]] }
  }
}

function schemaRows(workspaces: (command: CommandCall) => readonly Workspace[]): Command['run'] {
  return async (command) => ({
    columns: schemaColumns,
    rows: workspaces(command).flatMap((workspace) => [
      [workspace.name, '', '', '', false, false, '', version, '', ''],
      ...tablesIn(command, workspace).flatMap((table) => tableRows(workspace.name, table)),
    ]),
  })
}

function tableRows(database: string, table: TableSchema): readonly Row[] {
  const folder = folderOf(table.name)
  const own = [false, false, '', '', folder]
  return [
    [database, table.name, '', '', ...own, ''],
    ...shown(table).map(({ name, type, doc }): Row => {
      const dotnet = `System.${type === 'decimal' ? 'Data.SqlTypes.SqlDecimal' : dotnetTypes[type]}`
      return [database, table.name, name, dotnet, ...own, doc ?? '']
    }),
  ]
}

const one = (command: CommandCall) => [workspaceOf(command)]

/** Columns of one table, a row each. */
async function columns(command: CommandCall): Promise<CommandResult> {
  const workspace = workspaceOf(command)
  const schema = catalogOf(command, workspace).table(tableOf(command, workspace))
  return {
    columns: columnsOf('AttributeName AttributeType AttributeValue Folder DocString'),
    rows: (schema ? shown(schema) : []).map(({ name, type, doc }) => [name, dotnetTypes[type], type, '', doc ?? '']),
  }
}

export const schemaCommands: readonly Command[] = [
  { pattern: '.show databases [{databases:list}]', run: databases },
  { pattern: '.show databases details|identity|entities', run: databases },
  { pattern: '.show database', run: currentDatabase },
  { pattern: '.show tables [{tables:list}]', run: tables },
  { pattern: '.show table {table}', run: columns },
  { pattern: '.show table {table} details', run: tables },
  { pattern: '.show table {table} cslschema', run: oneTable(csl) },
  { pattern: '.show table {table} schema as csl', run: oneTable(csl) },
  { pattern: '.show table {table} schema as json', run: oneTable((schema) => JSON.stringify(tableJson(schema))) },
  { pattern: '.show databases schema', run: schemaRows(workspacesOf) },
  { pattern: '.show databases {databases:list} schema', run: schemaRows(workspacesOf) },
  { pattern: '.show database schema', run: schemaRows(one) },
  { pattern: '.show database {database} schema', run: schemaRows(one) },
  { pattern: '.show schema', run: schemaRows(workspacesOf) },
  { pattern: '.show databases schema as json', run: schemaJson(workspacesOf) },
  { pattern: '.show databases {databases:list} schema as json', run: schemaJson(workspacesOf) },
  { pattern: '.show database schema as json', run: schemaJson(one) },
  { pattern: '.show database {database} schema as json', run: schemaJson(one) },
  { pattern: '.show schema as json', run: schemaJson(workspacesOf) },
]
