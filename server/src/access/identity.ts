// Who sent a request: the one place where credentials become principals.
import { createHash, timingSafeEqual } from 'node:crypto'
import { ServerError } from '../core/errors.ts'
import { owner, type Principal } from './principal.ts'

export interface Identity {
  /** `none`: everyone is the owner. */
  readonly authentication: 'none' | 'token'
  /** Of an `Authorization` header. Throws authenticationMissing or authenticationInvalid. */
  principalOf(header: string | undefined): Promise<Principal>
}

export interface IdentityOptions {
  /** The owner's bearer token. */
  readonly token?: string
}

export function openIdentity({ token }: IdentityOptions): Identity {
  if (token === undefined) return { authentication: 'none', principalOf: async () => owner }
  return {
    authentication: 'token',
    async principalOf(header) {
      if (!header?.trim()) throw new ServerError('authenticationMissing')
      const [scheme, credential] = header.trim().split(/\s+/, 2)
      if (scheme?.toLowerCase() !== 'bearer' || credential === undefined || !sameText(credential, token))
        throw new ServerError('authenticationInvalid')
      return owner
    },
  }
}

/** Takes as long for a near miss as for any other text. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
