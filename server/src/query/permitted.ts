// Whether the caller may send the query at all; what it may name in it is the catalog's to decide. Used by service.ts.
// https://learn.microsoft.com/azure/azure-monitor/logs/manage-access
import { ServerError } from '../core/errors.ts'
import type { QueryText } from './types.ts'

/** Throws accessDenied. Bound to resources, it reads those workspaces in which the caller has rights of either kind. */
export function permitted<Q extends QueryText>(query: Q): Q {
  const { workspaces, resourceScope, principal } = query
  const { reads } = principal
  if (!resourceScope) {
    if (workspaces.every((workspace) => reads.workspace(workspace))) return query
    throw new ServerError('accessDenied')
  }
  const isReader = reads.resources(resourceScope, '*') || workspaces.some((workspace) => reads.workspace(workspace))
  if (isReader) return query
  throw new ServerError('accessDenied')
}
