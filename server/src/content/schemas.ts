// The JSON Schemas that editors validate content files with, as text for content/schemas/.
import type { TSchema } from 'typebox'
import { diagnosticCategoriesKind } from './kinds/diagnostic-categories.ts'
import { fieldMappingKind } from './kinds/field-mapping.ts'
import { packKind } from './kinds/pack.ts'
import { resourceTypesKind } from './kinds/resource-types.ts'
import { roleKind } from './kinds/role.ts'
import { routeKind } from './kinds/route.ts'
import { securityEventsKind } from './kinds/security-events.ts'
import { tableKind } from './kinds/table.ts'

const kinds: readonly { readonly kind: string; readonly schema: TSchema }[] = [
  packKind,
  tableKind,
  diagnosticCategoriesKind,
  fieldMappingKind,
  resourceTypesKind,
  routeKind,
  roleKind,
  securityEventsKind,
]

/** File name -> text. */
export function schemaFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(kinds.map(({ kind, schema }) => [`${kind}.schema.json`, schemaText(schema)]))
}

function schemaText(schema: TSchema): string {
  const document = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema }
  return `${onOneLine(JSON.stringify(document, null, 2))}\n`
}

/** Lists of plain values that fit into a line of 120, as the formatter writes them. */
function onOneLine(json: string): string {
  return json.replace(
    /^( *(?:"[^"]*": )?)\[([^[\]{}]*)\](,?)$/gm,
    (all, head: string, items: string, comma: string) => {
      const line = `${head}[${items.trim().replace(/\s*\n\s*/g, ' ')}]${comma}`
      return line.length <= 120 ? line : all
    },
  )
}
