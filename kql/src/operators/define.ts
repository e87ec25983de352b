// What an operator file exports: bound syntax and the relation before it -> the relation behind it.
import { is, type Node, type NodeName, type SyntaxNode } from '../kusto/syntax.ts'
import type { Environment, Lowering, Scope } from '../plan/context.ts'
import { unsupported } from '../plan/expressions.ts'
import type { Definition, Expr, NamedColumn, Rel, Relation } from '../plan/nodes.ts'

export type Operator = (node: SyntaxNode, input: Relation, env: Environment | undefined, ctx: Lowering) => Relation

export const operator =
  <K extends NodeName>(
    name: K,
    lower: (node: Node<K>, input: Relation, env: Environment | undefined, ctx: Lowering) => Relation,
  ): Operator =>
  (node, input, env, ctx) =>
    is(node, name) ? lower(node, input, env, ctx) : unsupported(node, 'this operator')

export const scopeOf = (input: Relation, env: Environment | undefined): Scope => ({
  env,
  columns: input.columns,
  ...(input.received === undefined ? {} : { received: input.received }),
})

/** Adds definitions to a relation; none leaves it as it is. */
export function extended(rel: Rel, columns: readonly Definition[]): Rel {
  return columns.length === 0 ? rel : { kind: 'extend', input: rel, columns }
}

/** A column for an expression: the one it names, or a new one, defined in `definitions`. */
export function columnFor(name: string, expr: Expr, definitions: Definition[], ctx: Lowering): NamedColumn {
  if (expr.kind === 'col') return { name, id: expr.id, type: expr.type }
  const id = ctx.newColumn(name, expr.type)
  definitions.push({ id, expr })
  return { name, id, type: expr.type }
}

export function columnNamed(relation: Relation, name: string): NamedColumn | undefined {
  return relation.columns.find((c) => c.name === name)
}
