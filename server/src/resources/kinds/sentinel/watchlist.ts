// A watchlist and its items. https://learn.microsoft.com/rest/api/securityinsights/watchlists
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../../resource.ts'
import { open, orNull, person, text } from './parts.ts'

const properties = Type.Object(
  {
    displayName: Type.String({ minLength: 1 }),
    provider: Type.String({ minLength: 1 }),
    itemsSearchKey: Type.String({ minLength: 1 }),
    source: text,
    sourceType: text,
    description: text,
    labels: orNull(Type.Array(Type.String())),
    contentType: text,
    numberOfLinesToSkip: orNull(Type.Integer({ minimum: 0 })),
  },
  open,
)

const times = { created: Type.String(), createdBy: person, updated: Type.String(), updatedBy: person }
const record = Type.Object({
  ...times,
  watchlistId: Type.String(),
  /** Of its items, in the order of the file. */
  columns: Type.Array(Type.String()),
})

const schema = Type.Object({ properties, record })
export type WatchlistBody = Static<typeof schema>
export const watchlistKind: ResourceKind<typeof schema> = { kind: 'microsoft.securityinsights/watchlists', schema }

const itemSchema = Type.Object({
  values: Type.Record(Type.String(), Type.String()),
  entityMapping: Type.Unknown(),
  record: Type.Object(times),
})
export type WatchlistItemBody = Static<typeof itemSchema>
export const watchlistItemKind: ResourceKind<typeof itemSchema> = {
  kind: 'microsoft.securityinsights/watchlists/watchlistitems',
  schema: itemSchema,
}
