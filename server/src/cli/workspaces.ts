// The names of a server's workspaces, for commands that may leave the workspace out.
import { fetchJson, member, serverOf } from './client.ts'
import type { Call } from './command.ts'

export async function workspaceNames(call: Call): Promise<readonly string[]> {
  const body = await fetchJson(serverOf(call), '/conshelf/workspaces', {}, call.terminal.signal)
  const workspaces = member(body, 'workspaces')
  return Array.isArray(workspaces) ? workspaces.map((workspace) => String(member(workspace, 'name'))) : []
}
