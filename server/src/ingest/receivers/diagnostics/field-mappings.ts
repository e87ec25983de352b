// Where the columns of a resource-specific table come from, as content/kinds/field-mapping.ts declares it: as functions.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readItem } from '../../../content/document.ts'
import { type FieldMappingItem, fieldMappingKind, stepsOf } from '../../../content/kinds/field-mapping.ts'
import { isFields, type JsonFields } from '../../json/records.ts'
import type { Json } from '../../types.ts'

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
