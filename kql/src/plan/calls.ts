// Calls of the user's functions: parameters bound to arguments, and the body lowered in their scope.
import {
  type Expression,
  elements,
  is,
  isTable,
  type Node,
  placeAtCall,
  placeBody,
  type SyntaxNode,
  scalarType,
} from '../kusto/syntax.ts'
import { type Binding, bindName, type Environment, type Lowering, type Scope } from './context.ts'
import { convert, unsupported } from './expressions.ts'
import type { Expr, Relation } from './nodes.ts'
import { reused } from './reuse.ts'

/** Has errors in the body of a called function shown where it was declared, or at the call if that is not in the query. */
export function placeOf(body: SyntaxNode, binding: Binding | undefined, call: SyntaxNode): void {
  if (binding?.kind === 'function') placeBody(body, binding.declared)
  else placeAtCall(body, call)
}

/** Parameters of a user's function bound to the arguments of a call. */
export function bindArguments(
  node: Node<'FunctionCallExpression'>,
  definition: Environment | undefined,
  scope: Scope,
  ctx: Lowering,
  piped?: Relation,
): Environment | undefined {
  const parameters = node.ReferencedSignature?.Parameters
  const list = parameters
    ? Array.from({ length: Reflect.get(parameters, 'Count') ?? 0 }, (_, i) => parameterAt(parameters, i))
    : []
  const given: (Expression | undefined)[] = [...(piped ? [undefined] : []), ...elements(node.ArgumentList?.Expressions)]
  let env = definition
  list.forEach((parameter, i) => {
    const name = parameter.Name ?? ''
    if (i === 0 && piped) {
      env = bindName(env, name, { kind: 'relation', relation: reused(name, piped, ctx) })
      return
    }
    const named = given.find((g) => is(g, 'SimpleNamedExpression') && g.Name?.SimpleName === name)
    const value =
      named && is(named, 'SimpleNamedExpression')
        ? named.Expression!
        : is(given[i], 'SimpleNamedExpression')
          ? undefined
          : given[i]
    const source = value ?? parameter.DefaultValue
    if (!source) return
    if (isTable(source.ResultType)) {
      env = bindName(env, name, {
        kind: 'relation',
        relation: () => ctx.relation(source, value ? scope.env : definition),
      })
      return
    }
    const expr = ctx.expr(source, scope)
    const declared = scalarType(parameter.DeclaredTypes ? (parameterAt(parameter.DeclaredTypes, 0) as never) : null)
    env = bindName(env, name, { kind: 'scalar', expr: declared ? convert(expr, declared) : expr })
  })
  return env
}

function parameterAt<T>(list: { getItem?: (i: number) => T } | object, i: number): T {
  return Array.isArray(list) ? (list[i] as T) : (list as { getItem: (i: number) => T }).getItem(i)
}

export function scalarFunction(
  node: Node<'FunctionCallExpression'>,
  body: SyntaxNode,
  definition: Environment | undefined,
  scope: Scope,
  ctx: Lowering,
): Expr {
  return bodyOf(node, body, bindArguments(node, definition, scope, ctx), scope, ctx)
}

/** What a function without further parameters stands for. */
export function bodyOf(
  node: SyntaxNode,
  body: SyntaxNode,
  env: Environment | undefined,
  scope: Scope,
  ctx: Lowering,
): Expr {
  if (!is(body, 'FunctionBody')) return ctx.expr(body, { ...scope, env })
  const inner = ctx.statements(elements(body.Statements), env)
  const result = body.Expression
  if (!result) return unsupported(node, 'a function without a result')
  if (isTable(result.ResultType)) {
    const relation = ctx.relation(result, inner)
    const first = relation.columns[0]
    if (!first) return unsupported(node, 'a table without columns here')
    return { kind: 'subquery', rel: relation.rel, column: first.id, type: first.type, set: true }
  }
  return ctx.expr(result, { ...scope, env: inner })
}
