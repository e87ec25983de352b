// The workspaces: resources in the store, a database each in the engine.
import { isGuid } from '../core/ids.ts'
import { type WorkspaceBody, workspaceKind } from '../resources/kinds/workspace.ts'
import type { Resource, Resources } from '../resources/resource.ts'
import type { Workspace, Workspaces } from './types.ts'

export async function openWorkspaces(resources: Resources): Promise<StoredWorkspaces> {
  return new StoredWorkspaces(resources, await resources.list(workspaceKind))
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
  readonly #resources: Resources
  readonly #byKey = new Map<string, Workspace>()
  /** By customer id. */
  readonly #bodies = new Map<string, WorkspaceBody>()
  #list: readonly Workspace[] = []
  #creating: Promise<unknown> = Promise.resolve()

  constructor(resources: Resources, found: readonly Resource<WorkspaceBody>[]) {
    this.#resources = resources
    for (const resource of found) {
      this.#add(workspaceOf(resource))
      this.#bodies.set(resource.body.customerId, resource.body)
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
    const body = { name, customerId: id }
    const made = workspaceOf(
      await this.#resources.put(workspaceKind, resourceId, body, { by: 'server', match: 'absent' }),
    )
    this.#add(made)
    this.#bodies.set(id, body)
    return made
  }

  dailyQuota({ id }: Workspace): number | undefined {
    return this.#bodies.get(id)?.dailyQuotaGb
  }

  setDailyQuota(workspace: Workspace, gigabytes: number | undefined, by: string): Promise<void> {
    const { dailyQuotaGb: _before, ...others } = this.#bodyOf(workspace)
    return this.#put(workspace, { ...others, ...(gigabytes === undefined ? {} : { dailyQuotaGb: gigabytes }) }, by)
  }

  retentionDays({ id }: Workspace): number | undefined {
    return this.#bodies.get(id)?.retentionInDays
  }

  async setRetentionDays(workspace: Workspace, days: number, by: string): Promise<void> {
    await this.#put(workspace, { ...this.#bodyOf(workspace), retentionInDays: days }, by)
    this.onRetention?.(workspace)
  }

  takesResourceRights({ id }: Workspace): boolean {
    return this.#bodies.get(id)?.enableLogAccessUsingOnlyResourcePermissions ?? true
  }

  setResourceRights(workspace: Workspace, taken: boolean, by: string): Promise<void> {
    const body = { ...this.#bodyOf(workspace), enableLogAccessUsingOnlyResourcePermissions: taken }
    return this.#put(workspace, body, by)
  }

  #bodyOf({ id, name }: Workspace): WorkspaceBody {
    return this.#bodies.get(id) ?? { name, customerId: id }
  }

  async #put({ id, resourceId }: Workspace, body: WorkspaceBody, by: string): Promise<void> {
    await this.#resources.put(workspaceKind, resourceId, body, { by })
    this.#bodies.set(id, body)
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
