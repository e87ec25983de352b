// Who may do what: roles, secrets, the tokens that the server issues and those of an identity provider. Used by main.ts.
import { openAccessTokens } from '../access/access-tokens.ts'
import { openCredentials } from '../access/credentials.ts'
import { openIdentity } from '../access/identity.ts'
import { openId } from '../access/open-id.ts'
import { openRoles } from '../access/roles.ts'
import type { ApiParts } from '../api/parts.ts'
import type { Config } from '../config.ts'
import type { Clock } from '../core/clock.ts'
import type { Ids } from '../core/ids.ts'
import type { Storage } from '../storage.ts'

export async function openAccess(
  { token, openId: provider }: Pick<Config, 'token' | 'openId'>,
  { resources, store, content }: Pick<Storage, 'resources' | 'store' | 'content'>,
  context: { readonly clock: Clock; readonly ids: Ids },
): Promise<Pick<ApiParts, 'identity' | 'roles' | 'credentials' | 'accessTokens'>> {
  const roles = await openRoles(resources, content.roles())
  const credentials = await openCredentials(resources, context)
  const accessTokens = await openAccessTokens(store, context)
  const identity = openIdentity({
    roles,
    credentials,
    accessTokens,
    ...(token === undefined ? {} : { token }),
    ...(provider ? { openId: openId(provider, context.clock) } : {}),
  })
  return { identity, roles, credentials, accessTokens }
}
