// The workspace that a path is below.
import type { Workspace } from '../../../catalog/types.ts'
import { ServerError } from '../../../core/errors.ts'
import type { ArmRequest } from './face.ts'

/** Throws armParentNotFound. */
export function parentWorkspace({ parts, path }: Pick<ArmRequest, 'parts' | 'path'>): Workspace {
  const found = parts.workspaces.find(path.scope)
  if (!found) throw new ServerError('armParentNotFound', { resource: path.scope })
  return found
}
