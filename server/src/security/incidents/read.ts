// Incidents as they are kept: one, or all of a workspace, with what belongs to them.
import type { Workspace } from '../../catalog/types.ts'
import {
  type IncidentBody,
  incidentCommentKind,
  incidentKind,
  incidentRelationKind,
} from '../../resources/kinds/sentinel/incident.ts'
import type { Resource, Resources } from '../../resources/resource.ts'
import { parentOf } from '../parts.ts'
import type { IncidentView } from './view.ts'

export interface StoredIncident extends IncidentView {
  readonly etag: string
}

type Reading = Pick<Resources, 'get' | 'list'>

export async function readIncident(resources: Reading, id: string): Promise<StoredIncident | undefined> {
  const found = await resources.get(incidentKind, id)
  if (!found) return undefined
  const [comments, relations] = await Promise.all([
    resources.list(incidentCommentKind, found.id),
    resources.list(incidentRelationKind, found.id),
  ])
  return viewOf(found, comments.toSorted(byCreation), relations.toSorted(byCreation))
}

/** In the order of their numbers. */
export async function readIncidents(resources: Reading, { resourceId }: Workspace): Promise<readonly StoredIncident[]> {
  const [incidents, comments, relations] = await Promise.all([
    resources.list(incidentKind, resourceId),
    resources.list(incidentCommentKind, resourceId),
    resources.list(incidentRelationKind, resourceId),
  ])
  const commentsOf = Map.groupBy(comments.toSorted(byCreation), ({ id }) => parentOf(id).toLowerCase())
  const relationsOf = Map.groupBy(relations.toSorted(byCreation), ({ id }) => parentOf(id).toLowerCase())
  return incidents
    .map((each) => {
      const key = each.id.toLowerCase()
      return viewOf(each, commentsOf.get(key) ?? [], relationsOf.get(key) ?? [])
    })
    .toSorted((a, b) => a.body.record.number - b.body.record.number)
}

function viewOf(
  { id, etag, body }: Resource<IncidentBody>,
  comments: StoredIncident['comments'],
  relations: StoredIncident['relations'],
): StoredIncident {
  return { id, etag, body, comments, relations }
}

const byCreation = (a: { body: { created: string } }, b: { body: { created: string } }): number =>
  a.body.created < b.body.created ? -1 : Number(a.body.created > b.body.created)
