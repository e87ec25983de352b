// Tokens of an identity provider: found through its discovery document, checked with its keys, which may change at any time.
// https://openid.net/specs/openid-connect-discovery-1_0.html
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '../core/clock.ts'
import { ServerError } from '../core/errors.ts'

export interface OpenIdSettings {
  /** As in `iss`; its discovery document is below it. */
  readonly issuer: string
  /** One of them must be in `aud`. */
  readonly audiences: readonly string[]
}

export interface OpenId {
  /** Throws authenticationInvalid, authenticationExpired or issuerUnavailable. */
  claimsOf(token: string): Promise<JWTPayload>
}

/** Never `none`, and never a shared secret, which a public key could be taken for. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
const clockTolerance = 60
/** Milliseconds within which keys are not fetched again, however many tokens name unknown ones. */
const keyCooldown = 5_000
const keyLifetime = 600_000
const patience = 10_000

type Keys = ReturnType<typeof createRemoteJWKSet>

export function openId({ issuer, audiences }: OpenIdSettings, clock: Clock): OpenId {
  let keys: Promise<Keys> | undefined
  const discovered = (): Promise<Keys> => {
    keys ??= discover(issuer).catch((error: unknown) => {
      keys = undefined
      throw error
    })
    return keys
  }
  return {
    async claimsOf(token) {
      const currentDate = new Date(clock.now())
      const options = {
        issuer,
        audience: [...audiences],
        algorithms,
        clockTolerance,
        currentDate,
        requiredClaims: ['exp'],
      }
      try {
        return (await jwtVerify(token, await discovered(), options)).payload
      } catch (error) {
        throw refusalOf(error)
      }
    },
  }
}

async function discover(issuer: string): Promise<Keys> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const answer = await fetch(address, { signal: AbortSignal.timeout(patience) })
  const document = (await answer.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown }
  if (!answer.ok || typeof document.jwks_uri !== 'string') throw new Error(`${address} names no keys`)
  if (document.issuer !== issuer) throw new Error(`${address} is of another issuer, ${String(document.issuer)}`)
  return createRemoteJWKSet(new URL(document.jwks_uri), {
    cooldownDuration: keyCooldown,
    cacheMaxAge: keyLifetime,
    timeoutDuration: patience,
  })
}

function refusalOf(error: unknown): ServerError {
  if (error instanceof errors.JWTExpired) return new ServerError('authenticationExpired', {}, { cause: error })
  const isUnreachable =
    !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC'
  return new ServerError(isUnreachable ? 'issuerUnavailable' : 'authenticationInvalid', {}, { cause: error })
}
