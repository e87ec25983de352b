// What a workspace knows of a table beyond content: a custom table, or the columns that a growing one got. Written by the
// catalog when rows bring new columns. Id: the workspace's, `/tables/`, the name.
import type { ScalarType } from '@conshelf/kql'
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'

const types: ScalarType[] = [
  'bool',
  'int',
  'long',
  'real',
  'decimal',
  'string',
  'datetime',
  'timespan',
  'guid',
  'dynamic',
]

const searchResults = Type.Object(
  {
    query: Type.String(),
    description: Type.Optional(Type.String()),
    limit: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    startSearchTime: Type.String(),
    endSearchTime: Type.String(),
    sourceTable: Type.String(),
    /** Names the job among operations. */
    azureAsyncOperationId: Type.String(),
    state: Type.Enum(['InProgress', 'Succeeded', 'Failed', 'Canceled']),
    startedAt: Type.Integer({ description: 'Milliseconds since 1970; the TimeGenerated of the results.' }),
    endedAt: Type.Optional(Type.Integer()),
    rows: Type.Integer(),
    /** Why it ended as it did. */
    message: Type.Optional(Type.String()),
  },
  { additionalProperties: false, description: 'The search job whose results the table holds.' },
)

const restoredLogs = Type.Object(
  {
    sourceTable: Type.String(),
    startRestoreTime: Type.String(),
    endRestoreTime: Type.String(),
    azureAsyncOperationId: Type.String(),
  },
  { additionalProperties: false, description: 'The part of another table that this one shows.' },
)

const schema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    plan: Type.Optional(Type.Enum(['analytics', 'basic', 'auxiliary'])),
    retentionInDays: Type.Optional(
      Type.Integer({ minimum: 4, maximum: 730, description: 'Absent: the workspace says.' }),
    ),
    totalRetentionInDays: Type.Optional(
      Type.Integer({ minimum: 4, maximum: 4383, description: 'Until rows are deleted. Absent: as retentionInDays.' }),
    ),
    grows: Type.Optional(Type.Boolean({ description: 'Only for tables that no content declares; absent: yes.' })),
    columns: Type.Array(Type.Object({ name: Type.String(), type: Type.Enum(types) }, { additionalProperties: false }), {
      description: 'Beside those that content declares, in the order they came.',
    }),
    searchResults: Type.Optional(searchResults),
    restoredLogs: Type.Optional(restoredLogs),
  },
  { additionalProperties: false },
)

export type TableBody = Static<typeof schema>

export type SearchResults = Static<typeof searchResults>
export type RestoredLogs = Static<typeof restoredLogs>

export const tableKind: ResourceKind<typeof schema> = { kind: 'table', schema }

export function tableId(workspaceResourceId: string, table: string): string {
  return `${workspaceResourceId}/tables/${table}`
}
