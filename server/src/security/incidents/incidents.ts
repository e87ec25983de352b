// Incidents and their changes. Each change appends one row to SecurityIncident; those of a workspace happen one after the other.
import type { Workspace } from '../../catalog/types.ts'
import { ticksOf } from '../../core/clock.ts'
import { automationRuleKind } from '../../resources/kinds/sentinel/alert-rule.ts'
import {
  type IncidentBody,
  type IncidentCommentBody,
  type IncidentRelationBody,
  incidentCommentKind,
  incidentKind,
  incidentRelationKind,
} from '../../resources/kinds/sentinel/incident.ts'
import { InvalidResource, type PutOptions } from '../../resources/resource.ts'
import type { Change as StoreChange } from '../../store/store.ts'
import { modifications } from '../automation/apply.ts'
import { checkBodyEtag, deleteMatch } from '../etag.ts'
import { type Change, nameOf, parentOf, type SecurityParts, sentinelId } from '../parts.ts'
import { createTurns } from '../turns.ts'
import { ownPropertiesOf, settled } from './check.ts'
import { readIncident, readIncidents, type StoredIncident } from './read.ts'
import { type IncidentView, incidentRow } from './view.ts'

export interface Written {
  readonly incident: StoredIncident
  readonly isNew: boolean
}

/** A client's document as it came, not looked at yet. */
export interface GivenBody {
  readonly etag?: unknown
  readonly properties?: unknown
}

export interface Incidents {
  get(id: string): Promise<StoredIncident | undefined>
  list(workspace: Workspace): Promise<readonly StoredIncident[]>
  /** Throws InvalidResource, StoreConflict, or the ServerError etagConflict. */
  put(workspace: Workspace, id: string, body: GivenBody, change: Change, options: PutOptions): Promise<Written>
  /** With its comments and relations. False: there is none. */
  remove(workspace: Workspace, id: string, options: PutOptions): Promise<boolean>
  /** Undefined: there is no such incident. `isNew` is the comment's. */
  putComment(workspace: Workspace, id: string, body: GivenBody, change: Change): Promise<Written | undefined>
  putRelation(
    workspace: Workspace,
    id: string,
    related: Omit<IncidentRelationBody, 'created'>,
    body: GivenBody,
    change: Change,
  ): Promise<Written | undefined>
  /** A comment or a relation. False: there is none. */
  removePart(workspace: Workspace, id: string, change: Change): Promise<boolean>
  /** Takes the turn of the workspace: nothing else changes its incidents while `work` runs. */
  inTurn<T>(workspace: Workspace, work: (changes: IncidentChanges) => Promise<T>): Promise<T>
}

/** Changes inside a turn. */
export interface IncidentChanges {
  readonly list: () => Promise<readonly StoredIncident[]>
  /** Makes or replaces one, with relations that it has from now on; `also` is stored with it, all or nothing. */
  save(incident: IncidentSave): Promise<StoredIncident>
}

export interface IncidentSave {
  readonly id: string
  readonly before: StoredIncident | undefined
  readonly properties: Record<string, unknown>
  readonly by: string
  readonly base: string
  readonly provider?: string
  readonly rules?: readonly string[]
  readonly relations?: readonly Omit<IncidentRelationBody, 'created'>[]
  readonly group?: IncidentBody['record']['group']
  readonly also?: readonly StoreChange[]
  readonly match?: PutOptions['match']
}

const numbers = 'incident-numbers'
export const provider = 'Azure Sentinel'

export const incidentPath = (workspace: Workspace, id: string): string =>
  `/incidents/${nameOf(id)}?workspace=${encodeURIComponent(workspace.name)}`

