// https://learn.microsoft.com/rest/api/securityinsights/incidents
import { alertDocument } from '../../../../../security/alerts/read.ts'
import { entityDocument } from '../../../../../security/entities/entities.ts'
import type { StoredIncident } from '../../../../../security/incidents/read.ts'
import { incidentProperties } from '../../../../../security/incidents/view.ts'
import type { ArmDocument, ArmFace, ArmRequest } from '../../face.ts'
import { bookmarkDocument } from './bookmarks.ts'
import { bodyOf, changeOf, envelope, namespace, pageOf, pathsBelow, workspaceAbove } from './parts.ts'

const paths = pathsBelow([
  ...['title', 'description', 'severity', 'status', 'classification', 'classificationReason', 'classificationComment'],
  ...['incidentNumber', 'createdTimeUtc', 'lastModifiedTimeUtc', 'firstActivityTimeUtc', 'lastActivityTimeUtc'],
  ...['providerName', 'providerIncidentId', 'incidentUrl', 'labels', 'relatedAnalyticRuleIds', 'owner'],
  ...['owner/objectId', 'owner/email', 'owner/assignedTo', 'owner/userPrincipalName', 'owner/ownerType'],
  ...['additionalData/alertsCount', 'additionalData/bookmarksCount', 'additionalData/commentsCount'],
  ...['additionalData/alertProductNames', 'additionalData/tactics', 'additionalData/techniques'],
])

const documentOf = (incident: StoredIncident, base: string): ArmDocument =>
  envelope('incidents', incident.id, incident.etag, incidentProperties(incident, base))

/** Answers undefined for an incident that is not there. */
const ofIncident =
  (answer: (request: ArmRequest, incident: StoredIncident) => Promise<unknown>) => async (request: ArmRequest) => {
    workspaceAbove(request)
    const incident = await request.parts.security.incidents.get(request.path.id)
    return incident && (await answer(request, incident))
  }

export const incidents: ArmFace = {
  type: `${namespace}/incidents`,
  get: async (request) => {
    workspaceAbove(request)
    const found = await request.parts.security.incidents.get(request.path.id)
    return found && documentOf(found, request.base)
  },
  list: async (request) => {
    const found = await request.parts.security.incidents.list(workspaceAbove(request))
    const documents = found.map((incident) => documentOf(incident, request.base))
    return pageOf(request, documents, paths)
  },
  put: async (request, given) => {
    const { parts, path, options, base } = request
    const workspace = workspaceAbove(request)
    const body = bodyOf('incident', given)
    const written = await parts.security.incidents.put(workspace, path.id, body, changeOf(request), options)
    return { document: documentOf(written.incident, base), isNew: written.isNew }
  },
  remove: (request) =>
    request.parts.security.incidents.remove(workspaceAbove(request), request.path.id, request.options),
  readingActions: ['alerts', 'bookmarks', 'entities'],
  actions: {
    alerts: ofIncident(async (request, incident) => {
      const workspace = workspaceAbove(request)
      const found = await request.parts.security.related.alerts(workspace, incident)
      return { value: found.map((alert) => alertDocument(workspace, alert)) }
    }),
    bookmarks: ofIncident(async (request, incident) => {
      const found = await request.parts.security.related.bookmarks(workspaceAbove(request), incident)
      return {
        value: found.map((bookmark) => ({
          ...bookmarkDocument(bookmark, []),
          type: `${namespace}/Entities`,
          kind: 'Bookmark',
        })),
      }
    }),
    entities: ofIncident(async (request, incident) => {
      const workspace = workspaceAbove(request)
      const found = await request.parts.security.related.entities(workspace, incident)
      const entities = found.map((entity) => entityDocument(workspace, entity))
      const counts = Map.groupBy(entities, ({ kind }) => kind)
      return {
        entities,
        metaData: [...counts].map(([entityKind, { length }]) => ({ entityKind, count: length })),
      }
    }),
  },
}
