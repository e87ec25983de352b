// The workspace that a path is below.
import type { Workspace } from '../../../catalog/types.ts'
import { ServerError } from '../../../core/errors.ts'
import type { ArmRequest } from './face.ts'

/** Of a part of it: a table, a saved search. Throws armParentNotFound. */
export function parentWorkspace({ parts, path }: Pick<ArmRequest, 'parts' | 'path'>): Workspace {
  return workspaceWith(parts, path.scope)
}

/** By its ARM id, and by nothing else that it is called. Throws armParentNotFound. */
export function workspaceWith({ workspaces }: ArmRequest['parts'], id: string): Workspace {
  const found = workspaces.find(id)
  if (found?.resourceId.toLowerCase() !== id.toLowerCase()) throw new ServerError('armParentNotFound', { resource: id })
  return found
}
