// The built portal at `/`: files as they are (precompressed where the build made it so), its index page for the portal's own paths.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** Only our own files; charts and the editor set styles of elements. */
const contentPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; " +
  "object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
/** Kusto's language service evaluates its own code; that one file may. */
const workerPolicy = "default-src 'self'; script-src 'self' 'unsafe-eval'"

export function isPortal(folder: string): boolean {
  return existsSync(join(folder, 'index.html'))
}

/** True when there is a portal to serve. */
export async function servePortal(server: FastifyInstance, folder: string | undefined): Promise<boolean> {
  if (folder === undefined || !isPortal(folder)) return false
  await server.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    schemaHide: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.header('content-security-policy', path.includes('kusto.worker') ? workerPolicy : contentPolicy)
      reply.header('x-content-type-options', 'nosniff')
      reply.header('referrer-policy', 'no-referrer')
      // Vite puts a hash into the names of what lies in assets/.
      reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  return true
}

export function sendIndex(reply: FastifyReply): FastifyReply {
  return reply.sendFile('index.html')
}
