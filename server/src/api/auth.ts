// The bearer token in front of a surface, and the principal of a request.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { authenticate, type Principal } from '../access/principal.ts'

const principals = new WeakMap<FastifyRequest, Principal>()

/** The bearer token in another protocol's `Authorization`; undefined: it is none of the protocol's. */
export type TokenOf = (scheme: string, credential: string) => string | undefined

/** Every route of the scope needs the token, when there is one; `tokenOf`: schemes that it may come in beside `Bearer`. */
export function requireToken(scope: FastifyInstance, token: string | undefined, tokenOf?: TokenOf): void {
  scope.addHook('onRequest', async (request) => {
    checkToken(request, token, tokenOf)
  })
}

/** For a route that is open to some requests. */
export function checkToken(request: FastifyRequest, token: string | undefined, tokenOf?: TokenOf): void {
  principals.set(request, authenticate(asBearer(request.headers.authorization, tokenOf), token))
}

function asBearer(header: string | undefined, tokenOf: TokenOf | undefined): string | undefined {
  const [scheme = '', credential = ''] = header?.trim().split(/\s+/, 2) ?? []
  const found = tokenOf?.(scheme.toLowerCase(), credential)
  return found === undefined ? header : `Bearer ${found}`
}

/** For shippers that know user and password only: the token is the password, whoever the user. */
export function passwordOf(scheme: string, credential: string): string | undefined {
  return scheme === 'basic' ? afterColon(credential) : undefined
}

/** Of the base64 of `name:token`. */
export function afterColon(credential: string): string {
  return Buffer.from(credential, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '')
}

export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request)
  if (!principal) throw new Error(`${request.url} is not behind requireToken`)
  return principal
}
