// What lowering carries along: new column ids, the names in scope, and the ways to lower what is nested.
import type { Diagnostic } from '../diagnostics.ts'
import type { CompileOptions } from '../index.ts'
import type { Expression, Node, Statement, SyntaxElement, SyntaxNode } from '../kusto/syntax.ts'
import type { Column, ScalarType } from '../model.ts'
import type { ColumnId, ColumnInfo, Expr, NamedColumn, Relation, SharedRelation } from './nodes.ts'

/** A name bound by `let`, a function parameter or `as`. */
export type Binding =
  | { readonly kind: 'scalar'; readonly expr: Expr }
  /** Lowers the relation anew for each use, so that no two uses share column ids. */
  | { readonly kind: 'relation'; readonly relation: () => Relation }
  /** `declared`: its body in the query. `view`: the rows of a view, which search and find range over. */
  | {
      readonly kind: 'function'
      readonly env: Environment
      readonly declared: SyntaxNode
      readonly view?: () => Relation
    }
  | { readonly kind: 'pattern'; readonly pattern: Node<'PatternDeclaration'>; readonly env: Environment | undefined }
  /** Another name of a workspace. */
  | { readonly kind: 'workspace'; readonly name: string }
  /** Workspaces for macro-expand. */
  | { readonly kind: 'entities'; readonly group: Node<'EntityGroup'> }
  /** Hides every name outside that is not allowed; those inside are free. */
  | { readonly kind: 'restriction'; readonly allowed: readonly RegExp[] }

/** Names in scope, innermost first. */
export interface Environment {
  readonly name: string
  readonly binding: Binding
  readonly outer: Environment | undefined
}

export function lookup(env: Environment | undefined, name: string): Binding | undefined {
  for (let e = env; e; e = e.outer) {
    if (e.binding.kind === 'restriction') {
      if (!e.binding.allowed.some((a) => a.test(name))) return undefined
    } else if (e.name === name) return e.binding
  }
  return undefined
}

/** Whether `restrict access` leaves a table or stored function of this name within reach. */
export function isAllowed(env: Environment | undefined, name: string): boolean {
  for (let e = env; e; e = e.outer) {
    if (e.binding.kind === 'restriction' && !e.binding.allowed.some((a) => a.test(name))) return false
  }
  return true
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
  /** Rows with names of their own: `step.column` in scan, `node.property` in graph-match. */
  readonly rows?: ReadonlyMap<string, readonly NamedColumn[]>
  /** Inside toscalar(): a random value is the same wherever this place of the query is evaluated. */
  readonly once?: boolean
  /** Columns that do not exist are null: search and find look into tables of many shapes. */
  readonly lenient?: boolean
  /** Calls that have a meaning of their own here: map() and its kin in graph patterns. */
  readonly call?: (node: Node<'FunctionCallExpression'>) => Expr | undefined
  /** Names that stand for a whole row of `rows`: a node or an edge. */
  readonly name?: (name: string) => Expr | undefined
  /** Strings stand for terms to search for, in every column. */
  readonly search?: { readonly caseSensitive: boolean }
  /** Set where aggregates are allowed: takes an aggregate call, gives back the column that will hold its value. */
  readonly aggregate?: (call: Expr) => Expr
  /** Set where window functions are allowed, likewise. */
  readonly window?: (call: Expr) => Expr
}

/** Told of each step of each pipe and the relation behind it, those that a step reads first. */
export type Trace = (node: SyntaxElement, relation: Relation, columns: readonly ColumnInfo[]) => void

export interface Lowering {
  readonly options: CompileOptions
  /** The query, whose words decide which hidden columns show. */
  readonly text: string
  readonly columns: ColumnInfo[]
  readonly shared: SharedRelation[]
  readonly tables: Set<string>
  /** The columns of CompileOptions.carry. */
  readonly carried: NamedColumn[]
  /** What a `set` statement of the query gives an option, in lower case. */
  setting(name: string): Expression | undefined
  /** What the answer has to be taken with care for. */
  readonly warnings: Diagnostic[]
  /** What was refused so far. See recover.ts. */
  readonly errors: Diagnostic[]
  readonly trace: Trace | undefined
  newColumn(name: string, type: ScalarType, nullable?: boolean): ColumnId
  expr(node: SyntaxNode, scope: Scope): Expr
  /** A tabular expression; `input` is what a leading operator reads (inside fork, partition, mv-apply). */
  relation(node: Expression, env: Environment | undefined, input?: Relation): Relation
  /** The shape of the rows that reached each plug-in whose columns the data gave, by its place. */
  readonly learned: Map<number, string>
  /** Random values that toscalar() draws once, by the expression. */
  readonly drawn: Map<string, () => Expr>
  /** Relations that `as` gave a name. */
  readonly named: Map<string, () => Relation>
  /** A tabular function over the rows that are piped into it: `T | invoke f(x)`. */
  invoke(call: Node<'FunctionCallExpression'>, env: Environment | undefined, input: Relation): Relation
  /** The statements of a block before its result, then the names in scope behind them. */
  statements(list: readonly Statement[], env: Environment | undefined): Environment | undefined
  /** The same for another text (a view's), whose words decide for themselves. */
  forText(text: string, catalog: import('../model.ts').Catalog): Lowering
  /** All rows of a table of the catalog. */
  scan(table: import('../model.ts').TableSchema, catalog: import('../model.ts').Catalog): Relation
}

/** A relation's columns as definitions of the binder: names and types without ids. */
export function schemaOf(relation: Relation): Column[] {
  return relation.columns.map((c) => ({ name: c.name, type: c.type }))
}
