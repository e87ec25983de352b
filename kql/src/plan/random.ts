// Random values: drawn anew for each row and call, inside toscalar() once.
// https://learn.microsoft.com/kusto/query/named-expressions
import { elements, type Node, scalarType, span } from '../kusto/syntax.ts'
import type { Lowering, Scope } from './context.ts'
import { lit } from './literals.ts'
import type { Expr, NamedColumn, Rel } from './nodes.ts'
import { isRandom } from './reuse.ts'
import { shareRelation } from './shared.ts'
import { columnsIn } from './walk.ts'

/** Calls that differ from each other though they look alike: a number tells them apart, that of their place inside toscalar(). */
export const randomCall = (node: Node<'FunctionCallExpression'>, scope: Scope, ctx: Lowering): Expr => ({
  kind: 'call',
  fn: node.ReferencedSymbol?.Name ?? '',
  args: [
    ...elements(node.ArgumentList?.Expressions).map((a) => ctx.expr(a, scope)),
    lit('long', BigInt(scope.once ? span(node).start : ctx.newColumn('random', 'long', false))),
  ],
  type: scalarType(node.ResultType) ?? 'dynamic',
})

/** toscalar() of a random value: one value for all rows and all uses. */
export function drawnOnce(expr: Expr, ctx: Lowering): Expr {
  if (!isRandom(expr) || columnsIn(expr).size > 0) return expr
  const key = JSON.stringify(expr, (_k, v) => (typeof v === 'bigint' ? `${v}n` : v))
  const known = ctx.drawn.get(key)
  if (known) return known()
  const column: NamedColumn = { name: 'drawn', id: ctx.newColumn('drawn', expr.type), type: expr.type }
  const one: Rel = { kind: 'values', columns: [], rows: [[]], ordinal: ctx.newColumn('ordinal', 'long', false) }
  const rel: Rel = { kind: 'extend', input: one, columns: [{ id: column.id, expr }] }
  const use = shareRelation('toscalar', { rel, columns: [column] }, ctx)
  const value = (): Expr => {
    const { relation } = use()
    return { kind: 'subquery', rel: relation.rel, column: relation.columns[0]!.id, type: expr.type, set: false }
  }
  ctx.drawn.set(key, value)
  return value()
}
