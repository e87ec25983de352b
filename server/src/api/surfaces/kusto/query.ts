// POST|GET /v2/rest/query and /v1/rest/query. Both take commands too, which some clients send here.
// https://learn.microsoft.com/kusto/api/rest/request
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ticksOf } from '../../../core/clock.ts'
import { formatInstant } from '../../../core/time-range.ts'
import type { QueryRequest } from '../../../query/types.ts'
import { workspacesFor } from '../../access.ts'
import { principalOf } from '../../auth.ts'
import type { ApiParts } from '../../parts.ts'
import { clientSignal, sendParts } from '../../stream.ts'
import { type AnswerFormat, AnswerWriter } from './answer.ts'
import { type Call, callOf, databaseOf, idsOf } from './call.ts'
import type { CommandParts } from './commands/command.ts'
import { answerCommand, isCommand } from './commands/index.ts'
import type { ErrorContext } from './errors.ts'
import { frames } from './frames.ts'
import { queryProperties } from './properties.ts'
import { tables } from './tables.ts'

type Format = (context: () => ErrorContext) => AnswerFormat

const routes: readonly { readonly url: string; readonly format: Format }[] = [
  { url: '/v2/rest/query', format: frames },
  { url: '/v1/rest/query', format: tables },
]

export function queryRoutes(scope: FastifyInstance, parts: CommandParts): void {
  for (const { url, format } of routes)
    scope.route({
      method: ['GET', 'POST'],
      url,
      schema: { hide: true },
      handler: (request, reply) => {
        const call = callOf(request)
        return isCommand(call.text)
          ? answerCommand(parts, request, reply, call)
          : answerQuery(parts, request, reply, call, format)
      },
    })
}

async function answerQuery(
  parts: CommandParts,
  request: FastifyRequest,
  reply: FastifyReply,
  call: Call,
  format: Format,
): Promise<FastifyReply> {
  const context = () => contextOf(parts, request)
  const query = queryOf(parts, request, call)
  const start = {
    ...idsOf(request),
    database: query.workspaces[0]?.name ?? '',
    text: call.text,
    app: query.client.app,
    user: query.principal.name,
    userId: query.principal.id,
  }
  const left = clientSignal(reply)
  const answer = parts.running.watch(start, (cancelled) =>
    parts.queries.run({ ...query, signal: AbortSignal.any([left, cancelled]) }),
  )
  const writer = new AnswerWriter(format(context), context)
  reply.type('application/json; charset=utf-8')
  return sendParts(request, reply, writer.text(answer), (error) => writer.afterFailure(error))
}

export function contextOf(parts: Pick<ApiParts, 'clock'>, request: FastifyRequest): ErrorContext {
  return { ...idsOf(request), time: formatInstant(ticksOf(parts.clock.now())) }
}

export function queryOf(parts: CommandParts, request: FastifyRequest, call: Call): QueryRequest {
  const principal = principalOf(request)
  return {
    text: call.text,
    workspaces: [databaseOf(workspacesFor(parts, principal), call.database)],
    principal,
    profile: 'api',
    parameters: call.parameters,
    client: {
      app: String(request.headers['x-ms-app'] ?? request.headers['user-agent'] ?? ''),
      requestId: request.id,
      target: request.url.split('?')[0] ?? '',
    },
    ...queryProperties(call, parts.limits.answers.api.maxMillis),
  }
}
