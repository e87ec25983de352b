// Workspaces as the caller of a request has them: what is out of reach answers like what is not there.

import type { Principal } from '../access/principal.ts'
import { queryAction } from '../access/reading.ts'
import { mayIngest } from '../access/writing.ts'
import type { Workspace, Workspaces } from '../catalog/types.ts'
import { ServerError } from '../core/errors.ts'
import type { ApiParts } from './parts.ts'

export type Need = 'query' | 'ingest'

/** The workspaces that the caller may query or send data to. */
export interface WorkspaceView extends Pick<Workspaces, 'list' | 'find'> {
  /** What a name that is not found is answered with: whoever may not see all is not told which there are. */
  missing(name: string, otherwise: ServerError): ServerError
}

type Parts = Pick<ApiParts, 'workspaces'>

export function workspacesFor({ workspaces }: Parts, principal: Principal, need: Need = 'query'): WorkspaceView {
  const may = (workspace: Workspace): boolean =>
    need === 'query' ? principal.reads.workspace(workspace) : mayIngest(principal, workspace.resourceId)
  return {
    list: () => workspaces.list().filter(may),
    find: (name) => {
      const found = workspaces.find(name)
      return found && may(found) ? found : undefined
    },
    missing: (name, otherwise) =>
      seesAll(principal) && !workspaces.find(name) ? otherwise : new ServerError('accessDenied'),
  }
}

/** The workspace of a path, by name, GUID or ARM id. Throws workspaceNotFound or accessDenied. */
export function workspaceOf(parts: Parts, principal: Principal, name: string, need: Need = 'query'): Workspace {
  const view = workspacesFor(parts, principal, need)
  const workspace = view.find(name)
  if (!workspace) throw view.missing(name, new ServerError('workspaceNotFound', { workspace: name }))
  return workspace
}

/** The same without a look at rights, for what query/service.ts decides and audits. */
export function addressedWorkspace({ workspaces }: Parts, principal: Principal, name: string): Workspace {
  const workspace = workspaces.find(name)
  if (workspace) return workspace
  throw seesAll(principal) ? new ServerError('workspaceNotFound', { workspace: name }) : new ServerError('accessDenied')
}

/** Whether the caller may know of every workspace. */
export function seesAll({ rights }: Principal): boolean {
  return rights.allows(queryAction, '/')
}
