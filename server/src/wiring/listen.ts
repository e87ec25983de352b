// The HTTP server on its address, with errors that say what to do. Used by main.ts.
import type { AddressInfo } from 'node:net'
import type { createApi } from '../api/server.ts'
import { type Config, ConfigError } from '../config.ts'

export async function listen(
  api: Awaited<ReturnType<typeof createApi>>,
  { listen: { host, port } }: Config,
): Promise<void> {
  try {
    await api.listen({ host, port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE') {
      throw new ConfigError(
        `${host}:${port} is in use by another program; choose another address with --listen HOST:PORT`,
      )
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new ConfigError(
        `cannot listen on ${host}:${port} (${code}); choose another address with --listen HOST:PORT`,
      )
    }
    throw error
  }
}

export function urlOf(address: AddressInfo | string | null, { listen: { host }, tls }: Config): string {
  const port = typeof address === 'object' && address ? address.port : 0
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}
