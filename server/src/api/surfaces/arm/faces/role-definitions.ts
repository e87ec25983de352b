// The roles that come with the server, and those that users define. https://learn.microsoft.com/rest/api/authorization/role-definitions
import { Compile } from 'typebox/compile'
import { authorize } from '../../../../access/principal.ts'
import type { Role } from '../../../../access/rights.ts'
import { definitionId } from '../../../../access/roles.ts'
import { isGuid } from '../../../../core/ids.ts'
import { type RoleDefinitionBody, roleDefinitionKind } from '../../../../resources/kinds/role-definition.ts'
import { InvalidResource } from '../../../../resources/resource.ts'
import type { ApiParts } from '../../../parts.ts'
import type { ArmDocument, ArmFace, ArmRequest } from '../face.ts'

const type = 'Microsoft.Authorization/roleDefinitions'
const body = Compile(roleDefinitionKind.schema)

function documentOf({ roles }: ApiParts, role: Role): ArmDocument {
  const custom = roles.custom(role.id)
  const { actions, notActions = [], dataActions = [], notDataActions = [] } = role
  return {
    id: definitionId(role.id),
    name: role.id,
    type,
    properties: {
      roleName: role.name,
      type: custom ? 'CustomRole' : 'BuiltInRole',
      description: role.description ?? '',
      assignableScopes: custom?.body.properties.assignableScopes ?? ['/'],
      permissions: [{ actions, notActions, dataActions, notDataActions }],
    },
  }
}

/** What a role gives, it gives at every scope where it may be assigned: whoever changes it needs the right at all of them. */
function authorizeAll(
  { principal }: ArmRequest,
  verb: 'write' | 'delete',
  bodies: readonly RoleDefinitionBody[],
): void {
  for (const scope of bodies.flatMap(({ properties }) => properties.assignableScopes))
    authorize(principal, `${type}/${verb}`, scope)
}

export const roleDefinitions: ArmFace = {
  type,
  isPublic: true,
  get: async ({ parts, path }) => {
    const role = isGuid(path.name) ? parts.roles.find(path.name) : undefined
    return role && documentOf(parts, role)
  },
  list: async ({ parts, query }) => {
    const wanted = /\broleName\s+eq\s+'([^']*)'/i.exec(query.$filter ?? '')?.[1]
    const kind = /\btype\s+eq\s+'([^']*)'/i.exec(query.$filter ?? '')?.[1]
    return parts.roles
      .list()
      .filter(({ name }) => wanted === undefined || name.toLowerCase() === wanted.toLowerCase())
      .filter(
        ({ id }) => kind === undefined || (kind.toLowerCase() === 'customrole') === Boolean(parts.roles.custom(id)),
      )
      .map((role) => documentOf(parts, role))
  },
  put: async (request, given) => {
    const { parts, path, options } = request
    if (!isGuid(path.name)) throw new InvalidResource('role definition', '', `'${path.name}' is no GUID`)
    if (!body.Check(given)) {
      const fault = body.Errors(given)[0]
      throw new InvalidResource('role definition', fault?.instancePath ?? '', fault?.message ?? 'does not fit')
    }
    const wanted = given as RoleDefinitionBody
    const before = parts.roles.custom(path.name)
    authorizeAll(request, 'write', before ? [before.body, wanted] : [wanted])
    await parts.roles.define(path.name, wanted, options)
    const role = parts.roles.find(path.name)
    if (!role) throw new Error(`the role ${path.name} is not there after it was defined`)
    return { document: documentOf(parts, role), isNew: !before }
  },
  remove: async (request) => {
    const { parts, path } = request
    const role = parts.roles.find(path.name)
    if (!role) return false
    const custom = parts.roles.custom(role.id)
    if (!custom) throw new InvalidResource('role definition', '', `'${role.name}' is a role that comes with the server`)
    authorizeAll(request, 'delete', [custom.body])
    await parts.roles.remove(custom.id)
    return true
  },
}
