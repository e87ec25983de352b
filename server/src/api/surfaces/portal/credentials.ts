// /conshelf/tokens and /conshelf/clients: secrets that stand for a principal. Whoever makes one can give it any rights, so all
// of it needs the right to give roles everywhere.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { type Credential, idOf, type Use } from '../../../access/credentials.ts'
import { authorize } from '../../../access/principal.ts'
import { definitionId } from '../../../access/roles.ts'
import { ServerError } from '../../../core/errors.ts'
import type { Activity } from '../../../monitor/activity.ts'
import { credentialId } from '../../../resources/kinds/credential.ts'
import { InvalidResource } from '../../../resources/resource.ts'
import { callerOf } from '../../audit.ts'
import { principalOf } from '../../auth.ts'
import type { ApiParts } from '../../parts.ts'

const tags = ['access']

const shape = {
  id: Type.String({ description: 'of a client, its client id' }),
  name: Type.String(),
  principalId: Type.String({ description: 'to which roles are assigned' }),
  createdAt: Type.String(),
  createdBy: Type.String(),
  expiresAt: Type.Optional(Type.String()),
}
const shown = Type.Object(shape)
const made = Type.Object({ ...shape, secret: Type.String({ description: 'shown this once' }) })

const grant = Type.Object({
  role: Type.String({ description: 'name or GUID of a role' }),
  scope: Type.String({ description: 'an ARM id, the name of a workspace, or `/`' }),
})
const wanted = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  principalId: Type.Optional(Type.String({ minLength: 1, description: 'absent: one of its own' })),
  expiresAt: Type.Optional(Type.String({ description: 'ISO 8601; absent: never' })),
  roles: Type.Optional(Type.Array(grant, { description: 'assigned to the principal at once' })),
})
type Wanted = Type.Static<typeof wanted>

export function credentialRoutes(scope: FastifyInstance, parts: ApiParts): void {
  for (const use of ['token', 'client'] as const) {
    const url = `/conshelf/${use}s`
    const listed = Type.Object({ [`${use}s`]: Type.Array(shown) })
    scope.get(
      url,
      { schema: { tags, summary: `All ${use}s, without secrets`, response: { 200: listed } } },
      async (request) => {
        authorizeGiving(request)
        return { [`${use}s`]: parts.credentials.list(use).map(shownOf) }
      },
    )
    scope.post<{ Body: Wanted }>(
      url,
      { schema: { tags, summary: `Makes a ${use}`, body: wanted, response: { 201: made } } },
      async (request, reply) => {
        authorizeGiving(request)
        const created = await create(parts, use, request)
        const { secret: _secret, ...after } = created
        await record(parts, use, request, { id: after.id, verb: 'write', status: 201, after })
        return reply.code(201).send(created)
      },
    )
    scope.delete<{ Params: { id: string } }>(
      `${url}/:id`,
      { schema: { tags, summary: `Revokes a ${use}`, response: { 204: Type.Null() } } },
      async (request, reply) => {
        authorizeGiving(request)
        const { id } = request.params
        if (!(await parts.credentials.revoke(use, id))) throw new ServerError('credentialNotFound', { use, id })
        await record(parts, use, request, { id, verb: 'delete', status: 204 })
        return reply.code(204).send(null)
      },
    )
  }
}

function authorizeGiving(request: FastifyRequest): void {
  authorize(principalOf(request), 'Microsoft.Authorization/roleAssignments/write', '/')
}

interface Change extends Pick<Activity, 'verb' | 'status' | 'after'> {
  readonly id: string
}

/** Who makes and revokes secrets is in the activity log, as other changes are. */
function record(parts: ApiParts, use: Use, request: FastifyRequest, { id, ...change }: Change): Promise<void> {
  return parts.activity.record({
    ...change,
    ...callerOf(request),
    resourceId: credentialId(use, id),
    resourceType: `Conshelf/${use}s`,
    at: parts.clock.now(),
  })
}

function shownOf(credential: Credential): Type.Static<typeof shown> {
  const { name, principalId, createdAt, expiresAt } = credential.body
  const iso = (millis: number) => new Date(millis).toISOString()
  return {
    id: idOf(credential),
    name,
    principalId,
    createdAt: iso(createdAt),
    createdBy: credential.changed.by,
    ...(expiresAt === undefined ? {} : { expiresAt: iso(expiresAt) }),
  }
}

async function create(parts: ApiParts, use: Use, request: FastifyRequest<{ Body: Wanted }>) {
  const { name, principalId, roles = [] } = request.body
  const by = principalOf(request).name
  // All that can be wrong is looked at before anything is made.
  const grants = roles.map((each) => grantOf(parts, each))
  const expiresAt = expiryOf(parts, request.body)
  const { credential, secret } = await parts.credentials.create({
    use,
    name,
    by,
    ...(principalId === undefined ? {} : { principalId }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  })
  for (const { roleDefinitionId, scope } of grants) {
    const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${parts.ids.guid()}`
    const properties = { roleDefinitionId, principalId: credential.body.principalId, principalType: 'ServicePrincipal' }
    await parts.roles.assign(id, { properties }, { by })
  }
  return { ...shownOf(credential), secret }
}

function grantOf({ roles, workspaces }: ApiParts, { role, scope }: Type.Static<typeof grant>) {
  const found = roles.find(role)
  const refuse = (reason: string) => new ServerError('invalidArgument', { reason, target: 'roles' })
  if (!found) {
    const names = roles.list().map(({ name }) => name)
    throw refuse(`there is no role '${role}'; there are ${names.toSorted().join(', ')}`)
  }
  const at = workspaces.find(scope)?.resourceId ?? scope
  if (!at.startsWith('/')) throw refuse(`'${scope}' is neither an ARM id nor the name of a workspace`)
  const grant = { roleDefinitionId: definitionId(found.id), scope: at.replace(/\/+$/, '') }
  try {
    roles.checkAssignable(grant.roleDefinitionId, grant.scope)
  } catch (error) {
    throw error instanceof InvalidResource ? refuse(error.message) : error
  }
  return grant
}

function expiryOf({ clock }: ApiParts, { expiresAt }: Wanted): number | undefined {
  if (expiresAt === undefined) return undefined
  const at = Date.parse(expiresAt)
  if (at > clock.now()) return at
  throw new ServerError('invalidArgument', {
    reason: `expiresAt '${expiresAt}' is no time to come`,
    target: 'expiresAt',
  })
}
