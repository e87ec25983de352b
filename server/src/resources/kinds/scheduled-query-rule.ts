// A log search alert rule. Ranges and what depends on other fields are checked in alerts/rule.ts, with better messages.
// https://learn.microsoft.com/rest/api/monitor/scheduled-query-rules
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'
import { armBody } from './arm-body.ts'

const open = { additionalProperties: true }
const nullable = Type.Union([Type.String(), Type.Null()])

const dimension = Type.Object({ name: Type.String(), operator: Type.String(), values: Type.Array(Type.String()) }, open)

const condition = Type.Object(
  {
    query: Type.String({ minLength: 1 }),
    timeAggregation: Type.String(),
    metricMeasureColumn: Type.Optional(nullable),
    resourceIdColumn: Type.Optional(nullable),
    dimensions: Type.Optional(Type.Union([Type.Array(dimension), Type.Null()])),
    operator: Type.String(),
    threshold: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    failingPeriods: Type.Optional(
      Type.Union([
        Type.Null(),
        Type.Object(
          {
            numberOfEvaluationPeriods: Type.Optional(Type.Integer()),
            minFailingPeriodsToAlert: Type.Optional(Type.Integer()),
          },
          open,
        ),
      ]),
    ),
  },
  open,
)

const schema = armBody(
  Type.Object(
    {
      displayName: Type.Optional(nullable),
      description: Type.Optional(nullable),
      severity: Type.Integer(),
      enabled: Type.Optional(Type.Boolean()),
      scopes: Type.Array(Type.String()),
      targetResourceTypes: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
      evaluationFrequency: Type.String(),
      windowSize: Type.String(),
      overrideQueryTimeRange: Type.Optional(nullable),
      criteria: Type.Object({ allOf: Type.Array(condition) }, open),
      muteActionsDuration: Type.Optional(nullable),
      autoMitigate: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
      actions: Type.Optional(
        Type.Union([
          Type.Null(),
          Type.Object(
            {
              actionGroups: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
              customProperties: Type.Optional(Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()])),
            },
            open,
          ),
        ]),
      ),
      skipQueryValidation: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
    },
    open,
  ),
)

export type ScheduledQueryRuleBody = Static<typeof schema>

export const scheduledQueryRuleKind: ResourceKind<typeof schema> = {
  kind: 'microsoft.insights/scheduledqueryrules',
  schema,
}
