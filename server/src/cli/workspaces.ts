// The workspaces of a server, for commands that may leave the workspace out.
import { fetchJson, member, serverOf } from './client.ts'
import { type Call, textOption, UsageError } from './command.ts'

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

export interface Place {
  readonly workspace: string
  readonly group: string
  readonly subscription: string
}

/** Ids of the workspace that `-w` names, or of the only one, and of what it is in. */
export async function placeOf(call: Call): Promise<Place> {
  const body = await fetchJson(serverOf(call), '/conshelf/workspaces', {}, call.terminal.signal)
  const wanted = (textOption(call, 'workspace') ?? (await onlyWorkspace(call))).toLowerCase()
  const all = (member(body, 'workspaces') ?? []) as readonly unknown[]
  const names = (each: unknown) => ['name', 'id', 'resourceId'].map((name) => String(member(each, name)).toLowerCase())
  const found = all.find((each) => names(each).includes(wanted))
  if (!found) throw new UsageError(`there is no workspace '${wanted}'`)
  const workspace = String(member(found, 'resourceId'))
  const segments = workspace.split('/')
  return { workspace, group: segments.slice(0, 5).join('/'), subscription: segments.slice(0, 3).join('/') }
}
