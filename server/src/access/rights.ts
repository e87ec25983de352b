// What a principal may do: roles, each at a scope. An action is permitted where some role that covers the scope permits it.
// https://learn.microsoft.com/azure/role-based-access-control/overview and …/role-definitions#actions-format

/** A role definition, as far as it decides. Patterns have `*` for any text, slashes too; case does not matter. */
export interface Role {
  /** GUID. */
  readonly id: string
  readonly name: string
  readonly description?: string
  readonly actions: readonly string[]
  readonly notActions?: readonly string[]
  readonly dataActions?: readonly string[]
  readonly notDataActions?: readonly string[]
}

/** A role at a scope: an ARM id, or `/` for everything. */
export interface Grant {
  readonly role: Role
  readonly scope: string
}

export interface Rights {
  /** Rights with equal keys permit the same. */
  readonly key: string
  /** `action` as in `Microsoft.OperationalInsights/workspaces/read`; `scope`: the ARM id that it is about. */
  allows(action: string, scope: string): boolean
  /** The same for actions on data rather than on resources. */
  allowsData(action: string, scope: string): boolean
  /** Whether the action is permitted at the scope or somewhere below it. */
  allowsWithin(action: string, scope: string): boolean
  /** Whether there is a role at the scope, above or below it: containers are shown to those who have something in them. */
  reaches(scope: string): boolean
}

const yes = () => true
export const allRights: Rights = { key: '', allows: yes, allowsData: yes, allowsWithin: yes, reaches: yes }

export function rightsOf(grants: readonly Grant[]): Rights {
  const held = grants.map(({ role, scope }) => ({
    scope,
    actions: decision(role.actions, role.notActions),
    data: decision(role.dataActions, role.notDataActions),
  }))
  const key = grants.map(({ role, scope }) => `${JSON.stringify(role)} at ${folded(scope)}`)
  return {
    key: key.length === 0 ? 'none' : key.toSorted().join('\n'),
    allows: (action, scope) => held.some((grant) => isWithin(scope, grant.scope) && grant.actions(action)),
    allowsData: (action, scope) => held.some((grant) => isWithin(scope, grant.scope) && grant.data(action)),
    allowsWithin: (action, scope) => held.some((grant) => touches(grant, scope) && grant.actions(action)),
    reaches: (scope) => held.some((grant) => touches(grant, scope)),
  }
}

function touches(grant: { readonly scope: string }, scope: string): boolean {
  return isWithin(scope, grant.scope) || isWithin(grant.scope, scope)
}

/** A role's exceptions take away from that role alone, never from another. */
function decision(patterns: readonly string[] = [], exceptions: readonly string[] = []): (action: string) => boolean {
  const [permitted, excepted] = [anyOf(patterns), anyOf(exceptions)]
  return (action) => permitted(action) && !excepted(action)
}

function anyOf(patterns: readonly string[]): (action: string) => boolean {
  const expressions = patterns.map(
    (pattern) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i'),
  )
  return (action) => expressions.some((expression) => expression.test(action))
}

/** Lower case, single slashes, none at the end; the root is empty. */
function folded(scope: string): string {
  return scope
    .toLowerCase()
    .replace(/\/{2,}/g, '/')
    .replace(/\/$/, '')
}

/** Whether a scope is another or below it. */
export function isWithin(scope: string, container: string): boolean {
  const [inner, outer] = [folded(scope), folded(container)]
  return inner === outer || inner.startsWith(`${outer}/`)
}
