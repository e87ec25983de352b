// What lowering carries along: new column ids, the names in scope, and the ways to lower what is nested.
import type { CompileOptions } from '../index.ts'
import type { Column, ScalarType } from '../model.ts'
import type { Expression, SyntaxNode, Statement } from '../kusto/syntax.ts'
import type { ColumnId, ColumnInfo, Expr, NamedColumn, Relation, SharedRelation } from './nodes.ts'

/** A name bound by `let`, a function parameter or `as`. */
export type Binding =
  | { readonly kind: 'scalar'; readonly expr: Expr }
  /** Lowers the relation anew for each use, so that no two uses share column ids. */
  | { readonly kind: 'relation'; readonly relation: () => Relation }
  | { readonly kind: 'function'; readonly env: Environment }

/** Names in scope, innermost first. */
export interface Environment {
  readonly name: string
  readonly binding: Binding
  readonly outer: Environment | undefined
}

export function lookup(env: Environment | undefined, name: string): Binding | undefined {
  for (let e = env; e; e = e.outer) if (e.name === name) return e.binding
  return undefined
}

export function bindName(env: Environment | undefined, name: string, binding: Binding): Environment {
  return { name, binding, outer: env }
}

/** What an expression can see: the row's columns (for joins both rows') and the names around it. */
export interface Scope {
  readonly env: Environment | undefined
  readonly columns: readonly NamedColumn[]
  /** See Relation.received. */
  readonly received?: ColumnId
  /** The right side of a join condition (`$right`). */
  readonly right?: readonly NamedColumn[]
  /** Set where aggregates are allowed: takes an aggregate call, gives back the column that will hold its value. */
  readonly aggregate?: (call: Expr) => Expr
  /** Set where window functions are allowed, likewise. */
  readonly window?: (call: Expr) => Expr
}

export interface Lowering {
  readonly options: CompileOptions
  /** The query, whose words decide which hidden columns show. */
  readonly text: string
  readonly columns: ColumnInfo[]
  readonly shared: SharedRelation[]
  readonly tables: Set<string>
  newColumn(name: string, type: ScalarType, nullable?: boolean): ColumnId
  expr(node: SyntaxNode, scope: Scope): Expr
  /** A tabular expression; `input` is what a leading operator reads (inside fork, partition, mv-apply). */
  relation(node: Expression, env: Environment | undefined, input?: Relation): Relation
  /** The statements of a block before its result, then the names in scope behind them. */
  statements(list: readonly Statement[], env: Environment | undefined): Environment | undefined
  /** All rows of a table of the catalog. */
  scan(table: import('../model.ts').TableSchema, catalog: import('../model.ts').Catalog): Relation
}

/** A relation's columns as definitions of the binder: names and types without ids. */
export function schemaOf(relation: Relation): Column[] {
  return relation.columns.map((c) => ({ name: c.name, type: c.type }))
}
