// `.create table` and its like, for the custom tables of a database; `.drop table`.
// https://learn.microsoft.com/kusto/management/create-table-command
import type { Column, ScalarType } from '@conshelf/kql'
import { standardColumns, type TableDefinition, type Workspace } from '../../../../catalog/types.ts'
import { ServerError } from '../../../../core/errors.ts'
import { principalOf } from '../../../auth.ts'
import {
  authorizeIn,
  type Command,
  type CommandCall,
  type CommandResult,
  plainName,
  tableOf,
  word,
  workspaceOf,
} from './command.ts'
import { tableSchemaResult, tablesResult } from './schema.ts'

/** Kusto's names of types. https://learn.microsoft.com/kusto/query/scalar-data-types/ */
const types: Readonly<Record<string, ScalarType>> = {
  bool: 'bool',
  boolean: 'bool',
  datetime: 'datetime',
  date: 'datetime',
  dynamic: 'dynamic',
  guid: 'guid',
  uuid: 'guid',
  uniqueid: 'guid',
  int: 'int',
  long: 'long',
  real: 'real',
  double: 'real',
  string: 'string',
  timespan: 'timespan',
  time: 'timespan',
  decimal: 'decimal',
}

function columnsGiven(command: CommandCall): readonly Column[] {
  const all = word(command, 'columns').matchAll(/(\[[^\]]*\]|"[^"]*"|'[^']*'|[\w-]+)\s*:\s*(\w+)/g)
  const columns = [...all].map(([, name, type = '']): Column => {
    const known = Object.hasOwn(types, type.toLowerCase()) ? types[type.toLowerCase()] : undefined
    if (!known) throw invalid(`'${type}' is no type; the types are ${[...new Set(Object.values(types))].join(', ')}`)
    return { name: plainName(name) ?? '', type: known }
  })
  const doubled = columns.find(({ name }, at) => columns.findIndex((each) => each.name === name) < at)
  if (doubled) throw invalid(`the column '${doubled.name}' is there twice`)
  return columns
}

const invalid = (reason: string) => new ServerError('invalidArgument', { reason, target: 'csl' })

/** Every table has the time of its records; one that does not name it gets it as its first column. */
function withTime(columns: readonly Column[]): readonly Column[] {
  if (columns.some(({ name }) => name === 'TimeGenerated')) return columns
  return [{ name: 'TimeGenerated', type: 'datetime' }, ...columns]
}

/** Adds the columns to a table, which is made when it is not there. */
export async function declare(
  command: CommandCall,
  workspace: Workspace,
  name: string,
  columns: readonly Column[],
): Promise<TableDefinition> {
  const { parts, request } = command
  authorizeIn(command, workspace, 'tables/write', `tables/${name}`)
  return parts.tables.declare(workspace, { name, columns: withTime(columns), by: principalOf(request).name })
}

function change(mode: 'create' | 'create-merge' | 'alter' | 'alter-merge'): Command['run'] {
  return async (command) => {
    const workspace = workspaceOf(command)
    const name = word(command, 'table')
    const there = command.parts.tables.definition(workspace, name)
    if (mode.startsWith('alter')) tableOf(command, workspace)
    const columns = columnsGiven(command)
    if (mode === 'alter' && there) keepsAll(there, columns)
    // As documented: creating a table that is there changes nothing.
    if (mode !== 'create' || !there) await declare(command, workspace, name, columns)
    return tableSchemaResult(command, workspace, name)
  }
}

/** Columns of stored rows are not taken away. */
function keepsAll({ columns }: TableDefinition, given: readonly Column[]): void {
  const names = new Set([...given, ...standardColumns].map(({ name }) => name))
  const lost = columns.filter(({ name }) => !names.has(name)).map(({ name }) => name)
  if (lost.length > 0) throw invalid(`columns are not deleted, and ${lost.join(', ')} would be; use .alter-merge table`)
}

async function drop(command: CommandCall): Promise<CommandResult> {
  const workspace = workspaceOf(command)
  authorizeIn(command, workspace, 'tables/delete', `tables/${word(command, 'table')}`)
  const found = await command.parts.tables.drop(workspace, word(command, 'table'))
  if (!found && command.words.quietly === undefined)
    throw new ServerError('entityNotFound', { entity: word(command, 'table'), kind: 'Table' })
  return tablesResult(command, workspace)
}

const options = '[with {properties:properties}]'

export const tableCommands: readonly Command[] = [
  { pattern: `.create table {table} {columns:columns} ${options}`, writes: 'tables', run: change('create') },
  {
    pattern: `.create-merge table {table} {columns:columns} ${options}`,
    writes: 'tables',
    run: change('create-merge'),
  },
  { pattern: `.alter table {table} {columns:columns} ${options}`, writes: 'tables', run: change('alter') },
  { pattern: `.alter-merge table {table} {columns:columns} ${options}`, writes: 'tables', run: change('alter-merge') },
  { pattern: '.drop table {table} [{quietly:ifexists}]', writes: 'tables', run: drop },
]
