// Watchlists and their items. Each change appends its rows to the table Watchlist, which _GetWatchlist reads.
import type { Workspace } from '../../catalog/types.ts'
import {
  type WatchlistBody,
  type WatchlistItemBody,
  watchlistItemKind,
  watchlistKind,
} from '../../resources/kinds/sentinel/watchlist.ts'
import { InvalidResource, type PutOptions, type Resource } from '../../resources/resource.ts'
import { checkBodyEtag, deleteMatch } from '../etag.ts'
import { authorOf, type GivenBody } from '../incidents/incidents.ts'
import { type Change, nameOf, parentOf, type SecurityParts } from '../parts.ts'
import { createTurns } from '../turns.ts'
import { readContent, type WatchlistContent } from './content.ts'
import { type ItemChange, itemRow, watchlistRow } from './rows.ts'

export type Watchlist = Resource<WatchlistBody>
export type WatchlistItem = Resource<WatchlistItemBody>

export interface Watchlists {
  put(
    workspace: Workspace,
    id: string,
    body: GivenBody,
    change: Change,
    options: PutOptions,
  ): Promise<{ readonly watchlist: Watchlist; readonly isNew: boolean }>
  /** With its items. False: there is none. */
  remove(workspace: Workspace, id: string, change: Change, options: PutOptions): Promise<boolean>
  /** Undefined: there is no such watchlist. */
  putItem(
    workspace: Workspace,
    id: string,
    body: GivenBody,
    change: Change,
  ): Promise<{ readonly item: WatchlistItem; readonly isNew: boolean } | undefined>
  removeItem(workspace: Workspace, id: string, change: Change): Promise<boolean>
}

export function openWatchlists(parts: SecurityParts): Watchlists {
  const turns = createTurns()
  const inTurn = <T>(id: string, work: () => Promise<T>) => turns(id.toLowerCase(), work)
  return {
    put: (workspace, id, body, change, options) =>
      inTurn(id, () => putWatchlist(parts, workspace, id, body, change, options)),
    remove: (workspace, id, change, options) =>
      inTurn(id, () => removeWatchlist(parts, workspace, id, change, options)),
    putItem: (workspace, id, body, change) => inTurn(parentOf(id), () => putItem(parts, workspace, id, body, change)),
    removeItem: (workspace, id, change) => inTurn(parentOf(id), () => removeItem(parts, workspace, id, change)),
  }
}

const fault = (property: string, reason: string) => new InvalidResource('watchlist', `/properties/${property}`, reason)
type Touched = Pick<WatchlistItemBody['record'], 'created' | 'createdBy' | 'updated' | 'updatedBy'>

/** Who made it and who changed it last, which is now. */
function touched(before: Touched | undefined, at: string, author: Touched['updatedBy']): Touched {
  return { created: before?.created ?? at, createdBy: before?.createdBy ?? author, updated: at, updatedBy: author }
}

const sentProperties = [
  ...['displayName', 'provider', 'source', 'sourceType', 'itemsSearchKey', 'description', 'labels', 'contentType'],
  ...['numberOfLinesToSkip', 'defaultDuration', 'watchlistType'],
]

async function putWatchlist(
  parts: SecurityParts,
  workspace: Workspace,
  id: string,
  { etag, properties: given }: GivenBody,
  { by }: Change,
  options: PutOptions,
): Promise<{ readonly watchlist: Watchlist; readonly isNew: boolean }> {
  const alias = nameOf(id)
  if (!/^[A-Za-z0-9][\w-]{1,62}[A-Za-z0-9]$/.test(alias))
    throw new InvalidResource('watchlist', '', `the alias '${alias}' is not 3 to 64 letters, digits, - and _`)
  const before = await parts.resources.get(watchlistKind, id)
  checkBodyEtag(etag, before)
  const all = given as Record<string, unknown>
  const sent = sentProperties.filter((name) => Object.hasOwn(all, name)).map((name) => [name, all[name]])
  const properties = Object.fromEntries(sent) as WatchlistBody['properties']
  const at = parts.nextInstant()
  const known = before?.body.record
  const record = {
    ...touched(known, at, authorOf(by)),
    watchlistId: known?.watchlistId ?? parts.ids.guid(),
    columns: known?.columns ?? [],
  }
  parts.resources.change(watchlistKind, id, { properties, record }, by.name)
  if (before && before.body.properties.itemsSearchKey !== properties.itemsSearchKey)
    throw fault('itemsSearchKey', `is '${before.body.properties.itemsSearchKey}' and cannot be changed`)
  const content = await contentOf(all.rawContent, properties)
  const columns = content ? [...new Set([...record.columns, ...content.columns])] : record.columns
  const body: WatchlistBody = { properties, record: { ...record, columns } }
  const changes = content ? await itemChanges(parts, id, content, body) : []
  const happened = before ? 'Update' : 'Create'
  const rows = [watchlistRow(alias, body, happened), ...changes.map((change) => itemRow(alias, body, change))]
  const held = parts.outbox.hold(workspace, rows)
  const items = changes.map((change) => {
    const item = `${before?.id ?? id}/watchlistItems/${change.name}`
    return parts.resources.change(watchlistItemKind, item, change.body, by.name)
  })
  const watchlist = await parts.resources.put(watchlistKind, id, body, { ...options, also: [...items, held.change] })
  await parts.outbox.send(held)
  await parts.tables.watchlistsChanged(workspace)
  return { watchlist, isNew: !before }
}

