// Which columns a table gets: when it is made, and when rows bring new ones. Pure; workspace-tables.ts acts on it.
import type { Column } from '@conshelf/kql'
import { additionalFields, grownColumnLimit, standardColumns, type TableDefinition } from './types.ts'

/** The suffix that a property's name gets for its type, as in `httpStatus_d`. */
const typeSuffix = /_[sdbtg]$/

/**
 * What a table has from the start, by its content (for a custom log: an empty one): everything declared, or, if it grows,
 * the columns without a type suffix and those that its layout needs. AzureDiagnostics knows five hundred columns, of which
 * one workspace sees a few dozen.
 */
export function firstColumns(declared: TableDefinition): readonly Column[] {
  const known = firstOf.get(declared)
  if (known) return known
  const made = makeFirstColumns(declared)
  firstOf.set(declared, made)
  return made
}

const firstOf = new WeakMap<TableDefinition, readonly Column[]>()

function makeFirstColumns({ columns, grows, layout, timeColumn }: TableDefinition): readonly Column[] {
  const all = [...columnsByName([...columns, ...standardColumns]).values()]
  if (!grows) return all
  const needed = new Set([
    layout.discriminator,
    timeColumn,
    ...layout.searched,
    ...layout.promoted.map((p) => p.column),
  ])
  return all.filter(({ name }) => needed.has(name) || (!typeSuffix.test(name) && name !== additionalFields.name))
}

/** The columns to add to those that exist so that the asked ones have a place. Empty: nothing is to be done. */
export function columnsToAdd(
  definition: TableDefinition,
  first: readonly Column[],
  existing: ReadonlyMap<string, unknown>,
  asked: readonly Column[],
): readonly Column[] {
  const missing = first.filter((column) => !existing.has(column.name))
  if (!definition.grows) return missing
  const grown = grownColumns(existing, first)
  const declared = columnsByName(definition.columns)
  const coming = columnsByName(asked.filter((column) => !existing.has(column.name)))
  for (const column of [...first, additionalFields]) coming.delete(column.name)
  const fitting = [...coming.values()].slice(0, Math.max(0, grownColumnLimit - grown))
  const isAsked = asked.some(({ name }) => name === additionalFields.name)
  const overflow = (isAsked || fitting.length < coming.size) && !existing.has(additionalFields.name)
  return [
    ...missing,
    ...fitting.map(({ name, type }) => declared.get(name) ?? { name, type }),
    ...(overflow ? [additionalFields] : []),
  ]
}

function grownColumns(existing: ReadonlyMap<string, unknown>, first: readonly Column[]): number {
  const others =
    first.filter((column) => existing.has(column.name)).length + (existing.has(additionalFields.name) ? 1 : 0)
  return existing.size - others
}

export function columnsByName(columns: readonly Column[]): Map<string, Column> {
  const found = new Map<string, Column>()
  for (const column of columns) if (!found.has(column.name)) found.set(column.name, column)
  return found
}
