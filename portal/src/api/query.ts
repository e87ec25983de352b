// Running KQL: https://learn.microsoft.com/azure/azure-monitor/logs/api/request-format
import { request } from './http.ts'
import type { Explanation, QueryAnswer } from './types.ts'

export interface QueryRequest {
  readonly query: string
  /** ISO 8601 duration or interval; absent: only the query bounds time. */
  readonly timespan?: string
  /** A workspace by name or GUID; with the ARM id of a resource, the rows of that resource alone. */
  readonly target: { readonly workspace: string; readonly resource?: string }
}

const headers = {
  prefer: 'include-statistics=true,include-render=true',
  /** Names the portal in the query log, and gives its row limit. */
  'x-ms-app': 'ConshelfPortal',
}

export function runQuery({ query, timespan, target }: QueryRequest, signal: AbortSignal): Promise<QueryAnswer> {
  const path =
    target.resource === undefined
      ? `/v1/workspaces/${encodeURIComponent(target.workspace)}/query`
      : `/v1${target.resource.split('/').map(encodeURIComponent).join('/')}/query`
  return request<QueryAnswer>(path, { body: { query, ...(timespan ? { timespan } : {}) }, headers, signal })
}

/** The plan and the SQL of a query, without running it. */
export function explainQuery({ query, timespan, target }: QueryRequest, signal: AbortSignal): Promise<Explanation> {
  const { workspace, resource } = target
  const body = { workspace, query, ...(timespan ? { timespan } : {}), ...(resource ? { resourceId: resource } : {}) }
  return request<Explanation>('/conshelf/explain', { body, signal })
}
