// The workspaces: resources in the store, a database each in the engine.
import type { Clock } from '../core/clock.ts'
import { isGuid } from '../core/ids.ts'
import { type WorkspaceBody, workspaceKind } from '../resources/kinds/workspace.ts'
import type { Resource, Resources } from '../resources/resource.ts'
import type { Workspace, WorkspaceSettings, Workspaces } from './types.ts'

export async function openWorkspaces(resources: Resources, clock: Clock): Promise<StoredWorkspaces> {
  return new StoredWorkspaces(resources, clock, await resources.list(workspaceKind))
}

function workspaceOf({ id, body }: Resource<WorkspaceBody>): Workspace {
  return { id: body.customerId, name: body.name, resourceId: id, database: databaseOf(body.customerId) }
}

export function databaseOf(customerId: string): string {
  return `ws_${customerId.replaceAll('-', '')}`
}

/** ARM id of a workspace that is given by the short form of it, `subscription/group/name`; anything else as it is. */
export function workspaceIdOf(name: string): string {
  const [subscription = '', group, workspace, ...rest] = name.split('/')
  if (!isGuid(subscription) || !group || !workspace || rest.length > 0) return name
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.OperationalInsights/workspaces/${workspace}`
}

export class StoredWorkspaces implements Workspaces {
  /** Told of a workspace whose tables may keep rows longer or shorter now. */
  onRetention: ((workspace: Workspace) => void) | undefined
  /** Deletes the rows of a workspace that goes. */
  onRemoval: ((workspace: Workspace) => Promise<void>) | undefined
  readonly #resources: Resources
  readonly #clock: Clock
  readonly #byKey = new Map<string, Workspace>()
  /** By customer id. */
  readonly #bodies = new Map<string, WorkspaceBody>()
  /** Milliseconds since 1970, by customer id. */
  readonly #changed = new Map<string, number>()
  #list: readonly Workspace[] = []
  #creating: Promise<unknown> = Promise.resolve()

  constructor(resources: Resources, clock: Clock, found: readonly Resource<WorkspaceBody>[]) {
    this.#resources = resources
    this.#clock = clock
    for (const resource of found) {
      this.#add(workspaceOf(resource))
      this.#bodies.set(resource.body.customerId, resource.body)
      this.#changed.set(resource.body.customerId, resource.changed.at)
    }
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
    const body = { name, customerId: id, created: this.#clock.now() }
    const stored = await this.#resources.put(workspaceKind, resourceId, body, { by: 'server', match: 'absent' })
    const made = workspaceOf(stored)
    this.#add(made)
    this.#bodies.set(id, body)
    this.#changed.set(id, stored.changed.at)
    return made
  }

  takesResourceRights({ id }: Workspace): boolean {
    return this.#bodies.get(id)?.enableLogAccessUsingOnlyResourcePermissions ?? true
  }

  settings(workspace: Workspace): ReturnType<Workspaces['settings']> {
    const changed = this.#changed.get(workspace.id)
    return { ...this.#bodyOf(workspace), ...(changed === undefined ? {} : { changed }) }
  }

  async change(workspace: Workspace, settings: WorkspaceSettings, by: string): Promise<void> {
    const before = this.#bodyOf(workspace)
    const merged = Object.entries({ ...before, ...settings }).filter(([, value]) => value !== undefined)
    const after = Object.fromEntries(merged) as WorkspaceBody
    if (JSON.stringify(after) === JSON.stringify(before)) return
    const { changed } = await this.#resources.put(workspaceKind, workspace.resourceId, after, { by })
    this.#bodies.set(workspace.id, after)
    this.#changed.set(workspace.id, changed.at)
    if (after.retentionInDays !== before.retentionInDays) this.onRetention?.(workspace)
  }

  /** The rows first: what is left when the server is stopped in between is an empty workspace, which can be deleted again. */
  async remove(workspace: Workspace): Promise<void> {
    await this.onRemoval?.(workspace)
    const below = await this.#resources.ids(workspace.resourceId)
    await this.#resources.delete(
      workspace.resourceId,
      undefined,
      below.map((id) => ({ do: 'delete', id })),
    )
    this.#list = this.#list.filter(({ id }) => id !== workspace.id)
    for (const key of keysOf(workspace)) this.#byKey.delete(key)
    this.#bodies.delete(workspace.id)
  }

  #bodyOf({ id, name }: Workspace): WorkspaceBody {
    return this.#bodies.get(id) ?? { name, customerId: id }
  }

  #add(workspace: Workspace): void {
    this.#list = [...this.#list, workspace]
    for (const key of keysOf(workspace)) this.#byKey.set(key, workspace)
  }
}

function keysOf({ name, id, resourceId }: Workspace): readonly string[] {
  return [name, id, resourceId].map((key) => key.toLowerCase())
}

function sameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
