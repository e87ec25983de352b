// Running KQL: https://learn.microsoft.com/azure/azure-monitor/logs/api/request-format
import { request } from './http.ts'
import type { QueryAnswer } from './types.ts'

export interface QueryRequest {
  readonly query: string
  /** ISO 8601 duration or interval; absent: only the query bounds time. */
  readonly timespan?: string
  /** A workspace by name or GUID, or the ARM id of a resource whose rows alone are wanted. */
  readonly target: { readonly workspace: string } | { readonly resource: string }
}

const headers = {
  prefer: 'include-statistics=true,include-render=true',
  /** Names the portal in the query log, and gives its row limit. */
  'x-ms-app': 'ConshelfPortal',
}

export function runQuery({ query, timespan, target }: QueryRequest, signal: AbortSignal): Promise<QueryAnswer> {
  const path =
    'workspace' in target
      ? `/v1/workspaces/${encodeURIComponent(target.workspace)}/query`
      : `/v1${target.resource.split('/').map(encodeURIComponent).join('/')}/query`
  return request<QueryAnswer>(path, { body: { query, ...(timespan ? { timespan } : {}) }, headers, signal })
}
