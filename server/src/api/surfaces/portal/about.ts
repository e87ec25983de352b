// GET /conshelf/about: what the portal must know before it may know anything else. Needs no token.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { authenticate } from '../../../access/principal.ts'
import type { ApiParts } from '../../parts.ts'
import { tags } from './schemas.ts'

const about = Type.Object({
  product: Type.String(),
  version: Type.String(),
  authentication: Type.Union([Type.Literal('none'), Type.Literal('token')]),
  authenticated: Type.Boolean(),
  demo: Type.Object({ state: Type.String(), message: Type.Optional(Type.String()) }),
})

export function aboutRoute(scope: FastifyInstance, parts: ApiParts): void {
  const schema = { tags, summary: 'Product, version, how to authenticate, state of the demo', response: { 200: about } }
  scope.get('/conshelf/about', { schema }, async (request) => ({
    product: 'Conshelf',
    version: parts.version,
    authentication: parts.token === undefined ? 'none' : 'token',
    authenticated: isAuthenticated(request.headers.authorization, parts.token),
    demo: parts.demo(),
  }))
}

function isAuthenticated(header: string | undefined, token: string | undefined): boolean {
  try {
    authenticate(header, token)
    return true
  } catch {
    return false
  }
}
