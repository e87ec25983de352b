// The roles that there are, and who has which where. Kept in memory, as every request asks; all changes go through here.
// https://learn.microsoft.com/azure/role-based-access-control/role-assignments
import { type RoleAssignmentBody, roleAssignmentKind } from '../resources/kinds/role-assignment.ts'
import { type RoleDefinitionBody, roleDefinitionKind } from '../resources/kinds/role-definition.ts'
import { InvalidResource, type PutOptions, type Resource, type Resources } from '../resources/resource.ts'
import { type Grant, isWithin, type Rights, type Role, rightsOf } from './rights.ts'

export type RoleAssignment = Resource<RoleAssignmentBody>
export type RoleDefinition = Resource<RoleDefinitionBody>

export interface Roles {
  /** What whoever goes by these ids may do: an object id, those of groups, names of roles. */
  rightsOf(ids: readonly string[]): Rights
  /** By GUID or name, in any case. */
  find(role: string): Role | undefined
  list(): readonly Role[]
  /** The resource of a role that a user defined. */
  custom(id: string): RoleDefinition | undefined
  assignments(): readonly RoleAssignment[]
  /** Throws InvalidResource for a role that is not there, or not for this scope. */
  checkAssignable(roleDefinitionId: string, scope: string): void
  /** Throws InvalidResource, StoreConflict. */
  assign(id: string, body: RoleAssignmentBody, options: PutOptions): Promise<RoleAssignment>
  /** Throws InvalidResource, StoreConflict. */
  define(guid: string, body: RoleDefinitionBody, options: PutOptions): Promise<RoleDefinition>
  /** An assignment or a role that a user defined. Throws InvalidResource for a role that somebody has. */
  remove(id: string, match?: Parameters<Resources['delete']>[1]): Promise<void>
}

/** The scope that an assignment is for: what stands before its own part of the id. */
export function scopeOf(assignmentId: string): string {
  return assignmentId.slice(0, assignmentId.toLowerCase().lastIndexOf('/providers/microsoft.authorization/')) || '/'
}

export function definitionId(guid: string): string {
  return `/providers/Microsoft.Authorization/roleDefinitions/${guid.toLowerCase()}`
}

const lastOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1).toLowerCase()
const most = 10_000

/** `builtIn`: those of content packs, which nobody changes. */
export async function openRoles(resources: Resources, builtIn: readonly Role[]): Promise<Roles> {
  let custom: ReadonlyMap<string, RoleDefinition> = new Map()
  let roles: ReadonlyMap<string, Role> = new Map()
  let assignments: readonly RoleAssignment[] = []
  const known = new Map<string, Rights>()

  const reload = async () => {
    const definitions = await resources.list(roleDefinitionKind)
    custom = new Map(definitions.map((definition) => [lastOf(definition.id), definition]))
    roles = new Map([...builtIn, ...definitions.map(roleOf)].map((role) => [role.id, role]))
    assignments = await resources.list(roleAssignmentKind)
    known.clear()
  }
  await reload()

  const grantsOf = (ids: ReadonlySet<string>): readonly Grant[] =>
    assignments
      .filter(({ body }) => ids.has(body.properties.principalId.toLowerCase()))
      .flatMap(({ id, body }) => {
        const role = roles.get(lastOf(body.properties.roleDefinitionId))
        return role ? [{ role, scope: scopeOf(id) }] : []
      })

  return {
    rightsOf(ids) {
      const own = new Set(ids.map((id) => id.toLowerCase()))
      const key = JSON.stringify([...own].sort())
      const rights = known.get(key) ?? rightsOf(grantsOf(own))
      if (known.size >= most) known.clear()
      known.set(key, rights)
      return rights
    },
    find: (role) =>
      roles.get(lastOf(role)) ?? [...roles.values()].find(({ name }) => name.toLowerCase() === role.toLowerCase()),
    list: () => [...roles.values()],
    custom: (id) => custom.get(lastOf(id)),
    assignments: () => assignments,
    checkAssignable: (role, scope) => checkAssignable(role, scope, roles, custom),
    async assign(id, body, options) {
      // The body has not been compared with its schema yet.
      const role = body.properties?.roleDefinitionId
      if (typeof role === 'string') checkAssignable(role, scopeOf(id), roles, custom)
      const stored = await resources.put(roleAssignmentKind, id, body, options)
      await reload()
      return stored
    },
    async define(guid, body, options) {
      if (builtIn.some(({ id }) => id === guid.toLowerCase()))
        throw new InvalidResource('role definition', '', `'${guid}' is a role that comes with the server`)
      const stored = await resources.put(roleDefinitionKind, definitionId(guid), body, options)
      await reload()
      return stored
    },
    async remove(id, match) {
      const isHeld =
        custom.has(lastOf(id)) &&
        assignments.some(({ body }) => lastOf(body.properties.roleDefinitionId) === lastOf(id))
      if (isHeld) throw new InvalidResource('role definition', '', 'the role is assigned; delete its assignments first')
      await resources.delete(id, match)
      await reload()
    },
  }
}

function roleOf({ id, body: { properties } }: RoleDefinition): Role {
  const { roleName: name, description, permissions } = properties
  const { actions = [], notActions = [], dataActions = [], notDataActions = [] } = permissions[0] ?? {}
  return { id: lastOf(id), name, description: description ?? '', actions, notActions, dataActions, notDataActions }
}

/** Throws InvalidResource. */
function checkAssignable(
  role: string,
  scope: string,
  roles: ReadonlyMap<string, Role>,
  custom: ReadonlyMap<string, RoleDefinition>,
): void {
  const refuse = (reason: string) => new InvalidResource('role assignment', '/properties/roleDefinitionId', reason)
  if (!roles.has(lastOf(role))) throw refuse(`there is no role definition '${role}'`)
  const scopes = custom.get(lastOf(role))?.body.properties.assignableScopes
  if (scopes && !scopes.some((each) => isWithin(scope, each)))
    throw refuse(`the role can be assigned at ${scopes.join(', ')} and below, not at ${scope || '/'}`)
}
