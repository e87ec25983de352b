// What stands where a table may: names of tables and of tabular variables, calls of functions, tables of other workspaces.
import { CompileError, codes } from '../diagnostics.ts'
import { type Expression, elements, is, type Node, type SyntaxElement, span, word } from '../kusto/syntax.ts'
import type { Catalog, TableSchema } from '../model.ts'
import { bindArguments, placeOf } from './calls.ts'
import { type Environment, isAllowed, type Lowering, lookup } from './context.ts'
import { unsupported } from './expressions.ts'
import type { Relation } from './nodes.ts'
import { patternCall } from './statements.ts'

export function tabularFunction(
  node: Node<'FunctionCallExpression'>,
  env: Environment | undefined,
  ctx: Lowering,
  catalog: Catalog,
  piped?: Relation,
): Relation {
  const name = node.Name?.SimpleName ?? ''
  const matched = patternCall(node, undefined, env, ctx)
  if (matched) return matched
  if (node.ReferencedSymbol?.Name === 'table') {
    return tableNamed(constantText(elements(node.ArgumentList?.Expressions)[0], env, ctx), node, env, ctx, catalog)
  }
  if (!lookup(env, name)) checkAllowed(name, node, env)
  const body = node.GetCalledFunctionBody()
  if (!body) return unsupported(node, `the function '${name}'`)
  const binding = lookup(env, name)
  placeOf(body, binding, node)
  const definition = binding?.kind === 'function' ? binding.env : undefined
  const inner = bindArguments(node, definition, { env, columns: [] }, ctx, piped)
  if (!is(body, 'FunctionBody')) return ctx.relation(body as Expression, inner)
  const result = body.Expression
  if (!result) return unsupported(node, 'a function without a result')
  return ctx.relation(result, ctx.statements(elements(body.Statements), inner))
}

/** The name that `table(…)` is given: a literal, or what a parameter of a function was given. */
function constantText(node: Expression | undefined, env: Environment | undefined, ctx: Lowering): string {
  if (!node || node.IsLiteral) return word(node)
  const expr = ctx.expr(node, { env, columns: [] })
  return expr.kind === 'lit' ? String(expr.value) : unsupported(node, 'a table name that is not a constant')
}

function checkAllowed(name: string, node: SyntaxElement, env: Environment | undefined): void {
  if (!isAllowed(env, name))
    throw new CompileError(codes.restricted, `'${name}' is outside what 'restrict access' allows`, span(node))
}

function tableNamed(
  name: string,
  node: SyntaxElement,
  env: Environment | undefined,
  ctx: Lowering,
  catalog: Catalog,
): Relation {
  checkAllowed(name, node, env)
  const table: TableSchema | undefined = catalog.table(name)
  if (table) return ctx.scan(table, catalog)
  const called = catalog.function(name)
  if (called) return unsupported(node, `the function '${name}' without parentheses`)
  throw new CompileError(
    codes.unknownTable,
    `The name '${name}' does not refer to any known table, tabular variable or function.`,
    span(node),
  )
}

export function named(
  node: Node<'NameReference'>,
  env: Environment | undefined,
  ctx: Lowering,
  input?: Relation,
): Relation {
  const name = node.SimpleName ?? ''
  const binding = lookup(env, name)
  if (binding?.kind === 'relation') return binding.relation()
  const known = ctx.named.get(name)
  if (known) return known()
  const body = node.GetCalledFunctionBody()
  if (binding?.kind !== 'function') checkAllowed(name, node, env)
  if (body && is(body, 'FunctionBody') && body.Expression) {
    placeOf(body, binding, node)
    const definition = binding?.kind === 'function' ? binding.env : undefined
    return ctx.relation(body.Expression, ctx.statements(elements(body.Statements), definition), input)
  }
  return tableNamed(name, node, env, ctx, ctx.options.catalog)
}

/** The workspace that `database("x")`, an alias of it, or a name of macro-expand stands for. */
export function workspaceOf(owner: Expression, env: Environment | undefined): string | undefined {
  if (is(owner, 'NameReference')) {
    const binding = lookup(env, owner.SimpleName ?? '')
    return binding?.kind === 'workspace' ? binding.name : undefined
  }
  if (!is(owner, 'FunctionCallExpression') || owner.Name?.SimpleName !== 'database') return undefined
  const written = word(elements(owner.ArgumentList?.Expressions)[0])
  const alias = lookup(env, written)
  return alias?.kind === 'workspace' ? alias.name : written
}

/** `database("x").T`, which `workspace("x").T` was turned into. */
export function qualified(node: Node<'PathExpression'>, env: Environment | undefined, ctx: Lowering): Relation {
  const owner = node.Expression!
  const selector = node.Selector!
  const matched = is(owner, 'FunctionCallExpression')
    ? patternCall(owner, is(selector, 'BracketedExpression') ? selector.Expression! : selector, env, ctx)
    : undefined
  if (matched) return matched
  const workspace = workspaceOf(owner, env) ?? unsupported(owner, 'this qualification of a table')
  const catalog = ctx.options.catalog.workspace(workspace)
  if (!catalog) throw new CompileError(codes.unknownWorkspace, `workspace '${workspace}' is not known`, span(owner))
  if (is(selector, 'NameReference')) return tableNamed(selector.SimpleName ?? '', selector, env, ctx, catalog)
  if (is(selector, 'FunctionCallExpression')) return tabularFunction(selector, env, ctx, catalog)
  return unsupported(selector, 'this table reference')
}
