// What the tests of Azure's own management clients share: a server over TLS, and options that make a client trust it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RealServer, startRealServer } from './server.ts'

export const subscription = '00000000-0000-0000-0000-000000000000'
export const group = 'conshelf'

export interface AzureServer {
  readonly server: RealServer
  readonly credential: { getToken(): Promise<{ token: string; expiresOnTimestamp: number }> }
  /** Of every client of `@azure/arm-…` that builds on core-client. */
  readonly options: {
    readonly endpoint: string
    readonly tlsOptions: { readonly ca: string }
    readonly retryOptions: { readonly maxRetries: number }
  }
}

export async function startAzureServer(): Promise<AzureServer> {
  const token = 'secret'
  const server = await startRealServer({ args: ['--tls', 'self-signed', '--token', token, '--syslog', 'off'] })
  const folder = join(server.data, 'tls')
  const ca = readFileSync(join(folder, readdirSync(folder).find((name) => name.includes('cert')) ?? ''), 'utf8')
  return {
    server,
    credential: { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
    options: { endpoint: server.url, tlsOptions: { ca }, retryOptions: { maxRetries: 0 } },
  }
}

export async function all<T>(pages: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const each of pages) found.push(each)
  return found
}
