// The bearer token in front of a surface, and the principal of a request.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { authenticate, type Principal } from '../access/principal.ts'

const principals = new WeakMap<FastifyRequest, Principal>()

/** Every route of the scope needs the token, when there is one. */
export function requireToken(scope: FastifyInstance, token: string | undefined): void {
  scope.addHook('onRequest', async (request) => {
    principals.set(request, authenticate(request.headers.authorization, token))
  })
}

export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request)
  if (!principal) throw new Error(`${request.url} is not behind requireToken`)
  return principal
}
