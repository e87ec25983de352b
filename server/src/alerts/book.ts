// The alerts of the last 30 days, as resources. Three parties change one: runs of its rule, people, and the notifier; none loses
// what another wrote.
import { type AlertBody, alertId, alertKind } from '../resources/kinds/alert.ts'
import { type Resource, type Resources, StoreConflict } from '../resources/resource.ts'
import type { Store } from '../store/store.ts'
import { day } from './rule.ts'

export type Alert = Resource<AlertBody>

export interface AlertBook {
  list(): Promise<readonly Alert[]>
  /** By the id that it has, or that a path below any scope gives it. */
  find(id: string): Promise<Alert | undefined>
  /** Changes what is there now; undefined: it is gone. */
  change(id: string, by: string, next: (body: AlertBody) => AlertBody): Promise<Alert | undefined>
  /** Forgets those that are older than `keptMillis`, but not the open ones, given by name. */
  expire(now: number, open: ReadonlySet<string>): Promise<void>
}

export const keptMillis = 30 * day

export const nameOf = ({ id }: Pick<Alert, 'id'>): string => id.slice(id.lastIndexOf('/') + 1)

export function openAlertBook(resources: Resources, store: Pick<Store, 'apply'>): AlertBook {
  const list = () => resources.list(alertKind)
  const change: AlertBook['change'] = async (id, by, next) => {
    for (;;) {
      const found = await resources.get(alertKind, id)
      if (!found) return undefined
      const body = next(found.body)
      if (body === found.body) return found
      try {
        return await resources.put(alertKind, id, body, { by, match: { etag: found.etag } })
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error
      }
    }
  }
  return {
    list,
    change,
    find: (id) => resources.get(alertKind, alertId(id, nameOf({ id }))),
    async expire(now, open) {
      const isOld = (alert: Alert) => Date.parse(alert.body.essentials.startDateTime) < now - keptMillis
      const old = (await list()).filter((alert) => isOld(alert) && !open.has(nameOf(alert)))
      if (old.length > 0) await store.apply(old.map(({ id }) => ({ do: 'delete', id })))
    },
  }
}
