// GET requests to an API server or a kubelet: JSON, text, and the lines of a watch.
// Node's own https and not the official client library: what is needed are lists and watches of eight kinds with a token, an
// authority and a client certificate, which are these lines; the library brings every kind there is and its own HTTP stack.
// Not `fetch`, which cannot be told an authority or a client certificate without one more package.
import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent, request as secureRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Access } from './access.ts'

export interface RequestLimits {
  /** Without a byte from the server. */
  readonly idleMillis: number
  readonly answerBytes: number
}

export const defaultRequestLimits: RequestLimits = { idleMillis: 30_000, answerBytes: 64 * 1_048_576 }

/** The server answered, but not with what was asked for. */
export class ApiError extends Error {
  readonly status: number
  /** Of the Status object, such as `Expired`. */
  readonly reason: string
  readonly retryAfterSeconds: number | undefined
  constructor(status: number, message: string, reason: string = '', retryAfterSeconds?: number) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.reason = reason
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>

export class ApiClient {
  readonly #access: Access
  readonly #agent: Agent | PlainAgent
  readonly #limits: RequestLimits

  constructor(access: Access, limits: RequestLimits = defaultRequestLimits) {
    const { ca, certificate, serverName, isUnverified } = access
    this.#access = access
    this.#limits = limits
    this.#agent =
      access.server.protocol === 'http:'
        ? new PlainAgent({ keepAlive: true })
        : new Agent({
            keepAlive: true,
            ...(ca !== undefined && { ca }),
            ...certificate,
            ...(serverName !== undefined && { servername: serverName }),
            rejectUnauthorized: isUnverified !== true,
          })
  }

  async json(path: string, parameters: Parameters, signal: AbortSignal): Promise<unknown> {
    const text = await this.text(path, parameters, signal, 'application/json')
    try {
      return JSON.parse(text)
    } catch {
      throw new ApiError(200, `${path} answered something that is not JSON`)
    }
  }

  async text(path: string, parameters: Parameters, signal: AbortSignal, accept: string = '*/*'): Promise<string> {
    const answer = await this.#answer(path, parameters, signal, { accept, 'accept-encoding': 'gzip' }, this.#limits)
    return textOf(answer, this.#limits.answerBytes)
  }

  /** One JSON text a line, until the server ends the watch. `idleMillis` must exceed the time the watch may be silent. */
  async *lines(path: string, parameters: Parameters, signal: AbortSignal, idleMillis: number): AsyncGenerator<string> {
    const limits = { ...this.#limits, idleMillis }
    const answer = await this.#answer(path, parameters, signal, { accept: 'application/json' }, limits)
    let rest = ''
    answer.setEncoding('utf8')
    for await (const part of answer as AsyncIterable<string>) {
      const lines = (rest + part).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > limits.answerBytes) throw new ApiError(200, `a line of ${path} is too long`)
      for (const line of lines) if (line.trim() !== '') yield line
    }
    // What stands behind the last line end was cut off.
    if (rest.trim() !== '') throw new Error('the connection broke off within a line')
  }

  close(): void {
    this.#agent.destroy()
  }

  /** Resolves with an answer of status 200. */
  async #answer(
    path: string,
    parameters: Parameters,
    signal: AbortSignal,
    headers: Readonly<Record<string, string>>,
    limits: RequestLimits,
  ): Promise<IncomingMessage> {
    const answer = await this.#send(urlOf(this.#access.server, path, parameters), signal, headers, limits.idleMillis)
    if (answer.statusCode === 200) return answer
    throw await refusal(path, answer)
  }

  #send(url: URL, signal: AbortSignal, headers: Readonly<Record<string, string>>, idleMillis: number) {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const token = this.#access.token?.()
    const options = {
      agent: this.#agent,
      signal,
      headers: { 'user-agent': 'conshelf-collect', ...headers, ...(token && { authorization: `Bearer ${token}` }) },
    }
    const sent = url.protocol === 'http:' ? plainRequest(url, options) : secureRequest(url, options)
    sent.setTimeout(idleMillis, () => sent.destroy(new Error(`${url.host} was silent for ${idleMillis / 1000} s`)))
    sent.once('response', resolve)
    sent.on('error', reject)
    sent.end()
    return promise
  }
}

function urlOf(server: URL, path: string, parameters: Parameters): URL {
  const url = new URL(server.pathname.replace(/\/$/, '') + path, server)
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

async function textOf(answer: IncomingMessage, limit: number): Promise<string> {
  const isZipped = answer.headers['content-encoding'] === 'gzip'
  const body: Readable = isZipped ? answer.pipe(createGunzip()) : answer
  if (isZipped) answer.once('error', (error) => body.destroy(error))
  const parts: Buffer[] = []
  let size = 0
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length
    if (size > limit) {
      answer.destroy()
      throw new ApiError(200, `the answer is longer than ${limit} bytes`)
    }
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
async function refusal(path: string, answer: IncomingMessage): Promise<ApiError> {
  const status = answer.statusCode ?? 0
  const text = await textOf(answer, 65_536).catch(() => '')
  const seconds = Number(answer.headers['retry-after'])
  const { message, reason } = statusOf(text)
  const words = `${path} answered ${status}: ${message ?? text.slice(0, 200)}`
  return new ApiError(status, words, reason, seconds > 0 ? seconds : undefined)
}

function statusOf(text: string): { readonly message?: string; readonly reason?: string } {
  try {
    const status: unknown = JSON.parse(text)
    return typeof status === 'object' && status !== null ? status : {}
  } catch {
    return {}
  }
}
