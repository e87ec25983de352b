// What the content says about diagnostic records: tables by category, their columns, where those come from.
import type { Column } from '@conshelf/kql'
import type { Content } from '../../../content/content.ts'
import { type FieldMapping, type FieldMappings, readFieldMappings } from './field-mappings.ts'

export interface DiagnosticContent {
  columns(table: string): readonly Column[] | undefined
  /** The resource-specific table of a category, and whether it holds in diagnostics mode too. */
  categoryTable(
    resourceType: string,
    category: string,
  ): { readonly table: string; readonly always: boolean } | undefined
  fields(table: string): FieldMapping
  /** The table of a category that belongs to no resource type. */
  tenantTable(provider: string, category: string): string | undefined
}

/** Reads with the first use: what is not ingested costs nothing at the start. */
export function diagnosticContent(open: () => Content): DiagnosticContent {
  let content: Content | undefined
  let mappings: FieldMappings | undefined
  const opened = () => {
    content ??= open()
    return content
  }
  const fields = () => {
    mappings ??= readFieldMappings(opened().packs.map((pack) => pack.directory))
    return mappings
  }
  return {
    columns: (table) => opened().table(table)?.columns,
    categoryTable: (resourceType, category) => opened().diagnosticCategories().find(resourceType, category),
    fields: (table) => fields().find(table),
    tenantTable: (provider, category) => fields().tableOf(provider, category),
  }
}
