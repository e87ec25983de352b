// Parameters of Prometheus' HTTP API, of the address and of a form: times, durations, limits, series selectors.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Workspace } from '../../../catalog/types.ts'
import { ServerError } from '../../../core/errors.ts'
import type { Matcher } from '../../../promql/ast.ts'
import { PromqlError } from '../../../promql/errors.ts'
import { durationMillis } from '../../../promql/parse/literals.ts'
import { parse } from '../../../promql/parse/parse.ts'
import type { Caller } from '../../../promql/select/kql.ts'
import { addressedWorkspace, workspacesFor } from '../../access.ts'
import { principalOf } from '../../auth.ts'
import type { ApiParts } from '../../parts.ts'
import { clientSignal } from '../../stream.ts'
import { invalidParameter } from './errors.ts'

/** Reads a form; too long a one is refused. */
export function formOf({ limits }: Pick<ApiParts, 'limits'>) {
  return async (_request: FastifyRequest, body: string | Buffer): Promise<URLSearchParams> => {
    if (body.length > limits.queryBodyBytes) throw new ServerError('bodyTooLarge', { limit: limits.queryBodyBytes })
    return new URLSearchParams(String(body))
  }
}

/** The form's parameters go before those of the address. */
export function parametersIn(request: FastifyRequest): URLSearchParams {
  const at = request.url.indexOf('?')
  const address = new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1))
  if (!(request.body instanceof URLSearchParams)) return address
  return new URLSearchParams([...request.body, ...address])
}

/** Milliseconds of a time in seconds or as RFC 3339 has it. */
export function timeIn(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name)
  if (text === null || text === '') return undefined
  const millis = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) * 1000 : instantOf(text)
  if (!Number.isFinite(millis) || Math.abs(millis) > 8.64e15)
    throw invalidParameter(name, `cannot parse "${text}" to a valid timestamp`)
  return Math.round(millis)
}

function instantOf(text: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN
}

export function requiredTime(parameters: URLSearchParams, name: string): number {
  const time = timeIn(parameters, name)
  if (time === undefined) throw invalidParameter(name, 'cannot parse "" to a valid timestamp')
  return time
}

/** Milliseconds of a number of seconds or a duration such as `1h30m`. */
export function durationIn(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name)
  if (text === null || text === '') return undefined
  const millis = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) * 1000 : durationMillis(text)
  if (millis === undefined || !Number.isFinite(millis))
    throw invalidParameter(name, `cannot parse "${text}" to a valid duration`)
  return Math.round(millis)
}

/** 0: no limit. */
export function limitIn(parameters: URLSearchParams): number {
  const text = parameters.get('limit')
  if (text === null || text === '') return 0
  if (!/^\d{1,9}$/.test(text)) throw invalidParameter('limit', 'limit must be non-negative')
  return Number(text)
}

export function selectorsIn(parameters: URLSearchParams): readonly (readonly Matcher[])[] {
  return parameters.getAll('match[]').map((text) => {
    const expr = selectorOf(text)
    if (expr.kind !== 'selector' || expr.range !== undefined || expr.offset !== 0 || expr.at !== undefined)
      throw invalidParameter('match[]', `${JSON.stringify(text)} is no series selector`)
    return expr.matchers
  })
}

function selectorOf(text: string) {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof PromqlError) throw invalidParameter('match[]', error.message)
    throw error
  }
}

const defaultTimeout = 120_000
/** As long as the query API waits at most. */
const longestTimeout = 600_000

/** On whose behalf a request runs, and until when. */
export function callerOf(parts: ApiParts, request: FastifyRequest, reply: FastifyReply): Caller {
  const parameters = parametersIn(request)
  const asked = durationIn(parameters, 'timeout')
  if (asked !== undefined && asked <= 0) throw invalidParameter('timeout', 'it must be greater than 0')
  const maxMillis = Math.min(asked ?? defaultTimeout, longestTimeout)
  return {
    workspace: workspaceIn(parts, request, parameters),
    principal: principalOf(request),
    client: {
      app: String(request.headers['user-agent'] ?? ''),
      requestId: request.id,
      target: request.url.split('?')[0] ?? '',
    },
    signal: AbortSignal.any([clientSignal(reply), deadline(maxMillis)]),
    maxMillis,
  }
}

/** The workspace of the path, of the parameter or header that remote write takes too, or the only one there is. */
function workspaceIn(parts: ApiParts, request: FastifyRequest, parameters: URLSearchParams): Workspace {
  const { workspace } = request.params as { readonly workspace?: string }
  const header = request.headers['x-conshelf-workspace']
  const name = workspace ?? (parameters.get('workspace') || (typeof header === 'string' ? header : ''))
  const principal = principalOf(request)
  if (name !== '') return addressedWorkspace(parts, principal, name)
  const all = workspacesFor(parts, principal).list()
  if (all.length === 1 && all[0]) return all[0]
  if (all.length === 0 && parts.workspaces.list().length > 0) throw new ServerError('accessDenied')
  const names = all.map((one) => one.name).join(', ')
  throw new PromqlError('bad_data', `say which workspace is meant: ?workspace= one of ${names}`)
}

/** A signal with the error of a query that ran too long as its reason. */
function deadline(millis: number): AbortSignal {
  const controller = new AbortController()
  const stop = () => controller.abort(new ServerError('queryTimeout', { seconds: millis / 1000 }))
  setTimeout(stop, millis).unref()
  return controller.signal
}
