// resource-types/<Namespace>.yaml: types of resources that are kept and shown and have no behaviour of their own.
import { type Static, Type } from 'typebox'
import type { ContentKind } from '../document.ts'

const jsonType = Type.Union(['string', 'number', 'boolean', 'array', 'object'].map((name) => Type.Literal(name)))

const resourceType = Type.Object(
  {
    location: Type.Optional(Type.Literal('required')),
    required: Type.Optional(
      Type.Record(Type.String(), jsonType, { description: 'Members of `properties` that must be there.' }),
    ),
    createdStatus: Type.Optional(
      Type.Literal(200, { description: 'Of a PUT that makes one, where clients do not take 201.' }),
    ),
    extension: Type.Optional(
      Type.Boolean({ description: 'It belongs to one resource: a list has those of the very scope.' }),
    ),
    content: Type.Optional(
      Type.String({
        description: 'The property that lists leave out unless they are asked with canFetchContent=true.',
      }),
    ),
    filters: Type.Optional(
      Type.Array(Type.String(), { description: 'Parameters of lists; each compares the property of its name.' }),
    ),
    note: Type.Optional(Type.String({ description: 'What a PUT is told in the header Warning.' })),
  },
  { additionalProperties: false },
)

const schema = Type.Object(
  {
    namespace: Type.String({ pattern: '^[A-Za-z]+(\\.[A-Za-z]+)+$' }),
    others: Type.Union([Type.Literal('refused'), Type.Literal('inventory')], {
      description: 'Types of the namespace that nothing knows: refused, or kept as inventory.',
    }),
    types: Type.Record(Type.String(), resourceType, { description: 'By their path below the namespace.' }),
  },
  { additionalProperties: false, title: 'Types of resources' },
)

export type ResourceTypesItem = Static<typeof schema>
export type PlainType = Static<typeof resourceType>

export const resourceTypesKind: ContentKind<typeof schema> = { kind: 'resource-types', schema, check: () => [] }

export interface ResourceTypes {
  /** By its name in lower case, with the spelling that it has. */
  readonly types: ReadonlyMap<string, PlainType & { readonly type: string }>
  /** Whether the namespace, in lower case, has no types but those that are known. */
  isClosed(namespace: string): boolean
}

/** Later items win over earlier ones. */
export function resourceTypes(items: readonly ResourceTypesItem[]): ResourceTypes {
  const types = new Map<string, PlainType & { readonly type: string }>()
  const closed = new Set<string>()
  for (const { namespace, others, types: own } of items) {
    if (others === 'refused') closed.add(namespace.toLowerCase())
    for (const [path, plain] of Object.entries(own)) {
      const type = `${namespace}/${path}`
      types.set(type.toLowerCase(), { ...plain, type })
    }
  }
  return { types, isClosed: (namespace) => closed.has(namespace) }
}
