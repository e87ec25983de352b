// A data collection endpoint: an address to send to. Here all of them are the server's own.
// https://learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-endpoint-overview
import { Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'
import { armBody } from './arm-body.ts'

const schema = armBody(
  Type.Optional(
    Type.Object(
      { description: Type.Optional(Type.String()), immutableId: Type.Optional(Type.String()) },
      { additionalProperties: true },
    ),
  ),
)

export const dataCollectionEndpointKind: ResourceKind<typeof schema> = {
  kind: 'microsoft.insights/datacollectionendpoints',
  schema,
}
