// mappings/diagnostic-categories.yaml: resource type and category of a diagnostic record -> table.
// https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs#send-to-log-analytics-workspace
import { type Static, Type } from 'typebox'
import type { ContentKind } from '../document.ts'

const resourceType = Type.Object(
  {
    always: Type.Optional(Type.Boolean({ description: 'The type knows no Azure diagnostics mode.' })),
    categories: Type.Record(Type.String(), Type.String()),
    audit: Type.Optional(Type.Array(Type.String(), { description: 'The categories of the group `audit`.' })),
  },
  { additionalProperties: false },
)

const schema = Type.Record(Type.String({ pattern: '^[a-z0-9.]+(/[a-z0-9]+)+$' }), resourceType, {
  additionalProperties: false,
  title: 'Diagnostic categories',
})

export type DiagnosticCategoriesItem = Static<typeof schema>

export const diagnosticCategoriesKind: ContentKind<typeof schema> = {
  kind: 'diagnostic-categories',
  schema,
  check: () => [],
}

export interface CategoryTable {
  readonly table: string
  /** In Azure diagnostics mode too. */
  readonly always: boolean
}

export interface DiagnosticCategories {
  /** The resource-specific table, in any case of either name; undefined: AzureDiagnostics is the only one. */
  find(resourceType: string, category: string): CategoryTable | undefined
  /** The categories of the group `audit`; undefined: not known for the type. */
  audit(resourceType: string): readonly string[] | undefined
  /** Every table that a category goes to. */
  tables(): ReadonlySet<string>
}

/** Later items win over earlier ones. */
export function diagnosticCategories(items: readonly DiagnosticCategoriesItem[]): DiagnosticCategories {
  const found = new Map<string, CategoryTable>()
  const audits = new Map<string, readonly string[]>()
  for (const item of items) {
    for (const [type, { always = false, categories, audit }] of Object.entries(item)) {
      if (audit) audits.set(type, audit)
      for (const [category, table] of Object.entries(categories)) found.set(keyOf(type, category), { table, always })
    }
  }
  return {
    find: (type, category) => found.get(keyOf(type, category)),
    audit: (type) => audits.get(type.toLowerCase()),
    tables: () => new Set(found.values().map((entry) => entry.table)),
  }
}

function keyOf(resourceType: string, category: string): string {
  return `${resourceType}\n${category}`.toLowerCase()
}
