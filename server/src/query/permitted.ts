// Whether the caller may send the query at all; what it may name in it is the catalog's to decide. Used by service.ts.
// https://learn.microsoft.com/azure/azure-monitor/logs/manage-access
import type { Tables } from '../catalog/types.ts'
import { ServerError } from '../core/errors.ts'
import type { QueryText } from './types.ts'

/** Throws accessDenied. A query that is bound to resources needs some table that it may read their rows of, wherever that is. */
export function permitted<Q extends QueryText>(tables: Pick<Tables, 'catalog'>, query: Q): Q {
  const { workspaces, resourceScope, principal } = query
  const { reads } = principal
  const isPermitted = resourceScope
    ? tables.catalog(workspaces, reads, resourceScope).allNames().length > 0
    : workspaces.every((workspace) => reads.workspace(workspace))
  if (isPermitted) return query
  throw new ServerError('accessDenied')
}
