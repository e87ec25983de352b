// mappings/fields/<Table>.yaml: where the columns of a resource-specific table come from, as far as their names do not say.
import { type Static, Type } from 'typebox'
import type { ContentKind, Problem } from '../document.ts'

const path = Type.String({
  minLength: 1,
  description:
    'Steps from the record, joined by dots; a step with other characters in double quotes. `=text`: this text.',
})

const schema = Type.Object(
  {
    table: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }),
    categories: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Categories of no resource type: their records go here in both modes.',
      }),
    ),
    provider: Type.Optional(
      Type.String({ pattern: '^[a-z0-9.]+$', description: 'The categories are those of this resource provider only.' }),
    ),
    from: Type.Optional(
      Type.Array(path, {
        description:
          'Objects whose members fill the columns of the same name, after those of the record. Default: properties.',
      }),
    ),
    columns: Type.Optional(
      Type.Record(Type.String(), Type.Union([path, Type.Array(path, { description: 'The first that has a value.' })])),
    ),
  },
  { additionalProperties: false, title: 'Fields of a diagnostic table' },
)

export type FieldMappingItem = Static<typeof schema>

export const fieldMappingKind: ContentKind<typeof schema> = {
  kind: 'field-mapping',
  schema,
  check: (item) => [...pathProblems(item)],
}

function* pathProblems(item: FieldMappingItem): Iterable<Problem> {
  const unreadable = (text: string) => !text.startsWith('=') && stepsOf(text) === undefined
  for (const [i, text] of (item.from ?? []).entries())
    if (unreadable(text)) yield { path: ['from', i], reason: `'${text}' is no path` }
  for (const [column, source] of Object.entries(item.columns ?? {}))
    for (const text of [source].flat())
      if (unreadable(text)) yield { path: ['columns', column], reason: `'${text}' is no path` }
}

const stepShape = /(?:^|\.)(?:"([^"]+)"|([^".]+))/y

/** Undefined: the text is no path. */
export function stepsOf(text: string): readonly string[] | undefined {
  const steps: string[] = []
  stepShape.lastIndex = 0
  while (stepShape.lastIndex < text.length) {
    const match = stepShape.exec(text)
    if (!match) return undefined
    steps.push((match[1] ?? match[2]) as string)
  }
  return steps
}
