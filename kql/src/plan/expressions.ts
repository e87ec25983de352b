// Bound scalar expressions -> plan expressions.
import { CompileError, codes } from '../diagnostics.ts'
import { aggregates, functions } from '../functions/index.ts'
import { unsupportedFunctions } from '../functions/unsupported.ts'
import {
  className,
  type Expression,
  elements,
  is,
  isTable,
  type Node,
  nodeName,
  type SyntaxElement,
  type SyntaxNode,
  scalarType,
  span,
  text,
} from '../kusto/syntax.ts'
import { aggregateNames } from '../kusto/tables.ts'
import type { ScalarType } from '../model.ts'
import { readIn } from '../rewrite/columns.ts'
import { bodyOf, placeOf, scalarFunction } from './calls.ts'
import { anyOf, between, binary, membership } from './comparisons.ts'
import { type Lowering, lookup, type Scope } from './context.ts'
import { dynamicText } from './dynamic.ts'
import { lit, nullOf, parseLiteral, stringLit } from './literals.ts'
import type { Expr, NamedColumn, Rel } from './nodes.ts'
import { drawnOnce, randomCall } from './random.ts'
import { searchAnywhere } from './star.ts'
import { staticCalls } from './static-calls.ts'
import { firstItem, itemAt } from './tuples.ts'

export const typeOf = (node: Expression): ScalarType => scalarType(node.ResultType) ?? 'dynamic'

/** Refuses what the compiler does not know, at its place. */
export function unsupported(node: SyntaxElement, what: string, hint?: string): never {
  throw new CompileError(codes.unsupportedSyntax, `${what} is not supported`, span(node), hint)
}

function column(name: string, columns: readonly NamedColumn[]): Expr | undefined {
  const found = columns.find((c) => c.name === name)
  return found && { kind: 'col', id: found.id, type: found.type }
}

function reference(node: Node<'NameReference'>, scope: Scope, ctx: Lowering): Expr {
  const name = node.SimpleName ?? ''
  const own = scope.name?.(name)
  if (own) return own
  const symbol = node.ReferencedSymbol
  if (symbol && className(symbol) === 'ColumnSymbol') {
    const found = column(name, scope.columns) ?? column(name, scope.right ?? [])
    if (found) return found
    if (scope.lenient) return nullOf(scalarType(node.ResultType) ?? 'string')
  }
  const binding = lookup(scope.env, name)
  if (binding?.kind === 'scalar') return binding.expr
  if (binding?.kind === 'relation') return firstCell(node, scope, ctx)
  const body = binding?.kind === 'function' ? node.GetCalledFunctionBody() : undefined
  if (body) {
    placeOf(body, binding, node)
    return bodyOf(node, body, binding?.kind === 'function' ? binding.env : undefined, scope, ctx)
  }
  const found = column(name, scope.columns)
  if (found) return found
  return unsupported(node, `the name '${name}' here`)
}

/** A tabular expression where a scalar is wanted: its first cell. */
export function firstCell(node: Expression, scope: Scope, ctx: Lowering, set = false): Expr {
  const relation = ctx.relation(node, scope.env)
  const first = relation.columns[0]
  if (!first) return unsupported(node, 'a table without columns here')
  standsAlone(relation.rel, node, scope)
  return { kind: 'subquery', rel: relation.rel, column: first.id, type: first.type, set }
}

/** Kusto computes such a table once: https://learn.microsoft.com/kusto/query/toscalar-function#limitations */
function standsAlone(rel: Rel, node: Expression, scope: Scope): void {
  const read = readIn(rel)
  if ([...scope.columns, ...(scope.right ?? [])].some((c) => read.has(c.id)))
    unsupported(node, 'a table for each row', 'a table inside an expression is computed once for all rows; use join')
}

/** Converts where KQL does so by itself: a dynamic operand beside a typed one takes the other's type. */
export function convert(expr: Expr, to: ScalarType): Expr {
  if (expr.type === to) return expr
  if (expr.kind === 'lit' && expr.value === null) return nullOf(to)
  const numeric = expr.kind === 'lit' && (typeof expr.value === 'bigint' || typeof expr.value === 'number')
  if (numeric && to === 'real') return lit('real', Number(expr.value))
  if (numeric && typeof expr.value === 'bigint' && (to === 'long' || to === 'int')) return lit(to, expr.value)
  return { kind: 'call', fn: `to${to}`, args: [expr], type: to }
}

/** `a.b["c"][0]`: one call of `path` with all its keys. */
function path(base: Expr, key: Expr): Expr {
  const document: Expr =
    base.type === 'dynamic' ? base : { kind: 'call', fn: 'parse_json', args: [base], type: 'dynamic' }
  if (document.kind === 'call' && document.fn === 'path') {
    return { ...document, args: [...document.args, key] }
  }
  return { kind: 'call', fn: 'path', args: [document, key], type: 'dynamic' }
}

