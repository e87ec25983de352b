// Talking to a server: where it is, the token, and errors that say what to do.
import { type Call, CommandError, textOption } from './command.ts'

export interface Server {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export function serverOf(call: Call): Server {
  const { env } = call.terminal
  const url = (textOption(call, 'server') ?? env.CONSHELF_URL ?? 'http://127.0.0.1:8080').replace(/\/+$/, '')
  if (!URL.canParse(url)) throw new CommandError(`'${url}' is not a URL; write http://HOST:PORT`)
  const token = textOption(call, 'token') ?? env.CONSHELF_TOKEN
  return { url, headers: { 'x-ms-app': 'ConshelfCli', ...(token ? { authorization: `Bearer ${token}` } : {}) } }
}

export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

/** Any HTTP answer; throws a CommandError when there is none. */
export async function send(server: Server, path: string, init: RequestInit, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    const headers = { ...server.headers, ...headersOf(init) }
    const response = await fetch(server.url + path, { ...init, headers, signal })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    if (signal.aborted) throw new CommandError('cancelled', { cause: error })
    throw new CommandError(
      `no answer from ${server.url}: ${reasonOf(error)}\nstart one with \`conshelf serve\`, or name it with --server`,
      { cause: error },
    )
  }
}

function headersOf({ headers }: RequestInit): Readonly<Record<string, string>> {
  return Object.fromEntries(new Headers(headers))
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error && cause.message) return cause.message
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return error instanceof Error ? error.message : String(error)
}

/** The JSON of an answer; an error envelope becomes a CommandError. */
export async function fetchJson(
  server: Server,
  path: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<unknown> {
  const { status, text } = await send(server, path, init, signal)
  const body: unknown = parsed(text)
  if (status < 400) return body
  throw new CommandError(errorMessage(body) ?? `the server answered ${status}: ${text.slice(0, 200)}`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The innermost message of an error envelope. */
export function errorMessage(body: unknown): string | undefined {
  const message = member(body, 'message')
  const inner = member(body, 'error') ?? member(body, 'innererror') ?? firstOf(member(body, 'details'))
  return errorMessageOf(inner) ?? (typeof message === 'string' ? message : undefined)
}

function errorMessageOf(inner: unknown): string | undefined {
  return inner === undefined ? undefined : errorMessage(inner)
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined
}

export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}
