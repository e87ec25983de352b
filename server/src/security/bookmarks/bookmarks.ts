// Bookmarks of hunting. Each change appends a row to HuntingBookmark, a deletion one with SoftDeleted.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/huntingbookmark
import type { Workspace } from '../../catalog/types.ts'
import { parseInstant } from '../../core/time-range.ts'
import type { TableRow } from '../../ingest/types.ts'
import { type BookmarkBody, bookmarkKind } from '../../resources/kinds/sentinel/bookmark.ts'
import { InvalidResource, type PutOptions, type Resource } from '../../resources/resource.ts'
import { checkBodyEtag, deleteMatch } from '../etag.ts'
import { authorOf, type GivenBody, type Incidents } from '../incidents/incidents.ts'
import { type Change, nameOf, type SecurityParts } from '../parts.ts'
import { createTurns } from '../turns.ts'

export type Bookmark = Resource<BookmarkBody>

export interface Bookmarks {
  put(
    workspace: Workspace,
    id: string,
    body: GivenBody,
    change: Change,
    options: PutOptions,
  ): Promise<{ readonly bookmark: Bookmark; readonly isNew: boolean }>
  /** With the relations of incidents to it. False: there is none. */
  remove(workspace: Workspace, id: string, change: Change, options: PutOptions): Promise<boolean>
}

export function openBookmarks(parts: SecurityParts, incidents: Incidents): Bookmarks {
  const turns = createTurns()
  return {
    put: (workspace, id, body, change, options) =>
      turns(id.toLowerCase(), () => put(parts, workspace, id, body, change, options)),
    async remove(workspace, id, change, options) {
      const found = await parts.resources.get(bookmarkKind, id)
      if (!found) return false
      for (const { relations } of await incidents.list(workspace))
        for (const relation of relations)
          if (relation.body.relatedResourceId.toLowerCase() === found.id.toLowerCase())
            await incidents.removePart(workspace, relation.id, change)
      const at = parts.nextInstant()
      const record = { ...found.body.record, updated: at, updatedBy: authorOf(change.by) }
      const held = parts.outbox.hold(workspace, [bookmarkRow(found.id, { ...found.body, record }, true)])
      await parts.resources.delete(id, deleteMatch(options), [held.change])
      await parts.outbox.send(held)
      return true
    },
  }
}

const shownOnly = ['created', 'createdBy', 'updated', 'updatedBy', 'incidentInfo']

async function put(
  parts: SecurityParts,
  workspace: Workspace,
  id: string,
  { etag, properties: given }: GivenBody,
  { by }: Change,
  options: PutOptions,
): Promise<{ readonly bookmark: Bookmark; readonly isNew: boolean }> {
  const before = await parts.resources.get(bookmarkKind, id)
  checkBodyEtag(etag, before)
  const at = parts.nextInstant()
  const author = authorOf(by)
  const own = Object.entries((given ?? {}) as Record<string, unknown>).filter(([name]) => !shownOnly.includes(name))
  const record = {
    created: before?.body.record.created ?? at,
    createdBy: before?.body.record.createdBy ?? author,
    updated: at,
    updatedBy: author,
  }
  const body = { properties: Object.fromEntries(own), record } as BookmarkBody
  parts.resources.change(bookmarkKind, id, body, by.name)
  for (const name of ['eventTime', 'queryStartTime', 'queryEndTime'] as const) {
    const time = body.properties[name]
    if (time && parseInstant(time) === undefined)
      throw new InvalidResource('bookmark', `/properties/${name}`, `'${time}' is no time`)
  }
  const held = parts.outbox.hold(workspace, [bookmarkRow(id, body, false)])
  const bookmark = await parts.resources.put(bookmarkKind, id, body, { ...options, also: [held.change] })
  await parts.outbox.send(held)
  return { bookmark, isNew: !before }
}

function bookmarkRow(id: string, { properties, record }: BookmarkBody, isDeleted: boolean): TableRow {
  return {
    table: 'HuntingBookmark',
    time: record.updated,
    fields: {
      BookmarkId: nameOf(id),
      BookmarkName: properties.displayName,
      BookmarkType: 'Hunting',
      CreatedBy: JSON.stringify(record.createdBy),
      UpdatedBy: JSON.stringify(record.updatedBy),
      CreatedTime: record.created,
      LastUpdatedTime: record.updated,
      EventTime: properties.eventTime ?? null,
      QueryText: properties.query,
      QueryResultRow: properties.queryResult ?? '',
      QueryStartTime: properties.queryStartTime ?? null,
      QueryEndTime: properties.queryEndTime ?? null,
      Notes: properties.notes ?? '',
      Tags: JSON.stringify(properties.labels ?? []),
      Entities: JSON.stringify(properties.entityMappings ?? []),
      SoftDeleted: isDeleted,
      SourceSystem: 'Azure',
    },
  }
}
