// pack.yaml: what a folder below content/packs is.
import { type Static, Type } from 'typebox'
import type { ContentKind } from '../document.ts'

const schema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]*$', description: "The folder's name." }),
    version: Type.String({ pattern: '^\\d+\\.\\d+\\.\\d+$' }),
    description: Type.String({ minLength: 1 }),
    requires: Type.Array(Type.String(), { description: 'Packs whose items this one builds on.' }),
  },
  { additionalProperties: false, title: 'Pack' },
)

export type PackItem = Static<typeof schema>

export const packKind: ContentKind<typeof schema> = { kind: 'pack', schema, check: () => [] }
