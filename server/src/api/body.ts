// Request bodies as byte streams, decompressed; leaving one early does not tear the connection down before the answer.
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ServerError } from '../core/errors.ts'

/** What was sent, after `Content-Encoding`. Iterate it once. A body that is cut off or not gzip throws malformedBody. */
export function bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return chunksOf(request)
  if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipped(request)
  throw new ServerError('unsupportedEncoding', { encoding })
}

/** What was sent, as it was sent: for surfaces whose content encoding is part of their protocol. Iterate it once. */
export async function* chunksOf(request: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunksOfStream(request)
  } catch (error) {
    throw new ServerError('malformedBody', { reason: 'the body ended before its announced length' }, { cause: error })
  } finally {
    request.resume()
  }
}

async function* gunzipped(request: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip()
  const onAbort = () => gunzip.destroy(new Error('the connection was closed'))
  request.once('error', onAbort).once('aborted', onAbort)
  request.pipe(gunzip)
  try {
    yield* chunksOfStream(gunzip)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ServerError('malformedBody', { reason: `the body is not whole gzip data: ${why}` }, { cause: error })
  } finally {
    request.unpipe(gunzip)
    request.resume()
    gunzip.destroy()
  }
}

async function* chunksOfStream(stream: Readable): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Uint8Array)) throw new Error('the body is not a byte stream')
    yield chunk
  }
}

/** The whole body, for surfaces whose requests are small. Throws bodyTooLarge. */
export async function bytesOf(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of bodyOf(request)) {
    size += chunk.byteLength
    if (size > limit) throw new ServerError('bodyTooLarge', { limit })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export async function textOf(request: IncomingMessage, limit: number): Promise<string> {
  return (await bytesOf(request, limit)).toString('utf8')
}

/** What is in memory already, as receivers take bodies. */
export async function* oneChunk(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}
