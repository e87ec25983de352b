// A request to delete rows of a table, and what became of it. Id: the workspace's, `/operations/`, the name.
// https://learn.microsoft.com/rest/api/loganalytics/workspace-purge
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'

export const deletionFilter = Type.Object(
  {
    column: Type.String(),
    operator: Type.String(),
    value: Type.Unknown(),
    key: Type.Optional(Type.String({ description: 'A property of a dynamic column.' })),
  },
  { additionalProperties: true },
)

export type DeletionFilter = Static<typeof deletionFilter>

const schema = Type.Object(
  {
    table: Type.String(),
    filters: Type.Array(deletionFilter, { minItems: 1 }),
    state: Type.Enum(['pending', 'completed', 'failed']),
    startedAt: Type.Integer({ description: 'Milliseconds since 1970.' }),
    endedAt: Type.Optional(Type.Integer()),
    /** Rows that it deleted. */
    rows: Type.Optional(Type.Integer()),
    message: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)

export type DeletionBody = Static<typeof schema>

export const deletionKind: ResourceKind<typeof schema> = {
  kind: 'microsoft.operationalinsights/workspaces/operations',
  schema,
}

export function deletionId(workspaceResourceId: string, name: string): string {
  return `${workspaceResourceId}/operations/${name}`
}
