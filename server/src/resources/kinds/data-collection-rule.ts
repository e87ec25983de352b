// A data collection rule: streams, what becomes of them, and where they go.
// https://learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-rule-structure
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'
import { armBody } from './arm-body.ts'

const open = { additionalProperties: true }

const schema = armBody(
  Type.Object(
    {
      description: Type.Optional(Type.String()),
      /** `dcr-` and 32 hex digits; given by the server and the same for ever. */
      immutableId: Type.Optional(Type.String({ pattern: '^dcr-[0-9a-f]{32}$' })),
      dataCollectionEndpointId: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      streamDeclarations: Type.Optional(
        Type.Record(
          Type.String(),
          Type.Object({ columns: Type.Array(Type.Object({ name: Type.String(), type: Type.String() }, open)) }, open),
        ),
      ),
      destinations: Type.Optional(
        Type.Object(
          {
            logAnalytics: Type.Optional(
              Type.Array(Type.Object({ workspaceResourceId: Type.String(), name: Type.String() }, open)),
            ),
          },
          open,
        ),
      ),
      dataFlows: Type.Optional(
        Type.Array(
          Type.Object(
            {
              streams: Type.Array(Type.String()),
              destinations: Type.Optional(Type.Array(Type.String())),
              transformKql: Type.Optional(Type.Union([Type.String(), Type.Null()])),
              outputStream: Type.Optional(Type.Union([Type.String(), Type.Null()])),
            },
            open,
          ),
        ),
      ),
    },
    open,
  ),
)

export type DataCollectionRuleBody = Static<typeof schema>

export const dataCollectionRuleKind: ResourceKind<typeof schema> = {
  kind: 'microsoft.insights/datacollectionrules',
  schema,
}
