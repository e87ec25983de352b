// Comments and relations of incidents. https://learn.microsoft.com/rest/api/securityinsights/incident-comments and …/incident-relations
import { incidentCommentKind, incidentRelationKind } from '../../../../../resources/kinds/sentinel/incident.ts'
import type { CommentResource, RelationResource } from '../../../../../security/incidents/view.ts'
import type { ArmDocument, ArmFace, ArmRequest, Written } from '../../face.ts'
import { bodyOf, changeOf, envelope, namespace, pageOf, parentNotFound, pathsBelow, workspaceAbove } from './parts.ts'

interface Stored<P> {
  readonly resource: P
  readonly etag: string
}

function commentDocument({ resource: { id, body }, etag }: Stored<CommentResource>): ArmDocument {
  return envelope('incidents/comments', id, etag, {
    message: body.message,
    createdTimeUtc: body.created,
    lastModifiedTimeUtc: body.modified,
    author: body.author,
  })
}

function relationDocument({ resource: { id, body }, etag }: Stored<RelationResource>): ArmDocument {
  const [, type = '', name = ''] = /\/([^/]+)\/([^/]+)$/.exec(body.relatedResourceId) ?? []
  return envelope('incidents/relations', id, etag, {
    relatedResourceId: body.relatedResourceId,
    relatedResourceName: name,
    relatedResourceType: `${namespace}/${type}`,
    relatedResourceKind: body.kind,
  })
}

async function get(request: ArmRequest, kind: 'comment' | 'relation'): Promise<ArmDocument | undefined> {
  workspaceAbove(request)
  const { parts, path } = request
  if (kind === 'comment') {
    const resource = await parts.resources.get(incidentCommentKind, path.id)
    return resource && commentDocument({ resource, etag: resource.etag })
  }
  const resource = await parts.resources.get(incidentRelationKind, path.id)
  return resource && relationDocument({ resource, etag: resource.etag })
}

async function incidentAbove(request: ArmRequest) {
  workspaceAbove(request)
  const incident = await request.parts.security.incidents.get(request.path.scope)
  if (!incident) throw parentNotFound(request)
  return incident
}

async function written(
  request: ArmRequest,
  kind: 'comment' | 'relation',
  change: { readonly isNew: boolean } | undefined,
): Promise<Written> {
  const document = change && (await get(request, kind))
  if (!document) throw parentNotFound(request)
  return { document, isNew: change.isNew }
}

const remove = (request: ArmRequest): Promise<boolean> =>
  request.parts.security.incidents.removePart(workspaceAbove(request), request.path.id, changeOf(request))

export const incidentComments: ArmFace = {
  type: `${namespace}/incidents/comments`,
  get: (request) => get(request, 'comment'),
  list: async (request) => {
    const { id } = await incidentAbove(request)
    const found = await request.parts.resources.list(incidentCommentKind, id)
    const documents = found
      .toSorted((a, b) => (a.body.created < b.body.created ? -1 : 1))
      .map((resource) => commentDocument({ resource, etag: resource.etag }))
    const paths = ['message', 'createdTimeUtc', 'lastModifiedTimeUtc', 'author/name', 'author/email', 'author/objectId']
    return pageOf(request, documents, pathsBelow(paths))
  },
  put: async (request, given) => {
    const workspace = workspaceAbove(request)
    const body = bodyOf('incident comment', given)
    const { parts, path } = request
    const change = await parts.security.incidents.putComment(workspace, path.id, body, changeOf(request))
    return written(request, 'comment', change)
  },
  remove,
}

export const incidentRelations: ArmFace = {
  type: `${namespace}/incidents/relations`,
  get: (request) => get(request, 'relation'),
  list: async (request) => {
    const { id } = await incidentAbove(request)
    const found = await request.parts.resources.list(incidentRelationKind, id)
    const documents = found.map((resource) => relationDocument({ resource, etag: resource.etag }))
    const paths = ['relatedResourceId', 'relatedResourceName', 'relatedResourceType', 'relatedResourceKind']
    return pageOf(request, documents, pathsBelow(paths))
  },
  put: async (request, given) => {
    const workspace = workspaceAbove(request)
    const { parts, path } = request
    const body = bodyOf('incident relation', given)
    const properties = body.properties as { readonly relatedResourceId?: unknown }
    const related = await parts.security.related.find(workspace, properties.relatedResourceId)
    const change = await parts.security.incidents.putRelation(workspace, path.id, related, body, changeOf(request))
    return written(request, 'relation', change)
  },
  remove,
}
