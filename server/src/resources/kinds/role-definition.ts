// A role that a user defines, beside those that content packs bring.
// https://learn.microsoft.com/rest/api/authorization/role-definitions
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'
import { armBody } from './arm-body.ts'

const open = { additionalProperties: true }
const patterns = Type.Array(Type.String({ minLength: 1 }))

const schema = armBody(
  Type.Object(
    {
      roleName: Type.String({ minLength: 1 }),
      description: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      permissions: Type.Array(
        Type.Object(
          {
            actions: Type.Optional(patterns),
            notActions: Type.Optional(patterns),
            dataActions: Type.Optional(patterns),
            notDataActions: Type.Optional(patterns),
          },
          open,
        ),
        { minItems: 1, maxItems: 1 },
      ),
      assignableScopes: Type.Array(Type.String({ pattern: '^/' }), { minItems: 1 }),
    },
    open,
  ),
)

export type RoleDefinitionBody = Static<typeof schema>

export const roleDefinitionKind: ResourceKind<typeof schema> = {
  kind: 'microsoft.authorization/roledefinitions',
  schema,
}
