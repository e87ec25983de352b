// The public surface of the KQL compiler: text and a catalog in, SQL and a result schema out. No I/O, no clock.
import type { CompileResult } from './compiled.ts'
import type { Catalog } from './model.ts'

export type { Compiled, CompiledResult, CompileResult, LocalStage, Render, SqlStage, Stage } from './compiled.ts'
export { type Diagnostic, lineColumn } from './diagnostics.ts'
export type {
  Catalog,
  Cell,
  Column,
  FunctionSchema,
  PromotedPath,
  Row,
  ScalarType,
  TableSchema,
  TableSource,
} from './model.ts'

export interface CompileOptions {
  readonly catalog: Catalog
  /** What `now()` answers: 100 ns ticks since 0001-01-01T00:00:00Z, as .NET and Kusto count them. */
  readonly now: bigint
  /** Bounds on the time column of every stored table, same ticks; start inclusive, end exclusive. */
  readonly timeRange?: { readonly start?: bigint; readonly end?: bigint }
  /** Only rows of these resources, or of what is below them. Lower-case ARM ids. */
  readonly resourceScope?: readonly string[]
  /** Prefix for the names of scratch tables, unique for a running query. Default `scratch.q_`. */
  readonly scratch?: string
}

/** Compiles a query, or says everything that is wrong with it. */
export function compile(_text: string, _options: CompileOptions): CompileResult {
  throw new Error('not built yet')
}
