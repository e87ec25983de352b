// The Log Analytics query API under /v1. https://learn.microsoft.com/azure/azure-monitor/logs/api/overview
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServerError } from '../../../core/errors.ts'
import { requireToken } from '../../auth.ts'
import { textOf } from '../../body.ts'
import { begin, serverErrorOf } from '../../errors.ts'
import type { ApiParts } from '../../parts.ts'
import { errorBody } from './errors.ts'
import { metadataBody } from './metadata.ts'
import { answerQuery, resourceTarget, type Target, workspaceTarget } from './query.ts'

export async function querySurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  requireToken(scope, parts.token)
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
      return answer(request, reply, action, () => workspaceTarget(parts, workspace))
    },
  })

  for (const root of ['subscriptions', 'providers']) {
    scope.route<{ Params: { '*': string } }>({
      method,
      url: `/v1/${root}/*`,
      schema,
      handler: (request, reply) => {
        const path = request.params['*']
        const slash = path.lastIndexOf('/')
        const resourceId = `/${root}/${path.slice(0, slash)}`
        return answer(request, reply, path.slice(slash + 1), () => resourceTarget(parts, resourceId))
      },
    })
  }

  type Reply = Parameters<typeof answerQuery>[2]
  async function answer(request: FastifyRequest, reply: Reply, action: string, target: () => Target): Promise<unknown> {
    switch (action.toLowerCase()) {
      case 'query':
        return answerQuery(parts, request, reply, target())
      case 'metadata':
        return metadataBody(parts, target())
      default:
        throw new ServerError('pathNotFound')
    }
  }
}
