// POST /v1/rest/mgmt: management commands. https://learn.microsoft.com/kusto/api/rest/request
import type { FastifyInstance } from 'fastify'
import { callOf } from './call.ts'
import type { CommandParts } from './commands/command.ts'
import { answerCommand } from './commands/index.ts'

export function mgmtRoute(scope: FastifyInstance, parts: CommandParts): void {
  scope.route({
    method: ['GET', 'POST'],
    url: '/v1/rest/mgmt',
    schema: { hide: true },
    handler: (request, reply) => answerCommand(parts, request, reply, callOf(request)),
  })
}
