// What the compiler returns: work for the engine, in order, and the shape of the answer.
import type { Diagnostic } from './diagnostics.ts'
import type { Column, Row } from './model.ts'
import type { Fact } from './plan/facts.ts'

/** A step that must run before the final SELECT; each fills one scratch table that later SQL reads by name. */
export type Stage = SqlStage | LocalStage

/** `create` makes the scratch table, `insert` fills it (INSERT … SELECT). */
export interface SqlStage {
  readonly kind: 'sql'
  readonly table: string
  readonly create: string
  readonly insert: string
}

/**
 * Rows of `input` go through `run` (at most `maxRows`, more is an error) and into the scratch table, whose columns are `c0`, `c1`, …
 * in the order of `columns`, and `ordinal`, the place of the row.
 */
export interface LocalStage {
  readonly kind: 'local'
  readonly operator: string
  readonly table: string
  readonly create: string
  readonly input: string
  readonly inputColumns: readonly Column[]
  /** Addresses of files: their texts are the rows, a row of one cell each, in the place of `input`. */
  readonly files?: readonly string[]
  readonly columns: readonly Column[]
  readonly maxRows: number
  readonly run: (rows: readonly Row[]) => readonly Row[]
}

/** The `render` operator's wishes; names as in the operator's documentation, lower case. */
export interface Render {
  readonly visualization: string
  readonly properties: Readonly<Record<string, string | boolean | number>>
}

/** One result table. Most queries have one; `fork` and several statements make more. */
export interface CompiledResult {
  readonly name: string
  readonly sql: string
  readonly columns: readonly Column[]
  /** Whether the rows come in an order that the query asked for. */
  readonly sorted: boolean
  readonly render?: Render
}

export interface Compiled {
  readonly stages: readonly Stage[]
  readonly results: readonly CompiledResult[]
  /** Tables read, for audit and statistics. */
  readonly tables: readonly string[]
  /** Where rows of stored tables are read. */
  readonly reads: readonly { readonly database: string; readonly table: string }[]
  /** Values of `set` statements at the head of the query, names in lower case. */
  readonly options: Readonly<Record<string, string | number | boolean>>
  readonly warnings: readonly Diagnostic[]
}

/**
 * A query that must run before the one asked for can be compiled: what a plug-in makes of the data decides its columns. `read`
 * turns its rows into a fact for the options of the next try.
 */
export interface FactQuery {
  readonly compiled: Compiled
  readonly read: (rows: readonly Row[]) => Fact
}

export type CompileResult =
  | { readonly ok: true; readonly compiled: Compiled }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly needs?: FactQuery }