export function openIncidents(parts: SecurityParts): Incidents {
  const turns = createTurns()
  const inTurn = <T>(workspace: Workspace, work: () => Promise<T>) => turns(workspace.id, work)
  const { resources } = parts
  return {
    get: (id) => readIncident(resources, id),
    list: (workspace) => readIncidents(resources, workspace),
    put: (workspace, id, body, change, options) =>
      inTurn(workspace, async () => {
        const before = await readIncident(resources, id)
        checkBodyEtag(body.etag, before)
        const properties = settled(ownPropertiesOf(body.properties))
        const { match } = options
        const save = { id, before, properties, by: change.by.name, base: change.base, ...(match ? { match } : {}) }
        return { incident: await saveAndAutomate(parts, workspace, save), isNew: !before }
      }),
    remove: (workspace, id, options) => inTurn(workspace, () => removeIncident(parts, id, options)),
    putComment: (workspace, id, body, change) =>
      inTurn(workspace, () => putComment(parts, workspace, id, body, change)),
    putRelation: (workspace, id, related, body, change) =>
      inTurn(workspace, () => putRelation(parts, workspace, id, related, body, change)),
    removePart: (workspace, id, change) => inTurn(workspace, () => removePart(parts, workspace, id, change)),
    inTurn: (workspace, work) =>
      inTurn(workspace, () =>
        work({
          list: () => readIncidents(resources, workspace),
          save: (incident) => saveAndAutomate(parts, workspace, incident),
        }),
      ),
  }
}

/** A new incident is what the automation rules of the workspace make of it. */
async function saveAndAutomate(
  parts: SecurityParts,
  workspace: Workspace,
  save: IncidentSave,
): Promise<StoredIncident> {
  let incident = await saveIncident(parts, workspace, save)
  if (save.before) return incident
  const found = await parts.resources.list(automationRuleKind, workspace.resourceId)
  const rules = found.map(({ id, body }) => ({ id, properties: body.properties as Record<string, unknown> }))
  for (const { by, properties } of modifications(rules, incident, ticksOf(parts.clock.now()))) {
    try {
      const change = { id: incident.id, before: incident, properties: settled(properties), by, base: save.base }
      incident = await saveIncident(parts, workspace, change)
    } catch (error) {
      if (!(error instanceof InvalidResource)) throw error
      parts.log.warn({ err: error, incident: incident.id }, `${by} would make an incident that cannot be`)
    }
  }
  return incident
}

async function saveIncident(parts: SecurityParts, workspace: Workspace, save: IncidentSave): Promise<StoredIncident> {
  const { store, resources, outbox, nextInstant } = parts
  const { id, before, by, base, also = [], match, properties } = save
  const at = nextInstant()
  const number = before?.body.record.number ?? Number((await store.value(numbers, workspace.id, 0)) ?? 0) + 1
  const url = before?.body.record.url ?? base + incidentPath(workspace, id)
  const rules = [...new Set([...(before?.body.record.rules ?? []), ...(save.rules ?? [])])]
  const group = save.group ?? before?.body.record.group
  const isClosed = properties.status === 'Closed'
  const closed = isClosed ? (before?.body.record.closed ?? at) : undefined
  const body = {
    properties,
    record: {
      number,
      created: before?.body.record.created ?? at,
      modified: at,
      modifiedBy: by,
      ...(closed === undefined ? {} : { closed }),
      url,
      provider: before?.body.record.provider ?? save.provider ?? provider,
      rules,
      ...(group ? { group } : {}),
    },
  } as IncidentBody
  const added = (save.relations ?? []).map((related) => ({
    id: `${id}/relations/${nameOf(related.relatedResourceId)}`,
    body: { ...related, created: at },
  }))
  const view: IncidentView = {
    id: before?.id ?? id,
    body,
    comments: before?.comments ?? [],
    relations: [...(before?.relations ?? []), ...added],
  }
  resources.change(incidentKind, id, body, by) // throws before anything is made of it
  const held = outbox.hold(workspace, [incidentRow(view, { at, by })])
  const counted: StoreChange = { do: 'set', space: numbers, key: workspace.id, value: String(number) }
  const stored = await resources.put(incidentKind, id, body, {
    by,
    ...(match ? { match } : {}),
    also: [
      ...added.map((relation) => parts.resources.change(incidentRelationKind, relation.id, relation.body, by)),
      ...(before ? [] : [counted]),
      ...also,
      held.change,
    ],
  })
  await outbox.send(held)
  return { ...view, id: stored.id, etag: stored.etag }
}

async function removeIncident({ resources }: SecurityParts, id: string, options: PutOptions): Promise<boolean> {
  const found = await readIncident(resources, id)
  if (!found) return false
  const children = [...found.comments, ...found.relations].map((part): StoreChange => ({ do: 'delete', id: part.id }))
  await resources.delete(id, deleteMatch(options), children)
  return true
}

