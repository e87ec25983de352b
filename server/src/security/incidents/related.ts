// What incidents are related to: alerts and bookmarks of the same workspace.
import type { Workspace } from '../../catalog/types.ts'
import { type BookmarkBody, bookmarkKind } from '../../resources/kinds/sentinel/bookmark.ts'
import type { IncidentRelationBody } from '../../resources/kinds/sentinel/incident.ts'
import { InvalidResource, type Resource } from '../../resources/resource.ts'
import { type Alert, readAlerts } from '../alerts/read.ts'
import { distinctEntities, type StoredEntity } from '../entities/entities.ts'
import { nameOf, type SecurityParts, sentinelId } from '../parts.ts'
import { type IncidentView, relatedNames } from './view.ts'

export interface Related {
  alerts(workspace: Workspace, incident: IncidentView): Promise<readonly Alert[]>
  bookmarks(workspace: Workspace, incident: IncidentView): Promise<readonly Resource<BookmarkBody>[]>
  /** Of the alerts, each once. */
  entities(workspace: Workspace, incident: IncidentView): Promise<readonly StoredEntity[]>
  /** What an id names that a relation may be made to. Throws InvalidResource. */
  find(workspace: Workspace, relatedResourceId: unknown): Promise<Omit<IncidentRelationBody, 'created'>>
}

export function openRelated(parts: SecurityParts): Related {
  const alerts: Related['alerts'] = (workspace, incident) =>
    readAlerts(parts, workspace, relatedNames(incident, 'SecurityAlert'))
  return {
    alerts,
    async bookmarks(workspace, incident) {
      const names = relatedNames(incident, 'Bookmark')
      const ids = names.map((name) => sentinelId(workspace, `bookmarks/${name}`))
      const found = await Promise.all(ids.map((id) => parts.resources.get(bookmarkKind, id)))
      return found.filter((each) => each !== undefined)
    },
    async entities(workspace, incident) {
      return distinctEntities((await alerts(workspace, incident)).flatMap(({ entities }) => entities))
    },
    find: (workspace, id) => findRelated(parts, workspace, id),
  }
}

export const alertRelation = (workspace: Workspace, alert: Omit<Alert, 'columns' | 'entities'>) => ({
  relatedResourceId: sentinelId(workspace, `Entities/${alert.id}`),
  kind: 'SecurityAlert' as const,
  products: alert.product === '' ? [] : [alert.product],
  tactics: [...alert.tactics],
  techniques: [...alert.techniques],
})

async function findRelated(
  parts: SecurityParts,
  workspace: Workspace,
  id: unknown,
): Promise<Omit<IncidentRelationBody, 'created'>> {
  const fault = (reason: string) => new InvalidResource('incident relation', '/properties/relatedResourceId', reason)
  if (typeof id !== 'string') throw fault('must be the id of a bookmark or an alert')
  const [, type] = /\/([^/]+)\/[^/]+$/.exec(id) ?? []
  const name = nameOf(id)
  const own = sentinelId(workspace, `${type}/${name}`)
  if (own.toLowerCase() !== id.toLowerCase()) throw fault(`'${id}' is no bookmark or alert of this workspace`)
  if (type?.toLowerCase() === 'bookmarks') {
    const bookmark = await parts.resources.get(bookmarkKind, own)
    if (!bookmark) throw fault(`there is no bookmark '${name}'`)
    const { tactics, techniques } = bookmark.body.properties
    const lists = { products: [], tactics: [...(tactics ?? [])], techniques: [...(techniques ?? [])] }
    return { relatedResourceId: bookmark.id, kind: 'Bookmark', ...lists }
  }
  if (type?.toLowerCase() !== 'entities') throw fault(`'${type}' is neither bookmarks nor entities`)
  const [alert] = await readAlerts(parts, workspace, [name])
  if (!alert) throw fault(`there is no alert '${name}'`)
  return alertRelation(workspace, alert)
}
