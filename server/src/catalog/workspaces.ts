// The workspaces: resources in the store, a database each in the engine.
import type { Static } from 'typebox'
import { workspaceKind } from '../resources/kinds/workspace.ts'
import type { Resource, Resources } from '../resources/resource.ts'
import type { Workspace, Workspaces } from './types.ts'

export async function openWorkspaces(resources: Resources): Promise<Workspaces> {
  const found = (await resources.list(workspaceKind)).map(workspaceOf)
  return new StoredWorkspaces(resources, found)
}

function workspaceOf({ id, body }: Resource<Static<typeof workspaceKind.schema>>): Workspace {
  return { id: body.customerId, name: body.name, resourceId: id, database: databaseOf(body.customerId) }
}

export function databaseOf(customerId: string): string {
  return `ws_${customerId.replaceAll('-', '')}`
}

class StoredWorkspaces implements Workspaces {
  readonly #resources: Resources
  readonly #byKey = new Map<string, Workspace>()
  #list: readonly Workspace[] = []
  #creating: Promise<unknown> = Promise.resolve()

  constructor(resources: Resources, found: readonly Workspace[]) {
    this.#resources = resources
    for (const workspace of found) this.#add(workspace)
  }

  list(): readonly Workspace[] {
    return this.#list
  }

  find(name: string): Workspace | undefined {
    return this.#byKey.get(name.toLowerCase())
  }

  create(workspace: Omit<Workspace, 'database'>): Promise<Workspace> {
    const created = this.#creating.then(() => this.#create({ ...workspace, id: workspace.id.toLowerCase() }))
    this.#creating = created.catch(() => undefined)
    return created
  }

  async #create({ id, name, resourceId }: Omit<Workspace, 'database'>): Promise<Workspace> {
    const known = new Set([id, name, resourceId].map((key) => this.find(key)).filter((w) => w !== undefined))
    for (const other of known) {
      if (other.id === id && other.name === name && sameId(other.resourceId, resourceId)) return other
      throw new Error(
        `a workspace '${other.name}' with id ${other.id} and resource id ${other.resourceId} exists already`,
      )
    }
    const body = { name, customerId: id }
    const made = workspaceOf(
      await this.#resources.put(workspaceKind, resourceId, body, { by: 'server', match: 'absent' }),
    )
    this.#add(made)
    return made
  }

  #add(workspace: Workspace): void {
    this.#list = [...this.#list, workspace]
    for (const key of [workspace.name, workspace.id, workspace.resourceId])
      this.#byKey.set(key.toLowerCase(), workspace)
  }
}

function sameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
