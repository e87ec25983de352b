// An answer of the query service as the frames of /v2/rest/query, none of them progressive.
// https://learn.microsoft.com/kusto/api/rest/response-v2
import type { Column } from '@conshelf/kql'
import type { AnswerStatistics, ResultHead } from '../../../query/types.ts'
import type { AnswerFormat, End } from './answer.ts'
import { kustoRowsWriter } from './cells.ts'
import type { ErrorContext, OneApiError } from './errors.ts'
import { resourceUse } from './resource-use.ts'
import { visualization } from './visualization.ts'

const columnsOf = (columns: readonly Pick<Column, 'name' | 'type'>[]) =>
  columns.map(({ name, type }) => ({ ColumnName: name, ColumnType: type }))

const described = (text: string): Column[] =>
  text.split(' ').map((each) => {
    const [name = '', type = 'string'] = each.split(':')
    return { name, type: type as Column['type'] }
  })

const propertyColumns = described('TableId:int Key:string Value:dynamic')
const completionColumns = described(
  'Timestamp:datetime ClientRequestId:string ActivityId:guid SubActivityId:guid ParentActivityId:guid Level:int LevelName:string StatusCode:int StatusCodeName:string EventType:int EventTypeName:string Payload:string',
)

/** `context` gives the present. */
export function frames(context: () => ErrorContext): AnswerFormat {
  let write = kustoRowsWriter([])
  let tables = 1
  return {
    begin: (heads) =>
      `[${JSON.stringify({ FrameType: 'DataSetHeader', IsProgressive: false, Version: 'v2.0' })},${properties(heads)}`,
    head: (head, at) => {
      write = kustoRowsWriter(head.columns)
      tables = at + 2
      const name = JSON.stringify(head.name)
      return `,{"FrameType":"DataTable","TableId":${at + 1},"TableKind":"PrimaryResult","TableName":${name},"Columns":${JSON.stringify(columnsOf(head.columns))},"Rows":[`
    },
    rows: (rows) => write(rows),
    foot: () => ']}',
    end: (end, error) => `,${completion(tables, context(), end, error)},${last(error)}]`,
  }
}

function properties(heads: readonly ResultHead[]): string {
  return table(
    0,
    'QueryProperties',
    '@ExtendedProperties',
    propertyColumns,
    heads.map((head, at) => [at + 1, 'Visualization', visualization(head)]),
  )
}

function table(id: number, kind: string, name: string, columns: readonly Column[], rows: readonly unknown[][]): string {
  return JSON.stringify({
    FrameType: 'DataTable',
    TableId: id,
    TableKind: kind,
    TableName: name,
    Columns: columnsOf(columns),
    Rows: rows,
  })
}

/** Clients take a level of 2 or less for a failure. */
function completion(id: number, context: ErrorContext, end: End | undefined, error: OneApiError | undefined): string {
  const { time, clientRequestId, activityId } = context
  const ids = [time, clientRequestId, activityId, activityId, activityId]
  const outcome = error
    ? [2, 'Error', failedCode, 'E_FAIL', 4, 'QueryInfo', JSON.stringify({ Count: 1, Text: error['@message'] })]
    : [4, 'Info', 0, 'S_OK (0)', 4, 'QueryInfo', '{"Count":1,"Text":"Query completed successfully"}']
  const rows = [[...ids, ...outcome]]
  if (end) rows.push([...ids, ...consumption(end.statistics)])
  return table(id, 'QueryCompletionInformation', 'QueryCompletionInformation', completionColumns, rows)
}

/** E_FAIL as a signed number. */
const failedCode = -2147467259

function consumption(statistics: AnswerStatistics) {
  return [6, 'Stats', 0, 'S_OK (0)', 0, 'QueryResourceConsumption', JSON.stringify(resourceUse(statistics))]
}

function last(error: OneApiError | undefined): string {
  return JSON.stringify({
    FrameType: 'DataSetCompletion',
    HasErrors: error !== undefined,
    Cancelled: false,
    ...(error ? { OneApiErrors: [{ error }] } : {}),
  })
}
