// The rows of the table Watchlist that a change appends. https://learn.microsoft.com/azure/azure-monitor/reference/tables/watchlist
import type { TableRow } from '../../ingest/types.ts'
import type { WatchlistBody, WatchlistItemBody } from '../../resources/kinds/sentinel/watchlist.ts'

export type Happened = 'Create' | 'Update' | 'Delete'

const shared = (alias: string, { properties, record }: WatchlistBody, at: string, status: Happened) => ({
  WatchlistId: record.watchlistId,
  WatchlistName: properties.displayName,
  WatchlistAlias: alias,
  Source: properties.source ?? '',
  Provider: properties.provider,
  Tags: JSON.stringify(properties.labels ?? []),
  _DTTimestamp: at,
  _DTItemStatus: status,
  SourceSystem: 'Azure',
})

export function watchlistRow(alias: string, body: WatchlistBody, status: Happened): TableRow {
  const { created, createdBy, updated, updatedBy, watchlistId } = body.record
  return {
    table: 'Watchlist',
    time: updated,
    fields: {
      ...shared(alias, body, updated, status),
      _DTItemId: watchlistId,
      _DTItemType: 'watchlist',
      Notes: body.properties.description ?? '',
      CreatedBy: JSON.stringify(createdBy),
      UpdatedBy: JSON.stringify(updatedBy),
      CreatedTimeUTC: created,
      LastUpdatedTimeUTC: updated,
    },
  }
}

export interface ItemChange {
  readonly name: string
  readonly body: WatchlistItemBody
  readonly status: Happened
}

export function itemRow(alias: string, watchlist: WatchlistBody, { name, body, status }: ItemChange): TableRow {
  const { created, createdBy, updated, updatedBy } = body.record
  return {
    table: 'Watchlist',
    time: updated,
    fields: {
      ...shared(alias, watchlist, updated, status),
      WatchlistItemId: name,
      _DTItemId: name,
      _DTItemType: 'watchlist-item',
      SearchKey: body.values[watchlist.properties.itemsSearchKey] ?? '',
      WatchlistItem: JSON.stringify(body.values),
      EntityMapping: JSON.stringify(body.entityMapping ?? {}),
      CreatedBy: JSON.stringify(createdBy),
      UpdatedBy: JSON.stringify(updatedBy),
      CreatedTimeUTC: created,
      LastUpdatedTimeUTC: updated,
    },
  }
}
