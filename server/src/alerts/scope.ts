// What a rule looks at: a workspace, or rows of a resource, a group or a subscription wherever they are stored.
import type { Workspace, Workspaces } from '../catalog/types.ts'
import { armPath } from '../resources/arm-id.ts'

export interface Reach {
  readonly workspaces: readonly Workspace[]
  /** Lower-case ARM ids. */
  readonly resourceScope?: readonly string[]
}

const workspaceType = 'microsoft.operationalinsights/workspaces'

/** Undefined: the workspace is not there, or there is none at all. */
export function reachOf(scope: string, workspaces: Pick<Workspaces, 'find' | 'list'>): Reach | undefined {
  if (armPath(scope)?.type === workspaceType) {
    const found = workspaces.find(scope)
    return found && { workspaces: [found] }
  }
  const all = workspaces.list()
  return all.length === 0 ? undefined : { workspaces: all, resourceScope: [scope.toLowerCase()] }
}

export interface ScopeFacts {
  readonly id: string
  readonly name: string
  /** Lower case, without the name. */
  readonly type: string
  readonly group: string
}

export function scopeFacts(id: string): ScopeFacts {
  const segments = id.split('/')
  const isInGroup = segments[3]?.toLowerCase() === 'resourcegroups'
  return {
    id,
    name: segments.at(-1) ?? '',
    type: armPath(id)?.type ?? '',
    group: isInGroup ? (segments[4] ?? '') : '',
  }
}
