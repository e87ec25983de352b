// A row of a hunting query that somebody keeps. https://learn.microsoft.com/rest/api/securityinsights/bookmarks
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../../resource.ts'
import { open, orNull, person, text } from './parts.ts'

const properties = Type.Object(
  {
    displayName: Type.String({ minLength: 1 }),
    query: Type.String({ minLength: 1 }),
    queryResult: text,
    notes: text,
    labels: orNull(Type.Array(Type.String())),
    eventTime: text,
    queryStartTime: text,
    queryEndTime: text,
    entityMappings: orNull(
      Type.Array(
        Type.Object(
          {
            entityType: Type.String(),
            fieldMappings: Type.Array(Type.Object({ identifier: Type.String(), value: Type.String() }, open)),
          },
          open,
        ),
      ),
    ),
    tactics: orNull(Type.Array(Type.String())),
    techniques: orNull(Type.Array(Type.String())),
  },
  open,
)

const record = Type.Object({ created: Type.String(), createdBy: person, updated: Type.String(), updatedBy: person })

const schema = Type.Object({ properties, record })
export type BookmarkBody = Static<typeof schema>
export const bookmarkKind: ResourceKind<typeof schema> = { kind: 'microsoft.securityinsights/bookmarks', schema }
