// A saved search of a workspace; one with an alias is a function that queries call by it.
// https://learn.microsoft.com/rest/api/loganalytics/saved-searches
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'
import { armBody } from './arm-body.ts'

const nullable = Type.Union([Type.String(), Type.Null()])

const schema = armBody(
  Type.Object(
    {
      category: Type.Optional(nullable),
      displayName: Type.Optional(nullable),
      query: Type.String(),
      functionAlias: Type.Optional(nullable),
      /** As declared, without parentheses: `n:long = 5, s:string`. */
      functionParameters: Type.Optional(nullable),
      version: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
      tags: Type.Optional(
        Type.Union([
          Type.Null(),
          Type.Array(Type.Object({ name: Type.String(), value: Type.String() }, { additionalProperties: true })),
        ]),
      ),
    },
    { additionalProperties: true },
  ),
)

export type SavedSearchBody = Static<typeof schema>

export const savedSearchKind: ResourceKind<typeof schema> = {
  kind: 'microsoft.operationalinsights/workspaces/savedsearches',
  schema,
}

export function savedSearchId(workspaceResourceId: string, name: string): string {
  return `${workspaceResourceId}/savedSearches/${name}`
}
