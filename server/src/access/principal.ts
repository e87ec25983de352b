// Who is asking, what they may do, and the check in front of what needs a right.
import type { ReadRights } from '../catalog/types.ts'
import { ServerError } from '../core/errors.ts'
import { readRightsOf } from './reading.ts'
import { allRights, type Rights } from './rights.ts'

export interface Principal {
  /** Object id, as in role assignments and in the query audit. */
  readonly id: string
  readonly name: string
  readonly rights: Rights
  /** The same, as the catalog asks: which tables of which workspaces. */
  readonly reads: ReadRights
}

export function principalWith(id: string, name: string, rights: Rights): Principal {
  return { id, name, rights, reads: readRightsOf(rights) }
}

/** Everyone, when the server has neither token nor issuer; the token's bearer; the server itself. */
export const owner: Principal = principalWith('00000000-0000-0000-0000-000000000000', 'owner', allRights)

/** `scope` is an ARM id. Throws authorizationFailed. */
export function authorize(principal: Principal, action: string, scope: string): void {
  if (!principal.rights.allows(action, scope)) throw refusedAt(principal, action, scope)
}

export function refusedAt({ id, name }: Principal, action: string, scope: string): ServerError {
  return new ServerError('authorizationFailed', { client: name, objectId: id, action, scope: scope || '/' })
}
