// An incident with its comments and relations, and what the world is shown of it: the properties of the resource and the row of
// the table SecurityIncident. https://learn.microsoft.com/azure/azure-monitor/reference/tables/securityincident
import type { Json, TableRow } from '../../ingest/types.ts'
import type {
  IncidentBody,
  IncidentCommentBody,
  IncidentRelationBody,
} from '../../resources/kinds/sentinel/incident.ts'
import type { Resource } from '../../resources/resource.ts'
import { nameOf } from '../parts.ts'

export type CommentResource = Pick<Resource<IncidentCommentBody>, 'id' | 'body'>
export type RelationResource = Pick<Resource<IncidentRelationBody>, 'id' | 'body'>

export interface IncidentView {
  readonly id: string
  readonly body: IncidentBody
  readonly comments: readonly CommentResource[]
  readonly relations: readonly RelationResource[]
}

const union = (lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())]

export function relatedNames({ relations }: IncidentView, kind: IncidentRelationBody['kind']): string[] {
  return relations.filter(({ body }) => body.kind === kind).map(({ body }) => nameOf(body.relatedResourceId))
}

function additionalData(view: IncidentView) {
  const bodies = view.relations.map(({ body }) => body)
  return {
    alertsCount: relatedNames(view, 'SecurityAlert').length,
    bookmarksCount: relatedNames(view, 'Bookmark').length,
    commentsCount: view.comments.length,
    alertProductNames: union(bodies.map(({ products }) => products)),
    tactics: union(bodies.map(({ tactics }) => tactics)),
    techniques: union(bodies.map(({ techniques }) => techniques)),
  }
}

/** A change of a comment or a relation is one of the incident, but leaves its etag. */
function lastModified({ body, comments, relations }: IncidentView): string {
  const times = [...comments.map((each) => each.body.modified), ...relations.map((each) => each.body.created)]
  return [...times, body.record.modified].sort().at(-1) as string
}

const nobody = { objectId: null, email: null, assignedTo: null, userPrincipalName: null }

function ownerOf({ properties: { owner } }: IncidentBody) {
  return owner ? { ...nobody, ...owner } : nobody
}

function labelsOf({ properties: { labels } }: IncidentBody) {
  return (labels ?? []).map(({ labelName, labelType }) => ({ labelName, labelType: labelType ?? 'User' }))
}

export function incidentProperties(view: IncidentView, base: string): object {
  const { properties, record } = view.body
  return {
    ...properties,
    owner: ownerOf(view.body),
    labels: labelsOf(view.body),
    incidentNumber: record.number,
    createdTimeUtc: record.created,
    lastModifiedTimeUtc: lastModified(view),
    incidentUrl: base + pathOf(record.url),
    providerName: record.provider,
    providerIncidentId: String(record.number),
    relatedAnalyticRuleIds: record.rules,
    additionalData: additionalData(view),
  }
}

const pathOf = (url: string): string => url.replace(/^https?:\/\/[^/]*/, '')

/** What changed it, and when, if it was not the incident itself. */
export interface RowChange {
  readonly at: string
  readonly by: string
}

export function incidentRow(view: IncidentView, { at, by }: RowChange): TableRow {
  const { properties, record } = view.body
  const fields = {
    IncidentName: nameOf(view.id),
    IncidentNumber: record.number,
    Title: properties.title,
    Description: properties.description ?? '',
    Severity: properties.severity,
    Status: properties.status,
    Classification: properties.classification ?? '',
    ClassificationReason: properties.classificationReason ?? '',
    ClassificationComment: properties.classificationComment ?? '',
    Owner: ownerOf(view.body),
    Labels: labelsOf(view.body),
    Comments: view.comments.map(({ id, body: { message, author, created, modified } }) => ({
      id: nameOf(id),
      message,
      author,
      createdTimeUtc: created,
      lastModifiedTimeUtc: modified,
    })),
    Tasks: [],
    AlertIds: relatedNames(view, 'SecurityAlert'),
    BookmarkIds: relatedNames(view, 'Bookmark'),
    RelatedAnalyticRuleIds: record.rules.map(nameOf),
    AdditionalData: additionalData(view),
    ProviderName: record.provider,
    ProviderIncidentId: String(record.number),
    FirstActivityTime: properties.firstActivityTimeUtc ?? null,
    LastActivityTime: properties.lastActivityTimeUtc ?? null,
    FirstModifiedTime: record.created,
    LastModifiedTime: at,
    CreatedTime: record.created,
    ClosedTime: record.closed ?? null,
    IncidentUrl: record.url,
    ModifiedBy: by,
    SourceSystem: 'Azure',
  }
  return { table: 'SecurityIncident', time: at, fields: fields as unknown as { [name: string]: Json } }
}
