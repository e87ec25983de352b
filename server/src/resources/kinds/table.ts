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

const schema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    plan: Type.Optional(Type.Enum(['analytics', 'basic', 'auxiliary'])),
    retentionInDays: Type.Optional(Type.Integer({ minimum: 4, maximum: 730 })),
    grows: Type.Optional(Type.Boolean({ description: 'Only for tables that no content declares; absent: yes.' })),
    columns: Type.Array(Type.Object({ name: Type.String(), type: Type.Enum(types) }, { additionalProperties: false }), {
      description: 'Beside those that content declares, in the order they came.',
    }),
  },
  { additionalProperties: false },
)

export type TableBody = Static<typeof schema>

export const tableKind: ResourceKind<typeof schema> = { kind: 'table', schema }

export function tableId(workspaceResourceId: string, table: string): string {
  return `${workspaceResourceId}/tables/${table}`
}
