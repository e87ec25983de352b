// Runs a management command: finds its entry, and answers with its table, or with what a query behind a pipe makes of it.
import type { Row } from '@conshelf/kql'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ServerError } from '../../../../core/errors.ts'
import { jsonText } from '../../../../ingest/json/exact.ts'
import { coercions } from '../../../../ingest/rows/coerce.ts'
import type { Json } from '../../../../ingest/types.ts'
import { clientSignal, sendParts } from '../../../stream.ts'
import type { Call } from '../call.ts'
import { isTrue } from '../properties.ts'
import { commandAnswer } from '../tables.ts'
import { runAudited } from './audit.ts'
import { type Command, type CommandCall, type CommandParts, type CommandResult, matched, patternOf } from './command.ts'
import { functionCommands } from './functions.ts'
import { ingestCommands } from './ingest.ts'
import { queryCommands } from './queries.ts'
import { schemaCommands } from './schema.ts'
import { serviceCommands } from './service.ts'
import { tableCommands } from './tables.ts'

const commands = [
  ...schemaCommands,
  ...serviceCommands,
  ...queryCommands,
  ...functionCommands,
  ...tableCommands,
  ...ingestCommands,
].map((command): Command & { readonly expression: RegExp } => ({ ...command, expression: patternOf(command.pattern) }))

/** Comments before it are passed over. */
const comments = /^(?:\s|\/\/[^\n]*(?:\n|$))*/

export function isCommand(text: string): boolean {
  return text.replace(comments, '').startsWith('.')
}

export async function answerCommand(
  parts: CommandParts,
  request: FastifyRequest,
  reply: FastifyReply,
  call: Call,
): Promise<FastifyReply> {
  const text = call.text.replace(comments, '')
  if (!text.startsWith('.'))
    throw new ServerError('invalidArgument', {
      reason: 'a management command begins with a dot; send queries to /query',
    })
  const { command, words, piped } = found(text)
  if (command.writes && isTrue(call.options, 'request_readonly'))
    throw new ServerError('invalidArgument', { reason: 'the request is read-only, and the command is not' })
  const result = await runAudited(command, { parts, request, call, words, signal: clientSignal(reply) })
  const whole = piped === undefined ? result : await pipedResult(parts, result, text, piped)
  reply.type('application/json; charset=utf-8')
  return sendParts(request, reply, once(commandAnswer(whole)), () => '')
}

async function* once(text: string): AsyncGenerator<string, void, undefined> {
  yield text
}

interface Found {
  readonly command: Command
  readonly words: CommandCall['words']
  /** Where the pipe is. */
  readonly piped?: number
}

function found(text: string): Found {
  const pipe = text.toLowerCase().startsWith('.show') ? firstPipe(text) : undefined
  const own = pipe === undefined ? text : text.slice(0, pipe)
  for (const command of commands) {
    const words = matched(command.expression, own)
    if (words) return { command, words, ...(pipe === undefined ? {} : { piped: pipe }) }
  }
  const begin = own.trim().split(/\s+/).slice(0, 4).join(' ')
  throw new ServerError('invalidArgument', {
    reason: `the command '${begin.slice(0, 80)}' is not known here; docs/clients/kusto.md lists those that are`,
  })
}

/** A pipe that stands in no quotes. */
function firstPipe(text: string): number | undefined {
  const at = /^(?:[^|'"]|'[^'\n]*'|"[^"\n]*")*/.exec(text)?.[0].length ?? text.length
  return text[at] === '|' ? at : undefined
}

/** The command's rows as a table, and the query in the place it has in the text, so that errors point there. */
async function pipedResult(
  { rowQueries }: CommandParts,
  { columns, rows }: CommandResult,
  text: string,
  pipe: number,
): Promise<CommandResult> {
  const name = 'Shown'
  const query = name.padEnd(pipe) + text.slice(pipe)
  const ndjson = Buffer.from(rows.map((row) => `${jsonText(recordOf(row, columns))}\n`).join(''))
  return rowQueries.run({ text: query, tables: [{ name, columns }] }, new Map([[name, ndjson]]))
}

function recordOf(row: Row, columns: CommandResult['columns']): Record<string, Json> {
  const cells = columns.map(({ name, type }, at) => [name, coercions[type](row[at] ?? null) ?? null] as const)
  return Object.fromEntries(cells)
}
