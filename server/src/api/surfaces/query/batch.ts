// POST /v1/$batch: several queries in one request, each with its own status. https://learn.microsoft.com/azure/azure-monitor/logs/api/batch-queries
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ServerError } from '../../../core/errors.ts'
import { serverErrorOf } from '../../errors.ts'
import type { ApiParts } from '../../parts.ts'
import { clientSignal, sendParts } from '../../stream.ts'
import { errorBody } from './errors.ts'
import { type Asked, answerOf, resourceTarget, workspaceTarget } from './query.ts'
import { type Fields, fieldsOf, isFields, preferencesOf } from './request.ts'

/** Characters after which the status of one is settled. */
const heldBack = 65_536

interface Entry {
  readonly id: string
  readonly fields: Fields
}

/** Answers come in the order of the requests: clients do not sort them. */
export async function answerBatch(
  parts: ApiParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const entries = entriesOf(fieldsOf(String(request.body ?? '')))
  reply.type('application/json; charset=utf-8')
  return sendParts(request, reply, responses(parts, request, entries, clientSignal(reply)), () => ']}')
}

function entriesOf({ requests }: Fields): readonly Entry[] {
  if (!Array.isArray(requests)) throw refusal("The property 'requests' must be a list")
  const entries = requests.map((fields: unknown): Entry => {
    if (!isFields(fields)) throw refusal('Each request must be an object')
    const { id } = fields
    if (typeof id !== 'string' && typeof id !== 'number') throw refusal("Each request must have an 'id'")
    return { id: String(id), fields }
  })
  const ids = new Set(entries.map(({ id }) => id))
  if (ids.size < entries.length) throw refusal("Two requests have the same 'id'")
  return entries
}

const refusal = (reason: string): ServerError => new ServerError('invalidBody', { reason, target: 'requests' })

async function* responses(
  parts: ApiParts,
  request: FastifyRequest,
  entries: readonly Entry[],
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  // All begin at once and are read in the order of the requests, in which they also have their places in the queue of the caller.
  const begun = entries.map((entry) => begin(parts, request, entry, signal))
  try {
    yield '{"responses":['
    for (const [index, response] of begun.entries()) {
      if (index > 0) yield ','
      yield* following(await response)
    }
    yield ']}'
  } finally {
    // A query that nobody reads to its end would keep its place for ever.
    for (const response of begun) await (await response).rest?.return()
  }
}

interface Response {
  readonly id: string
  readonly status: number
  readonly retryAfter?: number
  /** The begin of its body, or all of it. */
  readonly held: string
  readonly rest?: AsyncGenerator<string, void, undefined>
  readonly afterFailure?: (error: unknown) => string
}

/** Resolves when the first of the answer is there: what fails before has a status of its own, what fails later is partial. */
async function begin(
  parts: ApiParts,
  request: FastifyRequest,
  { id, fields }: Entry,
  signal: AbortSignal,
): Promise<Response> {
  try {
    const { writer, text: rest } = answerOf(parts, request, askedIn(parts, request, fields), signal)
    let held = ''
    while (held.length < heldBack) {
      const next = await rest.next()
      if (next.done) return { id, status: 200, held }
      held += next.value
    }
    return { id, status: 200, held, rest, afterFailure: (error) => writer.afterFailure(error) }
  } catch (error) {
    const known = serverErrorOf(error)
    const { status, retryAfter } = known.entry
    if (known.errorName === 'internal')
      parts.log.error({ err: known.cause ?? known, requestId: request.id }, 'a query failed')
    const held = JSON.stringify(errorBody(known, request.id))
    return { id, status, held, ...(retryAfter === undefined ? {} : { retryAfter }) }
  }
}

async function* following({ id, status, retryAfter, held, rest, afterFailure }: Response) {
  const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }
  yield `{"id":${JSON.stringify(id)},"status":${status},"headers":${JSON.stringify(headers)},"body":${held}`
  try {
    if (rest) yield* rest
  } catch (error) {
    yield afterFailure?.(error) ?? ''
  }
  yield '}'
}

/** `workspace` is where clients of workspaces say it; a path may name a workspace or another resource. */
function askedIn(parts: ApiParts, request: FastifyRequest, { workspace, path, body, headers, method }: Fields): Asked {
  if (!isFields(body))
    throw new ServerError('invalidBody', { reason: "The property 'body' is missing", target: 'body' })
  if (method !== undefined && !/^(GET|POST)$/i.test(String(method)))
    throw new ServerError('invalidArgument', {
      reason: `method '${String(method)}' is neither GET nor POST`,
      target: 'method',
    })
  return {
    target: targetOf(parts, request, workspace, String(path ?? '/query')),
    sources: [body],
    preferences: preferencesIn(headers),
  }
}

function targetOf(parts: ApiParts, request: FastifyRequest, workspace: unknown, path: string) {
  const match = /^(?:\/?v1)?\/*(.*?)\/*query\/?$/i.exec(path)
  if (!match) throw new ServerError('pathNotFound')
  const [, kind = '', name = ''] = /^(workspaces|subscriptions)\/(.+)$/i.exec(match[1] ?? '') ?? []
  if (kind.toLowerCase() === 'subscriptions') return resourceTarget(parts, request, `/subscriptions/${name}`)
  if (kind === '' && match[1] !== '') throw new ServerError('pathNotFound')
  if (kind !== '') return workspaceTarget(parts, request, name)
  if (typeof workspace === 'string' && workspace !== '') return workspaceTarget(parts, request, workspace)
  throw new ServerError('invalidBody', { reason: "The property 'workspace' is missing", target: 'workspace' })
}

function preferencesIn(headers: unknown) {
  const entries = Object.entries(isFields(headers) ? headers : {})
  return preferencesOf(
    entries.flatMap(([name, value]) => (name.toLowerCase() === 'prefer' ? String(value) : [])).join(','),
  )
}
