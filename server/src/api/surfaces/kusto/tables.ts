// An answer as the tables of /v1/rest: results, then properties, status and a list of all, which clients read last.
// https://learn.microsoft.com/kusto/api/rest/response
import type { Column, ScalarType } from '@conshelf/kql'
import type { ResultHead } from '../../../query/types.ts'
import type { AnswerFormat } from './answer.ts'
import { kustoRowsWriter } from './cells.ts'
import type { CommandResult } from './commands/command.ts'
import type { ErrorContext, OneApiError } from './errors.ts'
import { visualization } from './visualization.ts'

export const dotnetTypes: Readonly<Record<ScalarType, string>> = {
  bool: 'SByte',
  datetime: 'DateTime',
  dynamic: 'Object',
  guid: 'Guid',
  int: 'Int32',
  long: 'Int64',
  real: 'Double',
  string: 'String',
  timespan: 'TimeSpan',
  decimal: 'SqlDecimal',
}

const columnsOf = (columns: readonly Column[]) =>
  columns.map(({ name, type }) => ({ ColumnName: name, DataType: dotnetTypes[type], ColumnType: type }))

function opened(at: number, columns: readonly Column[]): string {
  return `{"TableName":"Table_${at}","Columns":${JSON.stringify(columnsOf(columns))},"Rows":[`
}

function whole(at: number, columns: readonly Column[], rows: CommandResult['rows']): string {
  return `${opened(at, columns)}${kustoRowsWriter(columns)(rows)}]}`
}

/** What a command gives: one table. */
export function commandAnswer({ columns, rows }: CommandResult): string {
  return `{"Tables":[${whole(0, columns, rows)}]}`
}

const column = (name: string, type: ScalarType): Column => ({ name, type })

const statusColumns: readonly Column[] = [
  column('Timestamp', 'datetime'),
  column('Severity', 'int'),
  column('SeverityName', 'string'),
  column('StatusCode', 'int'),
  column('StatusDescription', 'string'),
  column('Count', 'int'),
  column('RequestId', 'guid'),
  column('ActivityId', 'guid'),
  column('SubActivityId', 'guid'),
  column('ClientActivityId', 'string'),
]

const contentsColumns: readonly Column[] = [
  column('Ordinal', 'long'),
  column('Kind', 'string'),
  column('Name', 'string'),
  column('Id', 'string'),
  column('PrettyName', 'string'),
]

/** `context` gives the present. */
export function tables(context: () => ErrorContext): AnswerFormat {
  let write = kustoRowsWriter([])
  const written: ResultHead[] = []
  return {
    begin: () => '{"Tables":[',
    head: (head, at) => {
      write = kustoRowsWriter(head.columns)
      written.push(head)
      return (at === 0 ? '' : ',') + opened(at, head.columns)
    },
    rows: (rows) => write(rows),
    foot: () => ']}',
    end: (_, error) => `${written.length === 0 ? '' : ','}${rest(written, context(), error)}`,
  }
}

function rest(heads: readonly ResultHead[], context: ErrorContext, error: OneApiError | undefined): string {
  const count = heads.length
  const texts = heads.length === 0 ? [] : heads.map((head) => [visualization(head)])
  const list = [
    ...heads.map(({ name }, at) => [at, 'QueryResult', name, context.activityId, '']),
    [count, 'QueryProperties', '@ExtendedProperties', context.activityId, ''],
    [count + 1, 'QueryStatus', 'QueryStatus', context.activityId, ''],
  ]
  const exceptions = error ? `,"Exceptions":${JSON.stringify([error['@message']])}` : ''
  return `${[
    whole(count, [column('Value', 'string')], texts),
    whole(count + 1, statusColumns, [status(context, error)]),
    whole(count + 2, contentsColumns, list),
  ].join(',')}]${exceptions}}`
}

/** Clients take a severity of 2 or less for a failure. */
function status({ time, clientRequestId, activityId }: ErrorContext, error: OneApiError | undefined) {
  const said = error ? [2, 'Error', -2147467259, error['@message']] : [4, 'Info', 0, 'Query completed successfully']
  return [time, ...said, 1, activityId, activityId, activityId, clientRequestId]
}
