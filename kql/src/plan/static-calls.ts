// Calls that are about the query's names rather than about values: they are settled while lowering.
import { columnsOf, type Expression, elements, is, type Node, text } from '../kusto/syntax.ts'
import type { Lowering, Scope } from './context.ts'
import { lit, stringLit } from './literals.ts'
import type { Expr } from './nodes.ts'

export type StaticCall = (node: Node<'FunctionCallExpression'>, scope: Scope, ctx: Lowering) => Expr

const argumentsOf = (node: Node<'FunctionCallExpression'>): Expression[] => elements(node.ArgumentList?.Expressions)

/** bag_pack_columns(a, b): each column under its own name. */
const packColumns: StaticCall = (node, scope, ctx) => ({
  kind: 'call',
  fn: 'bag_pack',
  args: argumentsOf(node).flatMap((a): Expr[] => {
    const name = is(a, 'SimpleNamedExpression') ? a.Name?.SimpleName : is(a, 'NameReference') ? a.SimpleName : undefined
    return [stringLit(name ?? ''), ctx.expr(a, scope)]
  }),
  type: 'dynamic',
})

/** pack_all(true) leaves out what is null or empty. */
const packAll: StaticCall = (node, scope) => {
  const args = scope.columns.flatMap((c): Expr[] => [stringLit(c.name), { kind: 'col', id: c.id, type: c.type }])
  const [ignore] = argumentsOf(node)
  return { kind: 'call', fn: ignore && text(ignore) === 'true' ? 'bag_pack_filled' : 'bag_pack', args, type: 'dynamic' }
}

export const staticCalls: Readonly<Record<string, StaticCall>> = {
  bag_pack_columns: packColumns,
  pack_all: packAll,
  column_names_of: (node) =>
    lit('dynamic', JSON.stringify(columnsOf(argumentsOf(node)[0]?.ResultType).map((c) => c.name))),
  iscolumnexists: (node, scope) =>
    lit(
      'bool',
      scope.columns.some((c) => c.name === argumentsOf(node)[0]?.LiteralValue),
    ),
}
