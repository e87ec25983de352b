// The one place that talks HTTP: same origin, bearer token where the server wants one, errors as ApiError.
import { ApiError, unreachable } from './errors.ts'
import { parseJson } from './parse-json.ts'
import { storedToken } from './token.ts'
import type { ErrorBody } from './types.ts'

export interface RequestOptions {
  /** Absent: GET without a body, POST with one. */
  readonly method?: 'POST' | 'PATCH'
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** `T` is what the endpoint's contract promises; only errors are checked here. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options)
  const text = await response.text()
  if (!response.ok) throw new ApiError(response.status, errorBody(text, response))
  return parseJson(text) as T
}

async function send(path: string, { method, body, headers, signal }: RequestOptions): Promise<Response> {
  const token = storedToken()
  try {
    return await fetch(path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ?? null,
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw unreachable('The server does not answer. Check that it is running, then try again.')
  }
}

function errorBody(text: string, response: Response): ErrorBody {
  try {
    const parsed: unknown = JSON.parse(text)
    if (hasError(parsed)) return parsed.error
  } catch {
    // Not ours: a proxy's page, or nothing at all.
  }
  return { code: `Http${response.status}`, message: `${response.status} ${response.statusText || 'without a reason'}` }
}

function hasError(value: unknown): value is { readonly error: ErrorBody } {
  return typeof value === 'object' && value !== null && 'error' in value && typeof value.error === 'object'
}
