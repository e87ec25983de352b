// `.ingest inline`, `.append` and `.set-or-append`: rows out of the command itself, or of a query.
// https://learn.microsoft.com/kusto/management/data-ingestion/ingest-inline and …/ingest-from-query
import type { Column, Row } from '@conshelf/kql'
import { standardColumns, type Workspace } from '../../../../catalog/types.ts'
import { ServerError } from '../../../../core/errors.ts'
import { fieldsOf } from '../../../../ingest/receivers/logs-ingestion.ts'
import type { Decoded, IngestOutcome } from '../../../../ingest/types.ts'
import type { ResultHead } from '../../../../query/types.ts'
import { queryOf } from '../query.ts'
import { tableFormat } from '../table-formats.ts'
import {
  type Command,
  type CommandCall,
  type CommandResult,
  columnsOf,
  propertiesOf,
  tableOf,
  targetOf,
  word,
} from './command.ts'
import { declare } from './tables.ts'

const columns = columnsOf('ExtentId:guid ItemLoaded Duration:timespan HasErrors:bool OperationId:guid RowCount:long')

function resultOf({ parts }: CommandCall, item: string, begun: number, outcome: IngestOutcome): CommandResult {
  const { accepted, rejected, errors } = outcome
  if (accepted === 0 && rejected > 0)
    throw new ServerError('malformedBody', { reason: `no record could be taken: ${errors[0]?.reason ?? ''}` })
  const ticks = (parts.clock.now() - begun) * 10_000
  return { columns, rows: [[parts.ids.guid(), item, ticks, rejected > 0, parts.ids.guid(), accepted]] }
}

async function inline(command: CommandCall): Promise<CommandResult> {
  const { parts, words } = command
  const workspace = targetOf(command)
  const table = word(command, 'table')
  const format = tableFormat(parts, workspace, table, propertiesOf(words.properties).get('format') ?? 'csv')
  const begun = parts.clock.now()
  const body = Buffer.from(word(command, 'data').replace(/^[ \t]*\r?\n?/, ''))
  const outcome = await parts.ingest.accept({
    workspace,
    receiver: format.receiver,
    body: once(body),
    head: { contentType: 'text/plain', parameters: format.parameters },
  })
  return resultOf(command, 'inline', begun, outcome)
}

async function* once(body: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  yield body
}

function fromQuery(mayCreate: boolean): Command['run'] {
  return async (command) => {
    const { parts } = command
    const workspace = targetOf(command)
    const table = word(command, 'table')
    if (!mayCreate) tableOf(command, workspace)
    const begun = parts.clock.now()
    const text = word(command, 'query')
    const query = { ...queryOf(parts, command.request, { ...command.call, text }), signal: command.signal }
    // All of the rows, or none: a query that fails half way has stored nothing.
    const { head, rows } = await resultOfQuery(parts.queries.run(query))
    await prepare(command, workspace, table, head.columns)
    const outcome = await parts.ingest.acceptRecords({
      workspace,
      receiver: 'kusto-query',
      records: decoded(rows, head.columns, table),
      bytes: rows.length * head.columns.length * 8,
    })
    return resultOf(command, 'query', begun, outcome)
  }
}

type Parts = ReturnType<CommandCall['parts']['queries']['run']>

async function resultOfQuery(parts: Parts): Promise<{ readonly head: ResultHead; readonly rows: readonly Row[] }> {
  let head: ResultHead | undefined
  const rows: Row[] = []
  for await (const part of parts) {
    if (part.kind === 'table') {
      if (head) throw new ServerError('invalidArgument', { reason: 'the query has more than one result' })
      head = part
    } else if (part.kind === 'rows') for (const row of part.rows) rows.push(row)
    else if (part.truncated)
      throw new ServerError('invalidArgument', {
        reason: `the query has more than ${part.truncated.limit} ${part.truncated.kind}; append them in portions`,
      })
  }
  if (!head) throw new ServerError('invalidArgument', { reason: 'the query has no result' })
  return { head, rows }
}

/** The table has every column of the result, by name and type. */
async function prepare(
  command: CommandCall,
  workspace: Workspace,
  table: string,
  given: readonly Column[],
): Promise<void> {
  const { tables } = command.parts
  const own = given.filter(({ name }) => !standard.has(name))
  if (!tables.definition(workspace, table)) await declare(command, workspace, table, [...given.filter(isTime), ...own])
  const known = tables.definition(workspace, table)?.columns ?? []
  const unfit = own.find(({ name, type }) => known.find((column) => column.name === name)?.type !== type)
  if (unfit)
    throw new ServerError('invalidArgument', {
      reason: `the table '${table}' has no column ${unfit.name}:${unfit.type}; rows are appended by name and type`,
    })
}

const standard: ReadonlySet<string> = new Set(standardColumns.map(({ name }) => name))
const isTime = ({ name }: Column): boolean => name === 'TimeGenerated'

/** Standard columns but the time are the server's to set. */
async function* decoded(
  rows: readonly Row[],
  given: readonly Column[],
  table: string,
): AsyncGenerator<readonly Decoded[], void, undefined> {
  const kept = given.filter((column) => isTime(column) || !standard.has(column.name))
  const places = kept.map((column) => given.indexOf(column))
  for (let from = 0; from < rows.length; from += 1_000)
    yield rows.slice(from, from + 1_000).map((row) => ({
      table,
      fields: fieldsOf(
        places.map((at) => row[at] ?? null),
        kept,
      ),
    }))
}

export const ingestCommands: readonly Command[] = [
  {
    pattern: '.ingest inline into table {table} [with {properties:properties}] <\\|{data:rest}',
    writes: 'rows',
    run: inline,
  },
  {
    pattern: '.append {table} [with {properties:properties}] <\\|{query:rest}',
    writes: 'rows',
    run: fromQuery(false),
  },
  {
    pattern: '.set-or-append {table} [with {properties:properties}] <\\|{query:rest}',
    writes: 'rows',
    run: fromQuery(true),
  },
]
