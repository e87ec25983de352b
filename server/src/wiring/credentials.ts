// The certificate, as the HTTP server and the TLS listeners take it. Used by main.ts.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ApiParts } from '../api/parts.ts'
import { selfSignedPair, type TlsPair } from '../api/self-signed.ts'
import { type Config, ConfigError, isLoopback } from '../config.ts'
import type { Clock } from '../core/clock.ts'

export function credentials(config: Config, clock: Clock): Pick<ApiParts, 'tls'> {
  const tls = tlsPair(config, clock)
  return tls ? { tls } : {}
}

function tlsPair({ tls, data, listen }: Config, clock: Clock): TlsPair | undefined {
  if (!tls) return undefined
  if (tls.kind === 'self-signed') {
    const own = isLoopback(listen.host) || listen.host.includes(':') || listen.host === '0.0.0.0' ? [] : [listen.host]
    return selfSignedPair(join(data, 'tls'), ['localhost', '127.0.0.1', ...own], clock.now())
  }
  try {
    return { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') }
  } catch (error) {
    throw new ConfigError(`CONSHELF_TLS: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