function member(node: Node<'PathExpression'>, scope: Scope, ctx: Lowering): Expr {
  const owner = node.Expression!
  const selector = node.Selector!
  const side = text(owner)
  if (side === '$left' || side === '$right') {
    const name = is(selector, 'NameReference') ? (selector.SimpleName ?? '') : ''
    const found = column(name, side === '$left' ? scope.columns : (scope.right ?? []))
    return found ?? unsupported(node, `the name '${text(node)}' here`)
  }
  const row = is(owner, 'NameReference') ? scope.rows?.get(owner.SimpleName ?? '') : undefined
  const key = is(selector, 'NameReference') ? (selector.SimpleName ?? '') : undefined
  if (row && key !== undefined) return column(key, row) ?? unsupported(node, `the name '${text(node)}' here`)
  if (key === '$current_database') {
    const workspace = lookup(scope.env, text(owner))
    if (workspace?.kind === 'workspace') return stringLit(workspace.name)
  }
  if (key !== undefined) return path(ctx.expr(owner, scope), stringLit(key))
  if (is(selector, 'BracketedExpression')) return path(ctx.expr(owner, scope), ctx.expr(selector.Expression!, scope))
  return unsupported(selector, 'this member access')
}

function element(node: Node<'ElementExpression'>, scope: Scope, ctx: Lowering): Expr {
  const selector = node.Selector
  const key = is(selector, 'BracketedExpression') ? ctx.expr(selector.Expression!, scope) : undefined
  if (!key) return unsupported(node, 'this element access')
  const base = ctx.expr(node.Expression!, scope)
  return itemAt(node.Expression!, base, key) ?? path(base, key)
}

/** Arguments by position, those given by name in their parameter's place. */
function argumentsOf(node: Node<'FunctionCallExpression'>): Expression[] {
  return elements(node.ArgumentList?.Expressions)
}

function call(node: Node<'FunctionCallExpression'>, scope: Scope, ctx: Lowering): Expr {
  const own = scope.call?.(node)
  if (own) return own
  const name = node.ReferencedSymbol?.Name ?? node.Name?.SimpleName ?? ''
  const binding = lookup(scope.env, node.Name?.SimpleName ?? name)
  const body = node.GetCalledFunctionBody()
  if (body && (binding?.kind === 'function' || is(body, 'FunctionBody'))) {
    placeOf(body, binding, node)
    return scalarFunction(node, body, binding?.kind === 'function' ? binding.env : undefined, scope, ctx)
  }
  const special = specialForms[name]
  if (special) return special(node, scope, ctx)
  // Names that are both (tdigest_merge) mean the scalar function inside an aggregate.
  const { aggregate, ...ofRows } = scope
  const inner = aggregate && isAggregate(node) ? ofRows : scope
  const args = argumentsOf(node).map((a) => argument(a, inner, ctx))
  const plain: Expr = { kind: 'call', ...meaningOf(name, args), type: typeOf(node), at: span(node) }
  const made = isAggregate(node) && aggregate ? plain : firstItem(plain, node.ResultType)
  const known = isAggregate(node) && aggregate ? aggregates : functions
  if (!Object.hasOwn(known, name) && !windowFunctions.has(name)) {
    const reason = unsupportedFunctions[name]
    throw new CompileError(codes.unsupportedFunction, `the function '${name}' is not supported`, span(node), reason)
  }
  if (aggregate && isAggregate(node)) return aggregate(made)
  if (scope.window && windowFunctions.has(name)) return scope.window(made)
  if (windowFunctions.has(name)) {
    throw new CompileError(codes.unsupportedFunction, `'${name}' needs a serialized input here`, span(node))
  }
  return made
}

/** Microsoft's symbol table has an overload `count(predicate)`; of anything else count(x) counts the rows, those of nulls too. */
function meaningOf(name: string, args: readonly Expr[]): { readonly fn: string; readonly args: readonly Expr[] } {
  if (name !== 'count' || args.length === 0) return { fn: name, args }
  return args[0]?.type === 'bool' ? { fn: 'countif', args } : { fn: 'count', args: [] }
}

function argument(node: Expression, scope: Scope, ctx: Lowering): Expr {
  if (is(node, 'SimpleNamedExpression')) return argument(node.Expression!, scope, ctx)
  if (is(node, 'StarExpression')) return lit('string', '*')
  if (isTable(node.ResultType) && !is(node, 'ToScalarExpression')) return firstCell(node, scope, ctx, true)
  if (is(node, 'TypeOfLiteralExpression')) return stringLit(text(node).replace(/^typeof\s*\(\s*|\s*\)$/g, ''))
  const { aggregate, ...inner } = scope
  return ctx.expr(node, aggregate && !containsAggregate(node) ? inner : scope)
}

export const windowFunctions: ReadonlySet<string> = new Set([
  'row_number',
  'prev',
  'next',
  'row_cumsum',
  'row_rank',
  'row_rank_dense',
  'row_rank_min',
  'row_window_session',
])

