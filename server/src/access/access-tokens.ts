// Access tokens that the server issues to its clients: JWTs, signed with a key that it makes once and keeps.
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
import { exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import type { Clock } from '../core/clock.ts'
import type { Ids } from '../core/ids.ts'
import type { Store } from '../store/store.ts'

export interface TokenRequest {
  /** Object id of the client. */
  readonly principalId: string
  readonly clientId: string
  readonly issuer: string
  readonly audience: string
  readonly tenant: string
}

export interface AccessTokens {
  issue(request: TokenRequest): Promise<string>
  /** The client id in a token that was issued here. Throws what jose throws. */
  clientIn(token: string): Promise<string>
  /** Whether it is the id of a key of this server. */
  hasKey(keyId: string): boolean
  readonly publicKeys: readonly JWK[]
}

/** Seconds for which a token is good. */
export const tokenLifetime = 3_600

const algorithm = 'RS256'
const space = 'signing-keys'
const keyName = 'access-tokens'

export async function openAccessTokens(
  store: Pick<Store, 'value' | 'apply'>,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
): Promise<AccessTokens> {
  const own = await signingKey(store, ids)
  const { kid = '', kty, n, e } = own
  const publicKey: JWK = {
    kid,
    kty: kty ?? 'RSA',
    use: 'sig',
    alg: algorithm,
    ...(n ? { n } : {}),
    ...(e ? { e } : {}),
  }
  const [signing, verifying] = await Promise.all([importJWK(own, algorithm), importJWK(publicKey, algorithm)])
  return {
    publicKeys: [publicKey],
    hasKey: (keyId) => keyId === kid,
    issue({ principalId, clientId, issuer, audience, tenant }) {
      const now = Math.floor(clock.now() / 1000)
      const claims = { oid: principalId, appid: clientId, azp: clientId, tid: tenant, idtyp: 'app', ver: '2.0' }
      return new SignJWT(claims)
        .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(principalId)
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(now + tokenLifetime)
        .setJti(ids.guid())
        .sign(signing)
    },
    async clientIn(token) {
      const options = { algorithms: [algorithm], currentDate: new Date(clock.now()), requiredClaims: ['exp', 'appid'] }
      const { payload } = await jwtVerify(token, verifying, options)
      return String(payload.appid)
    },
  }
}

async function signingKey(store: Pick<Store, 'value' | 'apply'>, ids: Ids): Promise<JWK> {
  const kept = await store.value(space, keyName, 0)
  if (kept !== undefined) return JSON.parse(kept) as JWK
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const made = { ...(await exportJWK(privateKey)), kid: ids.guid() }
  await store.apply([{ do: 'set', space, key: keyName, value: JSON.stringify(made) }])
  return made
}
