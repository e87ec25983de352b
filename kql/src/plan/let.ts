// let: a name for a value, a relation or a function. https://learn.microsoft.com/kusto/query/let-statement
import { elements, is, isGraph, isTable, type Node } from '../kusto/syntax.ts'
import { type Binding, bindName, type Environment, type Lowering } from './context.ts'
import type { Relation } from './nodes.ts'
import { shareRelation } from './shared.ts'

export function bindLet(statement: Node<'LetStatement'>, env: Environment | undefined, ctx: Lowering): Environment {
  const name = statement.Name?.SimpleName ?? ''
  const value = statement.Expression!
  if (is(value, 'FunctionDeclaration')) {
    const body = value.Body?.Expression
    const rows = (): Relation => ctx.relation(body!, ctx.statements(elements(value.Body?.Statements), env))
    return bindName(env, name, {
      kind: 'function',
      env: env as Environment,
      declared: value.Body!,
      ...(value.ViewKeyword && body && isTable(body.ResultType) ? { view: rows } : {}),
    })
  }
  if (is(value, 'EntityGroup')) return bindName(env, name, { kind: 'entities', group: value })
  if (is(value, 'MaterializeExpression')) return bindName(env, name, materialized(name, value, env, ctx))
  if (isTable(value.ResultType) || isGraph(value.ResultType)) {
    return bindName(env, name, { kind: 'relation', relation: () => ctx.relation(value, env) })
  }
  return bindName(env, name, { kind: 'scalar', expr: ctx.expr(value, { env, columns: [] }) })
}

/** `materialize(…)`: computed once, read by every use. */
function materialized(
  name: string,
  node: Node<'MaterializeExpression'>,
  env: Environment | undefined,
  ctx: Lowering,
): Binding {
  const use = shareRelation(name, ctx.relation(node.Expression!, env), ctx)
  return { kind: 'relation', relation: () => use().relation }
}
