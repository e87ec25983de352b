// Paths of Azure Resource Manager, taken apart. https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules

/** What a path below `/subscriptions` or `/providers` names. */
export interface ArmPath {
  /** `resource`: type and name; `collection`: a type alone, whose resources are below `scope`. */
  readonly is: 'resource' | 'collection'
  /** The path itself, without a slash at its end. */
  readonly id: string
  /** Namespace and types in lower case: `microsoft.insights/datacollectionrules`. */
  readonly type: string
  /** The last segment as written: a name, or of a collection its type. */
  readonly name: string
  /** Id of what the resource belongs to: a group, a subscription, the resource that it is part of or extends; '' of the tenant's. */
  readonly scope: string
}

const roots: ReadonlySet<string> = new Set(['subscriptions', 'providers'])
const subscriptionType = 'microsoft.resources/subscriptions'

/** Undefined for what is no path of that kind. */
export function armPath(path: string): ArmPath | undefined {
  const segments = path.split('/').filter((segment) => segment !== '')
  if (!roots.has(segments[0]?.toLowerCase() ?? '') || segments.length > 40) return undefined
  const id = `/${segments.join('/')}`
  const at = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers')
  const head = at === -1 ? segments : segments.slice(0, at)
  if (at === -1) return containerPath(id, head)
  const [namespace, ...rest] = segments.slice(at + 1)
  if (namespace === undefined || rest.length === 0) return undefined
  const types = rest.filter((_, index) => index % 2 === 0)
  const is = rest.length % 2 === 0 ? 'resource' : 'collection'
  const scope = rest.length > 2 ? segments.slice(0, is === 'resource' ? -2 : -1) : head
  const type = [namespace, ...types].join('/').toLowerCase()
  return { is, id, type, name: rest.at(-1) as string, scope: scope.map((segment) => `/${segment}`).join('') }
}

function containerPath(id: string, segments: readonly string[]): ArmPath | undefined {
  const name = segments.at(-1) as string
  const scope = segments.length <= 2 ? '' : `/${segments.slice(0, 2).join('/')}`
  if (segments.length <= 2)
    return { is: segments.length === 2 ? 'resource' : 'collection', id, type: subscriptionType, name, scope }
  if (segments[2]?.toLowerCase() !== 'resourcegroups' || segments.length > 4) return undefined
  return {
    is: segments.length === 4 ? 'resource' : 'collection',
    id,
    type: `${subscriptionType}/resourcegroups`,
    name,
    scope,
  }
}
