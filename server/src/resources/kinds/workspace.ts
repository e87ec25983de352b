// A Log Analytics workspace. Its id is the ARM id of Microsoft.OperationalInsights/workspaces.
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'

const schema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    customerId: Type.String({
      pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
      description: 'Lower-case GUID.',
    }),
    retentionInDays: Type.Optional(
      Type.Integer({ minimum: 4, maximum: 730, description: 'Of tables that say nothing of their own.' }),
    ),
    dailyQuotaGb: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: 'Billable data beyond it is not taken before the next UTC day.',
      }),
    ),
    created: Type.Optional(Type.Integer({ description: 'Milliseconds since 1970.' })),
    location: Type.Optional(Type.String()),
    tags: Type.Optional(Type.Record(Type.String(), Type.String())),
    enableLogAccessUsingOnlyResourcePermissions: Type.Optional(
      Type.Boolean({ description: 'Absent: true. False: rights to a resource alone do not open its rows here.' }),
    ),
  },
  { additionalProperties: false },
)

export type WorkspaceBody = Static<typeof schema>

export const workspaceKind: ResourceKind<typeof schema> = { kind: 'workspace', schema }
