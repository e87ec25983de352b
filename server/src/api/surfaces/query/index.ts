// The Log Analytics query API under /v1. https://learn.microsoft.com/azure/azure-monitor/logs/api/overview
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServerError } from '../../../core/errors.ts'
import { principalOf, requireToken } from '../../auth.ts'
import { textOf } from '../../body.ts'
import { begin, serverErrorOf } from '../../errors.ts'
import type { ApiParts } from '../../parts.ts'
import { answerBatch } from './batch.ts'
import { errorBody } from './errors.ts'
import { metadataBody } from './metadata.ts'
import { answerQuery, askedBy, resourceTarget, workspaceTarget } from './query.ts'
import type { Reach } from './request.ts'
import { searchAsked } from './search.ts'

export async function querySurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  requireToken(scope, parts)
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (request: FastifyRequest) => textOf(request.raw, parts.limits.queryBodyBytes))
  scope.setErrorHandler((error, request, reply) => {
    const known = serverErrorOf(error)
    return begin(reply, known, parts.log).send(errorBody(known, request.id))
  })
  const schema = { hide: true }
  const method = ['GET', 'POST']

  scope.route<{ Params: { workspace: string; action: string } }>({
    method,
    url: '/v1/workspaces/:workspace/:action',
    schema,
    handler: (request, reply) => {
      const { workspace, action } = request.params
      return answer(request, reply, action, () => workspaceTarget(parts, request, workspace))
    },
  })

  scope.post('/v1/$batch', { schema }, (request, reply) => answerBatch(parts, request, reply))

  for (const root of ['subscriptions', 'providers']) {
    scope.route<{ Params: { '*': string } }>({
      method,
      url: `/v1/${root}/*`,
      schema,
      handler: (request, reply) => {
        const path = request.params['*']
        const slash = path.lastIndexOf('/')
        const resourceId = `/${root}/${path.slice(0, slash)}`
        return answer(request, reply, path.slice(slash + 1), () => resourceTarget(parts, request, resourceId))
      },
    })
  }

  type Reply = Parameters<typeof answerQuery>[2]
  async function answer(request: FastifyRequest, reply: Reply, action: string, target: () => Reach): Promise<unknown> {
    switch (action.toLowerCase()) {
      case 'query':
        return answerQuery(parts, request, reply, askedBy(request, target()))
      case 'search':
        return answerQuery(parts, request, reply, searchAsked(parts, askedBy(request, target())))
      case 'metadata':
        return metadataBody(parts, principalOf(request), target())
      default:
        throw new ServerError('pathNotFound')
    }
  }
}