async function contentOf(
  raw: unknown,
  { itemsSearchKey, contentType, numberOfLinesToSkip }: WatchlistBody['properties'],
): Promise<WatchlistContent | undefined> {
  if (raw === undefined || raw === null || raw === '') return undefined
  if (typeof raw !== 'string') throw fault('rawContent', 'must be a text')
  const type = (contentType ?? 'text/csv').toLowerCase()
  if (!['text/csv', 'text/tsv'].includes(type)) throw fault('contentType', 'must be text/csv or text/tsv')
  const separator = type === 'text/tsv' ? '\t' : ','
  return readContent(raw, { searchKey: itemsSearchKey, linesToSkip: numberOfLinesToSkip ?? 0, separator })
}

/** A record whose search key an item has already replaces it; others are added. */
async function itemChanges(
  parts: SecurityParts,
  id: string,
  { rows }: WatchlistContent,
  { properties, record }: WatchlistBody,
): Promise<readonly ItemChange[]> {
  const { itemsSearchKey } = properties
  const known = await parts.resources.list(watchlistItemKind, id)
  const byKey = new Map(known.map((item) => [item.body.values[itemsSearchKey], item]))
  const { updated, updatedBy } = record
  return rows.map((values): ItemChange => {
    const key = values[itemsSearchKey]
    const before = byKey.get(key)
    byKey.delete(key)
    const { created, createdBy } = before?.body.record ?? { created: updated, createdBy: updatedBy }
    return {
      name: before ? nameOf(before.id) : parts.ids.guid(),
      status: before ? 'Update' : 'Create',
      body: {
        values,
        entityMapping: before?.body.entityMapping ?? {},
        record: { created, createdBy, updated, updatedBy },
      },
    }
  })
}

async function removeWatchlist(
  parts: SecurityParts,
  workspace: Workspace,
  id: string,
  { by }: Change,
  options: PutOptions,
): Promise<boolean> {
  const found = await parts.resources.get(watchlistKind, id)
  if (!found) return false
  const items = await parts.resources.list(watchlistItemKind, found.id)
  const alias = nameOf(found.id)
  const updated = { updated: parts.nextInstant(), updatedBy: authorOf(by) }
  const body = { ...found.body, record: { ...found.body.record, ...updated } }
  const rows = items.map(({ id: item, body: { values, entityMapping, record } }) =>
    itemRow(alias, body, {
      name: nameOf(item),
      status: 'Delete',
      body: { values, entityMapping, record: { ...record, ...updated } },
    }),
  )
  const held = parts.outbox.hold(workspace, [watchlistRow(alias, body, 'Delete'), ...rows])
  const gone = items.map((item) => ({ do: 'delete' as const, id: item.id }))
  await parts.resources.delete(id, deleteMatch(options), [...gone, held.change])
  await parts.outbox.send(held)
  await parts.tables.watchlistsChanged(workspace)
  return true
}

async function putItem(
  parts: SecurityParts,
  workspace: Workspace,
  id: string,
  { etag, properties }: GivenBody,
  { by }: Change,
): Promise<{ readonly item: WatchlistItem; readonly isNew: boolean } | undefined> {
  const watchlist = await parts.resources.get(watchlistKind, parentOf(id))
  if (!watchlist) return undefined
  const before = await parts.resources.get(watchlistItemKind, id)
  checkBodyEtag(etag, before)
  const { itemsKeyValue, entityMapping } = properties as Record<string, unknown>
  const values = valuesOf(itemsKeyValue, watchlist.body.properties.itemsSearchKey)
  const at = parts.nextInstant()
  const record = touched(before?.body.record, at, authorOf(by))
  const body: WatchlistItemBody = { values, entityMapping: entityMapping ?? before?.body.entityMapping ?? {}, record }
  const columns = [...new Set([...watchlist.body.record.columns, ...Object.keys(values)])]
  const list: WatchlistBody = { ...watchlist.body, record: { ...watchlist.body.record, columns } }
  const change: ItemChange = { name: nameOf(id), body, status: before ? 'Update' : 'Create' }
  const held = parts.outbox.hold(workspace, [itemRow(nameOf(watchlist.id), list, change)])
  const grows = columns.length > watchlist.body.record.columns.length
  const grown = grows ? [parts.resources.change(watchlistKind, watchlist.id, list, by.name)] : []
  const also = [...grown, held.change]
  const item = await parts.resources.put(watchlistItemKind, id, body, { by: by.name, also })
  await parts.outbox.send(held)
  if (grows) await parts.tables.watchlistsChanged(workspace)
  return { item, isNew: !before }
}

function valuesOf(given: unknown, searchKey: string): Record<string, string> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new InvalidResource('watchlist item', '/properties/itemsKeyValue', 'must be an object of values by column')
  const text = (value: unknown): string =>
    typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value)
  const values = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, text(value)]))
  if (!Object.hasOwn(values, searchKey))
    throw new InvalidResource('watchlist item', '/properties/itemsKeyValue', `must have the search key '${searchKey}'`)
  return values
}

async function removeItem(parts: SecurityParts, workspace: Workspace, id: string, { by }: Change): Promise<boolean> {
  const watchlist = await parts.resources.get(watchlistKind, parentOf(id))
  const found = watchlist && (await parts.resources.get(watchlistItemKind, id))
  if (!watchlist || !found) return false
  const record = { ...found.body.record, updated: parts.nextInstant(), updatedBy: authorOf(by) }
  const change: ItemChange = { name: nameOf(found.id), status: 'Delete', body: { ...found.body, record } }
  const held = parts.outbox.hold(workspace, [itemRow(nameOf(watchlist.id), watchlist.body, change)])
  await parts.resources.delete(id, undefined, [held.change])
  await parts.outbox.send(held)
  return true
}
