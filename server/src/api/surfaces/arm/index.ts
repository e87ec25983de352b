// Azure Resource Manager's paths: the same five calls for every type of resource. Types are in faces/.
// https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling and …/microsoft/api-guidelines
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ServerError } from '../../../core/errors.ts'
import { type ArmPath, armPath } from '../../../resources/arm-id.ts'
import { InvalidResource, StoreConflict } from '../../../resources/resource.ts'
import { principalOf, requireToken } from '../../auth.ts'
import { baseOf } from '../../base.ts'
import { begin, serverErrorOf } from '../../errors.ts'
import type { ApiParts } from '../../parts.ts'
import { answerThroughArm, queriedThroughArm } from '../query/through-arm.ts'
import type { ArmFace, ArmRequest } from './face.ts'
import { armFaces } from './faces/index.ts'
import { mergePatch } from './merge-patch.ts'

export async function armSurface(scope: FastifyInstance, parts: ApiParts): Promise<void> {
  requireToken(scope, parts.token)
  scope.setErrorHandler((error, _request, reply) => {
    const known = armErrorOf(error)
    return begin(reply, known, parts.log).send({ error: { code: known.entry.code, message: known.message } })
  })
  // DELETE and POST come with a content type and no body.
  scope.removeContentTypeParser('application/json')
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, text: string) => (text.trim() === '' ? undefined : JSON.parse(text)),
  )
  for (const url of ['/subscriptions', '/subscriptions/*']) {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'POST'] as const) {
      const schema = { hide: url !== '/subscriptions/*', tags: ['management'], summary: `${method} of a resource` }
      scope.route({ method, url, schema, handler: (request, reply) => handle(parts, request, reply) })
    }
  }
}

async function handle(parts: ApiParts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { query, method } = request
  if (typeof query !== 'object' || query === null || !('api-version' in query))
    throw new ServerError('missingApiVersion')
  const url = decodeURI(request.url.split('?')[0] ?? '')
  const queried = queriedThroughArm(url)
  if (queried !== undefined && (method === 'POST' || method === 'GET'))
    return answerThroughArm(parts, queried, request, reply)
  if (method === 'POST') return act(parts, url, request, reply)
  const path = armPath(url)
  if (!path) throw new ServerError('pathNotFound')
  const face = faceOf(path)
  const call = callOf(parts, path, request, reply)
  if (path.is === 'collection') {
    if (method !== 'GET') throw new ServerError('armMethodNotAllowed', { type: face.type, method })
    const found = await face.list(call)
    return 'value' in found ? found : { value: found }
  }
  return one(face, call, request, reply)
}

async function one(
  face: ArmFace,
  call: ArmRequest,
  { method, body }: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const notAllowed = () => new ServerError('armMethodNotAllowed', { type: face.type, method })
  if (method === 'DELETE') {
    if (!face.remove) throw notAllowed()
    return reply.code((await face.remove(call)) ? 200 : 204).send()
  }
  if (method === 'GET') return (await face.get(call)) ?? notFound(call.path)
  if (!face.put) throw notAllowed()
  const before = method === 'PATCH' ? ((await face.get(call)) ?? notFound(call.path)) : undefined
  const { document, isNew } = await face.put(call, before ? mergePatch(before, body) : body)
  return reply.code(isNew ? (face.createdStatus ?? 201) : 200).send(document)
}

/** `POST …/name/action`. */
async function act(parts: ApiParts, url: string, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const at = url.replace(/\/+$/, '').lastIndexOf('/')
  const path = armPath(url.slice(0, at))
  const wanted = url
    .slice(at + 1)
    .replace(/\/+$/, '')
    .toLowerCase()
  const actions = path?.is === 'resource' ? armFaces.get(path.type)?.actions : undefined
  const action = Object.entries(actions ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1]
  if (!path || !action) throw new ServerError('pathNotFound')
  return (await action(callOf(parts, path, request, reply))) ?? notFound(path)
}

function faceOf(path: ArmPath): ArmFace {
  const face = armFaces.get(path.type)
  if (!face) throw new ServerError('armTypeNotFound', { type: path.type })
  return face
}

function callOf(parts: ApiParts, path: ArmPath, request: FastifyRequest, reply: FastifyReply): ArmRequest {
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
    path,
    base: baseOf(request),
    query: parametersOf(request.query),
    // https://www.rfc-editor.org/rfc/rfc7234#section-5.5
    warn: (text) => reply.header('warning', `199 conshelf ${JSON.stringify(text)}`),
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

function armErrorOf(error: unknown): ServerError {
  if (error instanceof InvalidResource)
    return new ServerError('armInvalid', { reason: error.message }, { cause: error })
  if (error instanceof StoreConflict)
    return new ServerError('etagMismatch', { reason: error.message }, { cause: error })
  if (error instanceof SyntaxError)
    return new ServerError('armInvalid', { reason: `the body is not JSON: ${error.message}` }, { cause: error })
  return serverErrorOf(error)
}
