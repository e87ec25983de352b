// https://learn.microsoft.com/rest/api/authorization/role-assignments
import { isWithin } from '../../../../access/rights.ts'
import { definitionId, type RoleAssignment, scopeOf } from '../../../../access/roles.ts'
import { ServerError } from '../../../../core/errors.ts'
import { isGuid } from '../../../../core/ids.ts'
import { roleAssignmentKind } from '../../../../resources/kinds/role-assignment.ts'
import { InvalidResource } from '../../../../resources/resource.ts'
import { type ArmDocument, type ArmFace, type ArmRequest, storedFace } from '../face.ts'

const type = 'Microsoft.Authorization/roleAssignments'

const stored = storedFace(type, roleAssignmentKind, {
  put: async ({ parts, path, options }, body) => {
    if (!isGuid(path.name)) throw new InvalidResource('role assignment', '', `'${path.name}' is no GUID`)
    const { principalId, roleDefinitionId } = body.properties ?? {}
    const same = parts.roles
      .assignments()
      .find(
        ({ id, body: { properties } }) =>
          id.toLowerCase() !== path.id.toLowerCase() &&
          scopeOf(id).toLowerCase() === scopeOf(path.id).toLowerCase() &&
          properties.principalId.toLowerCase() === principalId?.toLowerCase() &&
          definitionOf(properties.roleDefinitionId) === definitionOf(roleDefinitionId ?? ''),
      )
    if (same) throw new ServerError('roleAssignmentExists', { id: same.id })
    return parts.roles.assign(path.id, body, options)
  },
  properties: (assignment) => shown(assignment),
})

const definitionOf = (id: string): string => definitionId(id.slice(id.lastIndexOf('/') + 1))

function shown({ id, body, changed }: RoleAssignment) {
  const at = new Date(changed.at).toISOString()
  const { properties } = body
  const own = { ...properties, roleDefinitionId: definitionOf(properties.roleDefinitionId), scope: scopeOf(id) }
  return { principalType: 'User', ...own, createdOn: at, updatedOn: at, createdBy: changed.by, updatedBy: changed.by }
}

/** At the scope and above it, and unless the filter says `atScope()` below it too. */
async function list({ parts, path, query }: ArmRequest): Promise<readonly ArmDocument[]> {
  const filter = query.$filter ?? ''
  const wanted =
    /\bprincipalId\s+eq\s+'?([^'\s)]+)'?/i.exec(filter)?.[1] ?? /assignedTo\('([^']+)'\)/i.exec(filter)?.[1]
  const isAtScope = /\batScope\(\)/i.test(filter)
  const scope = path.scope === '' ? '/' : path.scope
  return parts.roles
    .assignments()
    .filter(({ id }) => isWithin(scope, scopeOf(id)) || (!isAtScope && isWithin(scopeOf(id), scope)))
    .filter(({ body }) => !wanted || body.properties.principalId.toLowerCase() === wanted.toLowerCase())
    .map((assignment) => ({
      id: assignment.id,
      name: assignment.id.slice(assignment.id.lastIndexOf('/') + 1),
      type,
      properties: shown(assignment),
    }))
}

export const roleAssignments: ArmFace = {
  ...stored,
  list,
  remove: async ({ parts, path, options }) => {
    if (!parts.roles.assignments().some(({ id }) => id.toLowerCase() === path.id.toLowerCase())) return false
    const { match } = options
    await parts.roles.remove(path.id, ...(match && match !== 'absent' ? [match] : []))
    return true
  },
}
