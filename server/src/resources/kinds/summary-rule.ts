// A summary rule: a query that is run over each piece of time, and the table that its rows go to.
// https://learn.microsoft.com/azure/azure-monitor/logs/summary-rules
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'
import { armBody } from './arm-body.ts'

const open = { additionalProperties: true }
const nullable = Type.Union([Type.String(), Type.Null()])

const schema = armBody(
  Type.Object(
    {
      ruleType: Type.Optional(Type.Enum(['User'])),
      displayName: Type.Optional(nullable),
      description: Type.Optional(nullable),
      /** False: it was stopped, or gave up. */
      isActive: Type.Optional(Type.Boolean()),
      statusCode: Type.Optional(nullable),
      ruleDefinition: Type.Object(
        {
          query: Type.String({ minLength: 1 }),
          /** Minutes. */
          binSize: Type.Enum([20, 30, 60, 120, 180, 360, 720, 1440]),
          binDelay: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 1440 }), Type.Null()])),
          binStartTime: Type.Optional(nullable),
          timeSelector: Type.Optional(Type.Union([Type.Enum(['TimeGenerated']), Type.Null()])),
          destinationTable: Type.String({ pattern: '_CL$' }),
        },
        open,
      ),
    },
    open,
  ),
)

export type SummaryRuleBody = Static<typeof schema>

export const summaryRuleKind: ResourceKind<typeof schema> = {
  kind: 'microsoft.operationalinsights/workspaces/summarylogs',
  schema,
}
