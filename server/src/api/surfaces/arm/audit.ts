// What changes resources through Azure Resource Manager is in the activity log, whether it succeeded or not.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ServerError } from '../../../core/errors.ts'
import { armPath } from '../../../resources/arm-id.ts'
import { callerOf } from '../../audit.ts'
import type { ApiParts } from '../../parts.ts'
import { typeName } from './faces/index.ts'

/** What a call tells of the resource that it changes. */
export interface Noting {
  before?: unknown
  after?: unknown
}

interface Call {
  readonly parts: ApiParts
  /** The path, without a slash at its end. */
  readonly url: string
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** Does it, and answers or throws after the activity log knows. */
export async function audited<T>(
  call: Call,
  errorOf: (error: unknown) => ServerError,
  run: (noting: Noting) => Promise<T>,
): Promise<T> {
  const at = call.parts.clock.now()
  const noting: Noting = {}
  try {
    const answer = await run(noting)
    await record(call, at, noting, call.reply.statusCode)
    return answer
  } catch (error) {
    const { entry, message } = errorOf(error)
    await record(call, at, noting, entry.status, { code: entry.code, message })
    throw error
  }
}

async function record(
  { parts, url, request }: Call,
  at: number,
  noting: Noting,
  status: number,
  error?: { readonly code: string; readonly message: string },
): Promise<void> {
  const target = targetOf(parts, url, request.method)
  if (!target) return
  await parts.activity.record({
    ...target,
    ...noting,
    ...callerOf(request),
    status,
    at,
    ...(error ? { error } : {}),
  })
}

function targetOf(parts: ApiParts, url: string, method: string) {
  const slash = url.lastIndexOf('/')
  const path = armPath(method === 'POST' ? url.slice(0, slash) : url)
  if (!path) return undefined
  const verb =
    method === 'POST'
      ? `${url.slice(slash + 1)}/action`
      : method === 'DELETE'
        ? ('delete' as const)
        : ('write' as const)
  return { resourceId: path.id, resourceType: typeName(parts, path), verb }
}
