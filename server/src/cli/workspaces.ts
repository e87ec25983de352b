// The workspaces of a server, for commands that may leave the workspace out.
import { fetchJson, member, serverOf } from './client.ts'
import { type Call, UsageError } from './command.ts'

export async function workspaceNames(call: Call): Promise<readonly string[]> {
  const body = await fetchJson(serverOf(call), '/conshelf/workspaces', {}, call.terminal.signal)
  const workspaces = member(body, 'workspaces')
  return Array.isArray(workspaces) ? workspaces.map((workspace) => String(member(workspace, 'name'))) : []
}

/** The workspace of a server that has one only. */
export async function onlyWorkspace(call: Call): Promise<string> {
  const names = await workspaceNames(call)
  if (names.length === 1 && names[0] !== undefined) return names[0]
  throw new UsageError(
    names.length === 0 ? 'the server has no workspace' : `say which workspace: -w ${names.join(' or -w ')}`,
  )
}