async function putComment(
  parts: SecurityParts,
  workspace: Workspace,
  id: string,
  { etag, properties }: GivenBody,
  { by }: Change,
): Promise<Written | undefined> {
  const incident = await readIncident(parts.resources, parentOf(id))
  if (!incident) return undefined
  const before = await parts.resources.get(incidentCommentKind, id)
  checkBodyEtag(etag, before)
  if (!before && incident.comments.length >= 100)
    throw new InvalidResource('incident comment', '', 'an incident has at most 100 comments')
  const at = parts.nextInstant()
  const { message } = (properties ?? {}) as { readonly message?: unknown }
  if (typeof message !== 'string' || message === '')
    throw new InvalidResource('incident comment', '/properties/message', 'must be a text that is not empty')
  if (message.length > 30_000)
    throw new InvalidResource('incident comment', '/properties/message', 'must not have more than 30,000 characters')
  const author = before?.body.author ?? authorOf(by)
  const body: IncidentCommentBody = { message, created: before?.body.created ?? at, modified: at, author }
  const others = incident.comments.filter((comment) => !sameId(comment.id, id))
  const view = { ...incident, comments: [...others, { id: before?.id ?? id, body }] }
  const held = parts.outbox.hold(workspace, [incidentRow(view, { at, by: by.name })])
  await parts.resources.put(incidentCommentKind, id, body, { by: by.name, also: [held.change] })
  await parts.outbox.send(held)
  return { incident: view, isNew: !before }
}

async function putRelation(
  parts: SecurityParts,
  workspace: Workspace,
  id: string,
  related: Omit<IncidentRelationBody, 'created'>,
  { etag }: GivenBody,
  { by }: Change,
): Promise<Written | undefined> {
  const incident = await readIncident(parts.resources, parentOf(id))
  if (!incident) return undefined
  checkBodyEtag(etag, await parts.resources.get(incidentRelationKind, id))
  const other = incident.relations.find(({ body }) => sameId(body.relatedResourceId, related.relatedResourceId))
  if (other && !sameId(other.id, id))
    throw new InvalidResource(
      'incident relation',
      '/properties/relatedResourceId',
      `the incident is related to it already: ${nameOf(other.id)}`,
    )
  const before = incident.relations.find((relation) => sameId(relation.id, id))
  const bookmarks = incident.relations.filter(({ body }) => body.kind === 'Bookmark' && body !== before?.body)
  if (related.kind === 'Bookmark' && bookmarks.length >= 20)
    throw new InvalidResource('incident relation', '', 'an incident has at most 20 bookmarks')
  const at = parts.nextInstant()
  const body = { ...related, created: before?.body.created ?? at }
  const others = incident.relations.filter((relation) => relation !== before)
  const view = { ...incident, relations: [...others, { id: before?.id ?? id, body }] }
  const held = parts.outbox.hold(workspace, [incidentRow(view, { at, by: by.name })])
  await parts.resources.put(incidentRelationKind, id, body, { by: by.name, also: [held.change] })
  await parts.outbox.send(held)
  return { incident: view, isNew: !before }
}

async function removePart(parts: SecurityParts, workspace: Workspace, id: string, { by }: Change): Promise<boolean> {
  const incident = await readIncident(parts.resources, parentOf(id))
  const isOther = (part: { readonly id: string }): boolean => !sameId(part.id, id)
  if (!incident || [...incident.comments, ...incident.relations].every(isOther)) return false
  const view = {
    ...incident,
    comments: incident.comments.filter(isOther),
    relations: incident.relations.filter(isOther),
  }
  const held = parts.outbox.hold(workspace, [incidentRow(view, { at: parts.nextInstant(), by: by.name })])
  await parts.resources.delete(id, undefined, [held.change])
  await parts.outbox.send(held)
  return true
}

/** As a client is shown whoever wrote something. */
export const authorOf = ({ name, objectId }: Change['by']) => ({
  name,
  objectId: objectId ?? null,
  email: null,
  userPrincipalName: null,
})

const sameId = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

export const incidentId = (workspace: Workspace, name: string): string => sentinelId(workspace, `incidents/${name}`)
