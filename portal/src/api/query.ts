// Running KQL: https://learn.microsoft.com/azure/azure-monitor/logs/api/request-format
import { fromDiagnostic, type Problem } from './errors.ts'
import { request } from './http.ts'
import type { Explanation, QueryAnswer, WireDiagnostic } from './types.ts'

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

/** What is wrong with a query, and what is doubtful, without running it. */
export async function validateQuery(asked: QueryRequest, signal: AbortSignal): Promise<readonly Problem[]> {
  const answer = await request<{ readonly diagnostics: readonly WireDiagnostic[] }>('/conshelf/validate', {
    body: compileBody(asked),
    signal,
  })
  return answer.diagnostics.map(fromDiagnostic)
}

/** The plan and the SQL of a query, without running it. */
export function explainQuery(asked: QueryRequest, signal: AbortSignal): Promise<Explanation> {
  return request<Explanation>('/conshelf/explain', { body: compileBody(asked), signal })
}

function compileBody({ query, timespan, target: { workspace, resource } }: QueryRequest) {
  return { workspace, query, ...(timespan ? { timespan } : {}), ...(resource ? { resourceId: resource } : {}) }
}
