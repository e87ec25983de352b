// Lowering goes on behind what it refuses, over a stand-in of the same shape, so that all errors of a query are found at once.
import { CompileError, codes, type Diagnostic } from '../diagnostics.ts'
import { columnsOf, isTable, type TypeSymbol } from '../kusto/syntax.ts'
import type { Lowering } from './context.ts'
import type { NamedColumn, Relation } from './nodes.ts'

/** What `lower` gives, or the stand-in where it refuses something, which is noted. `union isfuzzy=true` sees to unknown tables itself. */
export function recovered<T>(errors: Diagnostic[], lower: () => T, standIn: () => T | undefined): T {
  try {
    return lower()
  } catch (error) {
    if (!(error instanceof CompileError) || error.diagnostic.code === codes.unknownTable) throw error
    const other = standIn()
    if (other === undefined) throw error
    errors.push(error.diagnostic)
    return other
  }
}

/** No rows, with the columns that the binder knows. */
export function rowless(type: TypeSymbol | null | undefined, ctx: Lowering): Relation | undefined {
  if (!isTable(type)) return undefined
  const columns = columnsOf(type).map((c): NamedColumn => ({ ...c, id: ctx.newColumn(c.name, c.type) }))
  const ordinal = ctx.newColumn('ordinal', 'long', false)
  return { rel: { kind: 'values', columns: columns.map((c) => c.id), rows: [], ordinal }, columns }
}