function isAggregate(node: Node<'FunctionCallExpression'>): boolean {
  const symbol = node.ReferencedSymbol
  return symbol != null && aggregateNames.has(symbol.Name ?? '')
}

export function containsAggregate(node: SyntaxElement): boolean {
  if (is(node, 'FunctionCallExpression') && isAggregate(node)) return true
  for (let i = 0; i < node.ChildCount; i++) {
    const child = node.GetChild(i)
    if (child && child.ChildCount > 0 && containsAggregate(child)) return true
  }
  return false
}

type Special = (node: Node<'FunctionCallExpression'>, scope: Scope, ctx: Lowering) => Expr

function columnIfExists(node: Node<'FunctionCallExpression'>, scope: Scope, ctx: Lowering): Expr {
  const [name, fallback] = argumentsOf(node)
  const constant = name ? ctx.expr(name, { env: scope.env, columns: [] }) : undefined
  if (constant?.kind !== 'lit') return unsupported(node, 'a column name that is not a constant')
  const wanted = String(constant.value)
  return column(wanted, scope.columns) ?? (fallback ? ctx.expr(fallback, scope) : unsupported(node, 'this call'))
}

function timeNow(node: Node<'FunctionCallExpression'>, scope: Scope, ctx: Lowering): Expr {
  const [offset] = argumentsOf(node)
  const now = lit('datetime', ctx.options.now)
  return offset ? { kind: 'call', fn: 'Add', args: [now, ctx.expr(offset, scope)], type: 'datetime' } : now
}

/** Calls whose meaning is settled while lowering. */
const specialForms: Readonly<Record<string, Special>> = {
  now: timeNow,
  ago: (node, scope, ctx) => ({
    kind: 'call',
    fn: 'Subtract',
    args: [lit('datetime', ctx.options.now), ctx.expr(argumentsOf(node)[0]!, scope)],
    type: 'datetime',
  }),
  rand: randomCall,
  new_guid: randomCall,
  column_ifexists: columnIfExists,
  columnifexists: columnIfExists,
  ingestion_time: (_node, scope) =>
    scope.received === undefined ? nullOf('datetime') : { kind: 'col', id: scope.received, type: 'datetime' },
  ...staticCalls,
}

/** Names of the calls that lowering settles itself. */
export const settledCalls: ReadonlySet<string> = new Set(Object.keys(specialForms))

/** Lowers one scalar expression. */
export function lowerExpr(node: SyntaxNode, scope: Scope, ctx: Lowering): Expr {
  if (is(node, 'DynamicExpression')) return lit('dynamic', dynamicText(node))
  if (is(node, 'LiteralExpression')) {
    const type = typeOf(node)
    if (scope.search && type === 'bool' && typeof node.LiteralValue === 'string') {
      const { caseSensitive } = scope.search
      const term = node.LiteralValue
      return term === '*' ? lit('bool', true) : searchAnywhere(scope.columns, term, caseSensitive)
    }
    return type === 'string' ? stringLit(String(node.LiteralValue ?? '')) : lit(type, parseLiteral(type, text(node)))
  }
  if (is(node, 'CompoundStringLiteralExpression')) return stringLit(String(node.LiteralValue ?? ''))
  if (is(node, 'NameReference')) return reference(node, scope, ctx)
  if (is(node, 'ParenthesizedExpression')) return ctx.expr(node.Expression!, scope)
  if (is(node, 'SimpleNamedExpression') || is(node, 'CompoundNamedExpression')) return ctx.expr(node.Expression!, scope)
  if (is(node, 'BinaryExpression')) return binary(node, scope, ctx)
  if (is(node, 'InExpression')) return membership(node, scope, ctx)
  if (is(node, 'HasAnyExpression') || is(node, 'HasAllExpression')) return anyOf(node, scope, ctx)
  if (is(node, 'BetweenExpression')) return between(node, scope, ctx)
  if (is(node, 'FunctionCallExpression')) return call(node, scope, ctx)
  if (is(node, 'PathExpression')) return member(node, scope, ctx)
  if (is(node, 'ElementExpression')) return element(node, scope, ctx)
  if (is(node, 'BracketedExpression')) return ctx.expr(node.Expression!, scope)
  if (is(node, 'ToScalarExpression')) {
    const inner = node.Expression!
    if (isTable(inner.ResultType)) return firstCell(inner, scope, ctx)
    return drawnOnce(ctx.expr(inner, { ...scope, once: true }), ctx)
  }
  if (is(node, 'PrefixUnaryExpression')) {
    const operand = ctx.expr(node.Expression!, scope)
    if (text(node.Operator!) === '+') return operand
    return operand.kind === 'lit' && typeof operand.value === 'bigint'
      ? { ...operand, value: -operand.value }
      : { kind: 'call', fn: 'UnaryMinus', args: [operand], type: typeOf(node) }
  }
  if (is(node, 'StarExpression') && scope.search) return lit('bool', true)
  if (is(node, 'TypeOfLiteralExpression')) return stringLit(text(node))
  return unsupported(node, `this expression (${nodeName(node)})`)
}
