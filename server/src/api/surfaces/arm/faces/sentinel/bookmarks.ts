// https://learn.microsoft.com/rest/api/securityinsights/bookmarks
import type { Workspace } from '../../../../../catalog/types.ts'
import { bookmarkKind } from '../../../../../resources/kinds/sentinel/bookmark.ts'
import type { Bookmark } from '../../../../../security/bookmarks/bookmarks.ts'
import type { StoredIncident } from '../../../../../security/incidents/read.ts'
import type { ArmDocument, ArmFace, ArmRequest } from '../../face.ts'
import { bodyOf, changeOf, envelope, namespace, pageOf, pathsBelow, workspaceAbove } from './parts.ts'

export function bookmarkDocument({ id, etag, body }: Bookmark, incidents: readonly StoredIncident[]): ArmDocument {
  const { created, createdBy, updated, updatedBy } = body.record
  const info = incidentInfo(id, incidents)
  return envelope('bookmarks', id, etag, {
    ...body.properties,
    labels: body.properties.labels ?? [],
    created,
    createdBy,
    updated,
    updatedBy,
    ...(info ? { incidentInfo: info } : {}),
  })
}

/** Of the incident that it was attached to first. */
function incidentInfo(bookmarkId: string, incidents: readonly StoredIncident[]): object | undefined {
  for (const { id, body, relations } of incidents) {
    const relation = relations.find(({ body }) => body.relatedResourceId.toLowerCase() === bookmarkId.toLowerCase())
    if (!relation) continue
    const { title, severity } = body.properties
    return { incidentId: id, title, severity, relationName: relation.id.slice(relation.id.lastIndexOf('/') + 1) }
  }
  return undefined
}

const incidentsOf = ({ parts }: ArmRequest, workspace: Workspace) => parts.security.incidents.list(workspace)

export const bookmarks: ArmFace = {
  type: `${namespace}/bookmarks`,
  get: async (request) => {
    const workspace = workspaceAbove(request)
    const found = await request.parts.resources.get(bookmarkKind, request.path.id)
    return found && bookmarkDocument(found, await incidentsOf(request, workspace))
  },
  list: async (request) => {
    const workspace = workspaceAbove(request)
    const found = await request.parts.resources.list(bookmarkKind, workspace.resourceId)
    const incidents = await incidentsOf(request, workspace)
    const documents = found.map((bookmark) => bookmarkDocument(bookmark, incidents))
    return pageOf(request, documents, pathsBelow(['displayName', 'query', 'notes', 'labels', 'created', 'updated']))
  },
  put: async (request, given) => {
    const workspace = workspaceAbove(request)
    const { parts, path, options } = request
    const body = bodyOf('bookmark', given)
    const { bookmark, isNew } = await parts.security.bookmarks.put(workspace, path.id, body, changeOf(request), options)
    return { document: bookmarkDocument(bookmark, await incidentsOf(request, workspace)), isNew }
  },
  remove: (request) => {
    const { parts, path, options } = request
    return parts.security.bookmarks.remove(workspaceAbove(request), path.id, changeOf(request), options)
  },
}
