// The calls of Azure Resource Manager: a path and a method -> what the face of its type answers.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ServerError } from '../../../core/errors.ts'
import { type ArmPath, armPath } from '../../../resources/arm-id.ts'
import { callerOf } from '../../audit.ts'
import { principalOf } from '../../auth.ts'
import { baseOf } from '../../base.ts'
import type { ApiParts } from '../../parts.ts'
import type { Noting } from './audit.ts'
import type { ArmDocument, ArmFace, ArmRequest } from './face.ts'
import { faceOf } from './faces/index.ts'
import { listingOf } from './listings.ts'
import { mergePatch } from './merge-patch.ts'
import { paged } from './pages.ts'
import { authorizeAction, authorizeCall, authorizeList, isReadable } from './rights.ts'

/**
 * The body of the answer, null for none; the status is set. `noting` gets the resource before and after a change. Throws
 * ServerError, InvalidResource, StoreConflict.
 */
export async function answerCall(
  parts: ApiParts,
  url: string,
  request: FastifyRequest,
  reply: FastifyReply,
  noting: Noting = {},
): Promise<unknown> {
  const { method } = request
  if (method === 'POST') return act(parts, url, request, reply)
  const listing = method === 'GET' ? listingOf(url) : undefined
  if (listing) return listing({ ...surroundings(parts, request, reply), url, address: addressOf(request) })
  const path = armPath(url)
  if (!path) throw new ServerError('pathNotFound')
  const face = faceOf(parts, path)
  const call = callOf(parts, path, request, reply)
  if (path.is === 'resource') authorizeCall(face, call, method)
  else authorizeList(face, call)
  if (method === 'HEAD') return empty(reply, path.is === 'resource' && (await face.get(call)) ? 204 : 404)
  if (path.is === 'resource') return one(face, call, request, reply, noting)
  if (method !== 'GET') throw new ServerError('armMethodNotAllowed', { type: face.type, method })
  if (face.answer) return face.answer(call)
  const listed = await face.list(call)
  const isShown = (document: ArmDocument): boolean => isReadable(face, call.principal, document)
  if ('value' in listed) return { ...listed, value: listed.value.filter(isShown) }
  return paged(listed.filter(isShown), call.query, addressOf(request))
}

async function one(
  face: ArmFace,
  call: ArmRequest,
  { method, body }: FastifyRequest,
  reply: FastifyReply,
  noting: Noting,
): Promise<unknown> {
  const notAllowed = () => new ServerError('armMethodNotAllowed', { type: face.type, method })
  if (method === 'GET') return (await face.get(call)) ?? notFound(call.path)
  if (method === 'DELETE' ? !face.remove : !face.put) throw notAllowed()
  const before = await face.get(call)
  if (before) noting.before = before
  if (method === 'DELETE') {
    const wasThere = await face.remove?.(call)
    return empty(reply, wasThere ? 200 : (face.absentStatus ?? 204))
  }
  if (method === 'PATCH' && !before) notFound(call.path)
  const written = await face.put?.(call, method === 'PATCH' ? mergePatch(before, body) : body)
  if (!written) throw notAllowed()
  noting.after = written.document
  if (!written.isAnswered) reply.code(written.isNew ? (face.createdStatus ?? 201) : 200)
  return written.document
}

function empty(reply: FastifyReply, status: number): null {
  reply.code(status)
  return null
}

/** `POST …/name/action`, or below a collection. */
async function act(parts: ApiParts, url: string, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const at = url.lastIndexOf('/')
  const path = armPath(url.slice(0, at))
  if (!path) throw new ServerError('pathNotFound')
  const wanted = url.slice(at + 1).toLowerCase()
  const face = faceOf(parts, path)
  const call = { ...callOf(parts, path, request, reply), body: request.body }
  const isList = path.is === 'collection'
  const [name, action] = named<AnyAction>(isList ? face.collectionActions : face.actions, wanted)
  authorizeAction(face, call, name)
  const done = await action(call)
  const answer = done === undefined ? notFound(path) : done
  if (!isList) return answer
  const shown = (answer as readonly ArmDocument[]).filter((document) => isReadable(face, call.principal, document))
  return paged(shown, call.query, addressOf(request))
}

type AnyAction = (request: ArmRequest) => Promise<unknown>

function named<A>(actions: Readonly<Record<string, A>> = {}, wanted: string): readonly [string, A] {
  const found = Object.entries(actions).find(([name]) => name.toLowerCase() === wanted)
  if (!found) throw new ServerError('pathNotFound')
  return found
}

const addressOf = (request: FastifyRequest): string => `${baseOf(request)}${request.url}`

function callOf(parts: ApiParts, path: ArmPath, request: FastifyRequest, reply: FastifyReply): ArmRequest {
  return { ...surroundings(parts, request, reply), path }
}

function surroundings(parts: ApiParts, request: FastifyRequest, reply: FastifyReply): Omit<ArmRequest, 'path'> {
  const etag = request.headers['if-match']
  const match =
    etag === undefined || etag === ''
      ? undefined
      : etag === '*'
        ? ('present' as const)
        : { etag: etag.replaceAll('"', '') }
  const isAbsent = request.headers['if-none-match'] === '*'
  return {
    parts,
    base: baseOf(request),
    query: parametersOf(request.query),
    principal: principalOf(request),
    caller: callerOf(request),
    // https://www.rfc-editor.org/rfc/rfc7234#section-5.5
    warn: (text) => reply.header('warning', `199 conshelf ${JSON.stringify(text)}`),
    answer: (status, headers = {}) => {
      reply.code(status).headers(headers)
    },
    options: { by: principalOf(request).name, ...(isAbsent ? { match: 'absent' as const } : match ? { match } : {}) },
  }
}

/** The last, where a parameter is given more than once. */
function parametersOf(query: unknown): Readonly<Record<string, string>> {
  const given = Object.entries(query as Record<string, string | string[]>)
  return Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === 'string' ? value : (value.at(-1) ?? '')]),
  )
}

function notFound(path: ArmPath): never {
  throw new ServerError('armResourceNotFound', { resource: path.id })
}
