// Azure Resource Manager's paths: the same five calls for every type of resource. Types are in faces/.
// https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling and …/microsoft/api-guidelines
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServerError } from '../../../core/errors.ts'
import { requireToken } from '../../auth.ts'
import { begin } from '../../errors.ts'
import type { ApiParts } from '../../parts.ts'
import { answerThroughArm, queriedThroughArm } from '../query/through-arm.ts'
import { audited } from './audit.ts'
import { answerCall } from './calls.ts'
import { armErrorOf } from './errors.ts'

export async function armSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  requireToken(scope, parts)
  scope.setErrorHandler((error, _request, reply) => {
    const known = armErrorOf(error)
    return begin(reply, known, parts.log).send({ error: { code: known.entry.code, message: known.message } })
  })
  // DELETE and POST come with a content type and no body.
  scope.removeContentTypeParser('application/json')
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, text: string) => (text.trim() === '' ? undefined : JSON.parse(text)),
  )
  for (const url of ['/subscriptions', '/subscriptions/*', '/providers', '/providers/*', '/tenants']) {
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'POST'] as const) {
      const schema = { hide: url !== '/subscriptions/*', tags: ['management'], summary: `${method} of a resource` }
      scope.route({ method, url, schema, handler: (request, reply) => handle(parts, request, reply) })
    }
  }
}

async function handle(parts: ApiParts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { query, method } = request
  if (typeof query !== 'object' || query === null || !('api-version' in query))
    throw new ServerError('missingApiVersion')
  const url = decodeURI(request.url.split('?')[0] ?? '').replace(/(?<=.)\/+$/, '')
  const queried = queriedThroughArm(url)
  if (queried !== undefined && (method === 'POST' || method === 'GET'))
    return answerThroughArm(parts, queried, request, reply)
  if (method === 'GET' || method === 'HEAD') return answerCall(parts, url, request, reply)
  return audited({ parts, url, request, reply }, armErrorOf, (noting) => answerCall(parts, url, request, reply, noting))
}
