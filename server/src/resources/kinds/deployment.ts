// A deployment of a template: what was asked for, and what became of it. https://learn.microsoft.com/rest/api/resources/deployments
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'

const schema = Type.Object(
  {
    location: Type.Optional(Type.String()),
    tags: Type.Optional(Type.Record(Type.String(), Type.String())),
    properties: Type.Object(
      {
        provisioningState: Type.Union([Type.Literal('Succeeded'), Type.Literal('Failed')]),
        mode: Type.Literal('Incremental'),
        steps: Type.Array(
          Type.Object({
            id: Type.String(),
            type: Type.String(),
            name: Type.String(),
            is: Type.String(),
            reason: Type.Optional(Type.String()),
          }),
        ),
      },
      { additionalProperties: true },
    ),
  },
  { additionalProperties: true },
)

export type DeploymentBody = Static<typeof schema>

export const deploymentKind: ResourceKind<typeof schema> = { kind: 'microsoft.resources/deployments', schema }
