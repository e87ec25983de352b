// Who sent a request: the one place where credentials become principals.
import { createHash, timingSafeEqual } from 'node:crypto'
import { decodeProtectedHeader, errors, type JWTPayload } from 'jose'
import { ServerError } from '../core/errors.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { Credential, Credentials } from './credentials.ts'
import type { OpenId } from './open-id.ts'
import { owner, type Principal, principalWith } from './principal.ts'
import type { Roles } from './roles.ts'

export interface Identity {
  /** `none`: everyone is the owner. */
  readonly authentication: 'none' | 'token'
  /** Of an `Authorization` header. Throws authenticationMissing, -Invalid or -Expired, issuerUnavailable. */
  principalOf(header: string | undefined): Promise<Principal>
}

export interface IdentityParts {
  /** The owner's bearer token. */
  readonly token?: string
  readonly openId?: OpenId
  readonly roles: Pick<Roles, 'rightsOf'>
  readonly credentials: Pick<Credentials, 'token' | 'clientOf'>
  readonly accessTokens: Pick<AccessTokens, 'hasKey' | 'clientIn'>
}

export function openIdentity(parts: IdentityParts): Identity {
  const { token } = parts
  if (token === undefined && !parts.openId) return { authentication: 'none', principalOf: async () => owner }
  return {
    authentication: 'token',
    async principalOf(header) {
      if (!header?.trim()) throw new ServerError('authenticationMissing')
      const [scheme, credential] = header.trim().split(/\s+/, 2)
      if (scheme?.toLowerCase() !== 'bearer' || credential === undefined) throw new ServerError('authenticationInvalid')
      if (token !== undefined && sameText(credential, token)) return owner
      const keyId = keyIdIn(credential)
      if (keyId === undefined) return principalOfCredential(parts, parts.credentials.token(credential))
      if (parts.accessTokens.hasKey(keyId)) return principalOfClient(parts, credential)
      if (!parts.openId) throw new ServerError('authenticationInvalid')
      return principalOfClaims(parts, await parts.openId.claimsOf(credential))
    },
  }
}

/** The id of the key that a JWT says it is signed with, '' if it says none; undefined: it is no JWT. */
function keyIdIn(credential: string): string | undefined {
  if (credential.split('.').length !== 3) return undefined
  try {
    return decodeProtectedHeader(credential).kid ?? ''
  } catch {
    return undefined
  }
}

function principalOfCredential({ roles }: IdentityParts, credential: Credential | undefined): Principal {
  if (!credential) throw new ServerError('authenticationInvalid')
  const { principalId, name } = credential.body
  return principalWith(principalId, name, roles.rightsOf([principalId]))
}

/** A client that was revoked has no more rights, whatever token it still holds. */
async function principalOfClient(parts: IdentityParts, token: string): Promise<Principal> {
  const clientId = await parts.accessTokens.clientIn(token).catch((error: unknown) => {
    const name = error instanceof errors.JWTExpired ? 'authenticationExpired' : 'authenticationInvalid'
    throw new ServerError(name, {}, { cause: error })
  })
  return principalOfCredential(parts, parts.credentials.clientOf(clientId))
}

/** Roles may be assigned to the object id or subject, to groups, and to roles that the issuer names. */
function principalOfClaims({ roles }: IdentityParts, claims: JWTPayload): Principal {
  const id = text(claims.oid) ?? text(claims.sub)
  if (id === undefined) throw new ServerError('authenticationInvalid')
  const named = ['preferred_username', 'upn', 'email', 'name', 'appid', 'azp'].flatMap(
    (claim) => text(claims[claim]) ?? [],
  )
  const ids = [id, text(claims.sub) ?? [], texts(claims.groups), texts(claims.roles)].flat()
  return principalWith(id, named[0] ?? id, roles.rightsOf(ids))
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((each) => text(each) ?? [])

/** Takes as long for a near miss as for any other text. */
function sameText(a: string, b: string): boolean {
  const digest = (each: string) => createHash('sha256').update(each).digest()
  return timingSafeEqual(digest(a), digest(b))
}
