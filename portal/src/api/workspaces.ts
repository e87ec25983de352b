// Workspaces and what is in them: the server's own portal surface.
import { request } from './http.ts'
import type { About, ExampleQuery, LoggedResource, Workspace, WorkspaceSchema } from './types.ts'

export function about(signal?: AbortSignal): Promise<About> {
  return request<About>('/conshelf/about', { signal })
}

export async function listWorkspaces(signal?: AbortSignal): Promise<readonly Workspace[]> {
  const answer = await request<{ readonly workspaces: readonly Workspace[] }>('/conshelf/workspaces', { signal })
  return answer.workspaces
}

/** The queries of all content packs, in their packs' order. */
export async function exampleQueries(signal?: AbortSignal): Promise<readonly ExampleQuery[]> {
  const answer = await request<{ readonly queries: readonly ExampleQuery[] }>('/conshelf/queries', { signal })
  return answer.queries
}

export function workspaceSchema(workspace: string, signal?: AbortSignal): Promise<WorkspaceSchema> {
  return request<WorkspaceSchema>(`${path(workspace)}/schema`, { signal })
}

export async function loggedResources(workspace: string, signal?: AbortSignal): Promise<readonly LoggedResource[]> {
  const answer = await request<{ readonly resources: readonly LoggedResource[] }>(`${path(workspace)}/resources`, {
    signal,
  })
  return answer.resources
}

function path(workspace: string): string {
  return `/conshelf/workspaces/${encodeURIComponent(workspace)}`
}
