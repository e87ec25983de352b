// mappings/fields/<Table>.yaml: where the columns of a resource-specific table come from, as far as their names do not say.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { type ContentKind, type Problem, readItem } from '../../../content/document.ts'
import { isFields, type JsonFields } from '../../json/records.ts'
import type { Json } from '../../types.ts'

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

type FieldMappingItem = Static<typeof schema>

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

export type Source = (record: JsonFields) => Json | undefined

export interface FieldMapping {
  readonly table: string
  readonly from: readonly Source[]
  readonly columns: ReadonlyMap<string, Source>
}

export interface FieldMappings {
  find(table: string): FieldMapping
  /** The table of a category that belongs to no resource type. */
  tableOf(provider: string, category: string): string | undefined
}

/** Of all packs; later ones win. */
export function readFieldMappings(packDirectories: readonly string[]): FieldMappings {
  const items = packDirectories.flatMap((pack) => {
    const folder = join(pack, 'mappings', 'fields')
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.yaml')) : []
    return files.sort().map((file) => readItem(fieldMappingKind, join(folder, file)))
  })
  const tables = new Map(items.map((item) => [item.table, fieldMapping(item)]))
  const categories = new Map(
    items.flatMap(({ table, provider, categories = [] }) => categories.map((c) => [keyOf(provider, c), table])),
  )
  return {
    find: (table) => tables.get(table) ?? fieldMapping({ table }),
    tableOf: (provider, category) =>
      categories.get(keyOf(provider, category)) ?? categories.get(keyOf(undefined, category)),
  }
}

function keyOf(provider: string | undefined, category: string): string {
  return `${provider ?? ''} ${category}`.toLowerCase()
}

export function fieldMapping({ table, from = ['properties'], columns = {} }: FieldMappingItem): FieldMapping {
  const sources = Object.entries(columns).map(
    ([column, texts]) => [column, firstOf([texts].flat().map(sourceOf))] as const,
  )
  return { table, from: from.map(sourceOf), columns: new Map(sources) }
}

function firstOf(sources: readonly Source[]): Source {
  return (record) => {
    for (const source of sources) {
      const value = source(record)
      if (value !== undefined && value !== null) return value
    }
    return undefined
  }
}

function sourceOf(text: string): Source {
  if (text.startsWith('=')) return () => text.slice(1)
  const steps = stepsOf(text) ?? []
  return (record) => {
    let value: Json | undefined = record
    for (const step of steps) value = isFields(value) ? value[step] : undefined
    return value
  }
}

const stepShape = /(?:^|\.)(?:"([^"]+)"|([^".]+))/y

function stepsOf(text: string): readonly string[] | undefined {
  const steps: string[] = []
  stepShape.lastIndex = 0
  while (stepShape.lastIndex < text.length) {
    const match = stepShape.exec(text)
    if (!match) return undefined
    steps.push((match[1] ?? match[2]) as string)
  }
  return steps
}
