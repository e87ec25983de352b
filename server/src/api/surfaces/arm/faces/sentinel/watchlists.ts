// https://learn.microsoft.com/rest/api/securityinsights/watchlists and …/watchlist-items
import { guidOf } from '../../../../../core/ids.ts'
import { watchlistItemKind, watchlistKind } from '../../../../../resources/kinds/sentinel/watchlist.ts'
import type { Watchlist, WatchlistItem } from '../../../../../security/watchlists/watchlists.ts'
import type { ArmDocument, ArmFace, ArmRequest } from '../../face.ts'
import { bodyOf, changeOf, envelope, namespace, pageOf, parentNotFound, pathsBelow, workspaceAbove } from './parts.ts'

const tenantOf = (id: string): string => guidOf(id.split('/')[2] ?? '')

function watchlistDocument({ id, etag, body: { properties, record } }: Watchlist): ArmDocument {
  const { columns: _columns, ...own } = record
  return envelope('Watchlists', id, etag, {
    ...properties,
    ...own,
    watchlistAlias: id.slice(id.lastIndexOf('/') + 1),
    watchlistType: 'watchlist',
    source: properties.source ?? 'Local file',
    labels: properties.labels ?? [],
    tenantId: tenantOf(id),
    uploadStatus: 'Complete',
    provisioningState: 'Succeeded',
    isDeleted: false,
  })
}

function itemDocument({ id, etag, body: { values, entityMapping, record } }: WatchlistItem): ArmDocument {
  const document = envelope('Watchlists/WatchlistItems', id, etag, {
    watchlistItemType: 'watchlist-item',
    watchlistItemId: id.slice(id.lastIndexOf('/') + 1),
    tenantId: tenantOf(id),
    isDeleted: false,
    ...record,
    itemsKeyValue: values,
    entityMapping,
  })
  return document
}

export const watchlists: ArmFace = {
  type: `${namespace}/watchlists`,
  get: async (request) => {
    workspaceAbove(request)
    const found = await request.parts.resources.get(watchlistKind, request.path.id)
    return found && watchlistDocument(found)
  },
  list: async (request) => {
    const found = await request.parts.resources.list(watchlistKind, workspaceAbove(request).resourceId)
    const paths = pathsBelow(['displayName', 'watchlistAlias', 'provider', 'source', 'created', 'updated'])
    return pageOf(request, found.map(watchlistDocument), paths)
  },
  put: async (request, given) => {
    const workspace = workspaceAbove(request)
    const { parts, path, options } = request
    const body = bodyOf('watchlist', given)
    const put = await parts.security.watchlists.put(workspace, path.id, body, changeOf(request), options)
    return { document: watchlistDocument(put.watchlist), isNew: put.isNew }
  },
  remove: (request) => {
    const { parts, path, options } = request
    return parts.security.watchlists.remove(workspaceAbove(request), path.id, changeOf(request), options)
  },
}

async function watchlistAbove(request: ArmRequest): Promise<string> {
  workspaceAbove(request)
  const found = await request.parts.resources.get(watchlistKind, request.path.scope)
  if (!found) throw parentNotFound(request)
  return found.id
}

export const watchlistItems: ArmFace = {
  type: `${namespace}/watchlists/watchlistItems`,
  get: async (request) => {
    workspaceAbove(request)
    const found = await request.parts.resources.get(watchlistItemKind, request.path.id)
    return found && itemDocument(found)
  },
  list: async (request) => {
    const found = await request.parts.resources.list(watchlistItemKind, await watchlistAbove(request))
    return pageOf(request, found.map(itemDocument), pathsBelow(['watchlistItemId', 'created', 'updated']))
  },
  put: async (request, given) => {
    const workspace = workspaceAbove(request)
    const { parts, path } = request
    const body = bodyOf('watchlist item', given)
    const put = await parts.security.watchlists.putItem(workspace, path.id, body, changeOf(request))
    if (!put) throw parentNotFound(request)
    return { document: itemDocument(put.item), isNew: put.isNew }
  },
  remove: (request) =>
    request.parts.security.watchlists.removeItem(workspaceAbove(request), request.path.id, changeOf(request)),
}
