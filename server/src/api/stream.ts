// Sends an answer while it is produced. The first part is held back, so that an early failure still gets its own status.
import { pipeline, Readable } from 'node:stream'
import { promisify } from 'node:util'
import { constants, createGzip, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Characters after which status and headers go out. */
const heldBack = 65_536
/** Below this compressing costs more than it saves. */
const worthCompressing = 1_400
const compression = { level: constants.Z_BEST_SPEED }
const gzipped = promisify<string, typeof compression, Buffer>(gzip)

/**
 * Sends text parts as the body. A failure within the first 64 KB is thrown to the surface's error handler; `afterFailure`
 * gives the end of the body for a later one.
 */
export async function sendParts(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: AsyncGenerator<string, void, undefined>,
  afterFailure: (error: unknown) => string,
): Promise<FastifyReply> {
  const compress = acceptsGzip(request.headers['accept-encoding'])
  reply.header('vary', 'accept-encoding')
  let held = ''
  while (held.length < heldBack) {
    const next = await parts.next()
    if (next.done) return sendWhole(reply, held, compress)
    held += next.value
  }
  const stream = Readable.from(following(held, parts, afterFailure), { objectMode: false })
  if (!compress) return reply.send(stream)
  const zip = createGzip(compression)
  // Errors end the zip stream too; Fastify reports them.
  pipeline(stream, zip, () => {})
  return reply.header('content-encoding', 'gzip').send(zip)
}

async function sendWhole(reply: FastifyReply, text: string, compress: boolean): Promise<FastifyReply> {
  if (!compress || text.length < worthCompressing) return reply.send(text)
  return reply.header('content-encoding', 'gzip').send(await gzipped(text, compression))
}

async function* following(
  held: string,
  parts: AsyncGenerator<string, void, undefined>,
  afterFailure: (error: unknown) => string,
): AsyncGenerator<string, void, undefined> {
  yield held
  try {
    yield* parts
  } catch (error) {
    yield afterFailure(error)
  }
}

function acceptsGzip(header: string | readonly string[] | undefined): boolean {
  return String(header ?? '')
    .split(',')
    .some((entry) => /^\s*(x-)?gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(entry))
}

/** Aborts when the client leaves before it has the whole answer. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  const left = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) left.abort()
  })
  return left.signal
}
