// Who is asking, and whether the request proves it. Roles beyond the owner come with identity providers.
import { createHash, timingSafeEqual } from 'node:crypto'
import { ServerError } from '../core/errors.ts'

export interface Principal {
  /** Object id of the user in the query audit. */
  readonly id: string
  readonly name: string
  readonly role: 'owner'
}

/** Everyone, when the server has no token; the token's bearer, when it has one. */
export const owner: Principal = { id: '00000000-0000-0000-0000-000000000000', name: 'owner', role: 'owner' }

/** The principal of an `Authorization` header. Throws authenticationMissing or authenticationInvalid. */
export function authenticate(header: string | undefined, token: string | undefined): Principal {
  if (token === undefined) return owner
  if (!header?.trim()) throw new ServerError('authenticationMissing')
  const [scheme, credential] = header.trim().split(/\s+/, 2)
  if (scheme?.toLowerCase() !== 'bearer' || credential === undefined || !sameText(credential, token)) {
    throw new ServerError('authenticationInvalid')
  }
  return owner
}

/** Takes as long for a near miss as for any other text. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
