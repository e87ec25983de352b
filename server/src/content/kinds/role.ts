// roles/<name>.yaml: a role that is there from the start, as Azure's built-in ones.
// https://learn.microsoft.com/azure/role-based-access-control/role-definitions
import { type Static, Type } from 'typebox'
import type { ContentKind } from '../document.ts'

const patterns = Type.Array(Type.String({ pattern: '^[A-Za-z0-9.*]+(/[A-Za-z0-9*]+)*$' }), {
  description: '`*` stands for any text.',
})

const schema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    id: Type.String({
      pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
      description: 'The one it has in Azure.',
    }),
    description: Type.String({ minLength: 1 }),
    actions: patterns,
    notActions: Type.Optional(patterns),
    dataActions: Type.Optional(patterns),
    notDataActions: Type.Optional(patterns),
  },
  { additionalProperties: false, title: 'Role' },
)

export type RoleItem = Static<typeof schema>

export const roleKind: ContentKind<typeof schema> = { kind: 'role', schema, check: () => [] }
