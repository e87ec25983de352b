// `.show queries`, `.show running queries`, `.cancel query`.
// https://learn.microsoft.com/kusto/management/show-queries-command and …/cancel-query-command
import type { Row } from '@conshelf/kql'
import { ServerError } from '../../../../core/errors.ts'
import { seesAll } from '../../../access.ts'
import { principalOf } from '../../../auth.ts'
import type { QueryRecord } from '../running.ts'
import { type Command, type CommandCall, type CommandResult, columnsOf, word } from './command.ts'

const columns = columnsOf(
  'ClientActivityId Text Database StartedOn:datetime LastUpdatedOn:datetime Duration:timespan State RootActivityId:guid User FailureReason Application',
)
const cancelColumns = columnsOf('ClientRequestId State Running:bool Reason')

const instant = (millis: number): string => `${new Date(millis).toISOString().slice(0, -1)}0000Z`

function rowOf({ clientRequestId, activityId, startedAt, ...record }: QueryRecord, now: number): Row {
  const end = record.endedAt ?? now
  return [
    clientRequestId,
    record.text,
    record.database,
    instant(startedAt),
    instant(end),
    (end - startedAt) * 10_000,
    record.state,
    activityId,
    record.user,
    record.failure ?? '',
    record.app,
  ]
}

/** Whoever may see every workspace sees every query, others see their own. */
function ownTo({ request }: CommandCall): (record: QueryRecord) => boolean {
  const principal = principalOf(request)
  return ({ userId }) => seesAll(principal) || userId === principal.id
}

const shown =
  (which: (command: CommandCall) => readonly QueryRecord[]): Command['run'] =>
  async (command) => ({
    columns,
    rows: which(command).map((record) => rowOf(record, command.parts.clock.now())),
  })

async function cancel(command: CommandCall): Promise<CommandResult> {
  const id = word(command, 'id')
  const found = command.parts.running.cancel(id, ownTo(command))
  if (found.length === 0) throw new ServerError('entityNotFound', { entity: id, kind: 'Query' })
  return { columns: cancelColumns, rows: found.map((query) => [query.clientRequestId, 'Canceled', false, '']) }
}

export const queryCommands: readonly Command[] = [
  { pattern: '.show queries', run: shown((command) => command.parts.running.all().filter(ownTo(command))) },
  { pattern: '.show running queries', run: shown((command) => command.parts.running.running().filter(ownTo(command))) },
  // It changes no data, and a client that may only read may end what it began.
  { pattern: '.cancel query {id:text}', run: cancel },
]
