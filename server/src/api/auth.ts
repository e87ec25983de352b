// Who sent a request: the credential in front of a surface becomes the principal of each request.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Identity } from '../access/identity.ts'
import type { Principal } from '../access/principal.ts'

const principals = new WeakMap<FastifyRequest, Principal>()

/** The bearer token in another protocol's `Authorization`; undefined: it is none of the protocol's. */
export type TokenOf = (scheme: string, credential: string) => string | undefined

interface Parts {
  readonly identity: Identity
}

/** Every route of the scope needs a token, when the server does; `tokenOf`: schemes that it may come in beside `Bearer`. */
export function requireToken(scope: FastifyInstance, parts: Parts, tokenOf?: TokenOf): void {
  scope.addHook('onRequest', (request) => checkToken(request, parts, tokenOf))
}

/** For a route that is open to some requests. */
export async function checkToken(request: FastifyRequest, { identity }: Parts, tokenOf?: TokenOf): Promise<void> {
  principals.set(request, await identity.principalOf(asBearer(request.headers.authorization, tokenOf)))
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
