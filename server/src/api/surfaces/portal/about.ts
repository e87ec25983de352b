// GET /conshelf/about: what the portal must know before it may know anything else. Needs no token.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
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
    authentication: parts.identity.authentication,
    authenticated: await isAuthenticated(parts, request.headers.authorization),
    demo: parts.demo(),
  }))
}

async function isAuthenticated({ identity }: ApiParts, header: string | undefined): Promise<boolean> {
  return identity.principalOf(header).then(
    () => true,
    () => false,
  )
}
