// Who has which role where: an extension of the scope that it is for.
// https://learn.microsoft.com/rest/api/authorization/role-assignments
import { type Static, Type } from 'typebox'
import type { ResourceKind } from '../resource.ts'
import { armBody } from './arm-body.ts'

const text = Type.String({ minLength: 1 })

const schema = armBody(
  Type.Object(
    {
      /** ARM id of a role definition; its last segment decides. */
      roleDefinitionId: text,
      /** Object id of a user, a group or a client; names of groups and roles in tokens of other issuers serve too. */
      principalId: text,
      principalType: Type.Optional(Type.String()),
      description: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      /** Attribute conditions are not kept: whoever relies on one must learn that. */
      condition: Type.Optional(Type.Null()),
      conditionVersion: Type.Optional(Type.Null()),
    },
    { additionalProperties: true },
  ),
)

export type RoleAssignmentBody = Static<typeof schema>

export const roleAssignmentKind: ResourceKind<typeof schema> = {
  kind: 'microsoft.authorization/roleassignments',
  schema,
}
