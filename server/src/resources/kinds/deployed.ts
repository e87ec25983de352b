// A resource that exists outside: a network, a cluster, a key vault. Known so that it can be found, not managed here.
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'

const schema = Type.Object(
  { name: Type.String(), type: Type.String(), location: Type.String(), properties: Type.Unknown() },
  { additionalProperties: true, description: 'The document as Azure Resource Manager has it, without its id.' },
)

export type DeployedBody = Static<typeof schema>

export const deployedKind: ResourceKind<typeof schema> = { kind: 'deployed', schema }
