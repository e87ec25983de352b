// What every surface that takes data in needs: parameters, the workspace, the table of errors for what ingestion throws.
import type { FastifyRequest } from 'fastify'
import { maySendTo } from '../access/writing.ts'
import type { Workspace } from '../catalog/types.ts'
import { ServerError } from '../core/errors.ts'
import type { DataCollectionRule } from '../ingest/rules/rule.ts'
import {
  BodyTooLarge,
  type IngestOutcome,
  MalformedBody,
  Overloaded,
  OverQuota,
  type Receiver,
  UnknownTable,
} from '../ingest/types.ts'
import { InvalidResource } from '../resources/resource.ts'
import { workspaceOf, workspacesFor } from './access.ts'
import { principalOf } from './auth.ts'
import { serverErrorOf } from './errors.ts'
import type { ApiParts } from './parts.ts'

/** Query and path parameters, texts only; of a repeated one the last counts. */
export function parametersOf({ query, params }: FastifyRequest): Readonly<Record<string, string>> {
  const texts = (from: unknown) =>
    Object.entries(from ?? {}).map(([name, value]: [string, unknown]) => [
      name,
      String(Array.isArray(value) ? value.at(-1) : value),
    ])
  return Object.fromEntries([...texts(query), ...texts(params)])
}

/** The workspace of the parameter `workspace`, of the header `x-conshelf-workspace`, or the only one there is. */
export function ingestWorkspace(
  parts: Pick<ApiParts, 'workspaces'>,
  request: FastifyRequest,
  parameters: Readonly<Record<string, string>>,
): Workspace {
  const header = request.headers['x-conshelf-workspace']
  const name = parameters.workspace || (typeof header === 'string' ? header : '')
  const principal = principalOf(request)
  if (name !== '') return workspaceOf(parts, principal, name, 'ingest')
  const view = workspacesFor(parts, principal, 'ingest')
  const all = view.list()
  if (all.length === 1 && all[0]) return all[0]
  if (all.length === 0 && parts.workspaces.list().length > 0) throw new ServerError('accessDenied')
  const names = all.map((workspace) => workspace.name).join(', ')
  throw new ServerError('invalidArgument', {
    reason: `say which workspace the data is for: ?workspace= one of ${names}`,
  })
}

/** As a member of an ingest request, which has the key only if the client sent one. */
export function idempotencyKeyOf({ headers }: FastifyRequest): { readonly idempotencyKey?: string } {
  const key = headers['idempotency-key']
  return typeof key === 'string' && key !== '' ? { idempotencyKey: key } : {}
}

/** The data collection rule that a path names. Throws ruleNotFound or ruleAccessDenied. */
export async function ruleOf(
  parts: ApiParts,
  request: FastifyRequest,
  immutableId: string,
): Promise<DataCollectionRule> {
  try {
    const rule = await parts.dataCollectionRules.find(immutableId)
    if (rule && maySendTo(principalOf(request), rule.id)) return rule
    if (rule) throw new ServerError('ruleAccessDenied', { rule: immutableId })
  } catch (error) {
    if (error instanceof InvalidResource)
      throw new ServerError('armInvalid', { reason: error.message }, { cause: error })
    throw error
  }
  throw new ServerError('ruleNotFound', { rule: immutableId })
}

export function ingestErrorOf(error: unknown): ServerError {
  if (error instanceof UnknownTable)
    return new ServerError('tableNotFound', { reason: error.message }, { cause: error })
  if (error instanceof MalformedBody) {
    const place = error.place === undefined ? {} : { place: error.place }
    return new ServerError('malformedBody', { reason: error.message, ...place }, { cause: error })
  }
  if (error instanceof BodyTooLarge) return new ServerError('bodyTooLarge', { limit: error.limit }, { cause: error })
  if (error instanceof OverQuota)
    return new ServerError('dailyCapReached', { retryAfter: error.retryAfterSeconds }, { cause: error })
  if (error instanceof Overloaded) {
    return new ServerError('overloaded', { retryAfter: Math.ceil(error.retryAfterSeconds) }, { cause: error })
  }
  return serverErrorOf(error)
}

export interface AcceptOptions {
  readonly receiver: Receiver
  readonly body: AsyncIterable<Uint8Array>
  /** Beside those of the URL. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly everyError?: boolean
}

/** A body as it streams in, for the workspace that the request names. */
export function acceptBody(
  parts: ApiParts,
  request: FastifyRequest,
  { receiver, body, parameters: more = {}, everyError = false }: AcceptOptions,
): Promise<IngestOutcome> {
  const parameters = { ...parametersOf(request), ...more }
  return parts.ingest.accept({
    workspace: ingestWorkspace(parts, request, parameters),
    receiver,
    body,
    head: { contentType: request.headers['content-type'] ?? '', parameters },
    everyError,
    ...idempotencyKeyOf(request),
  })
}
