// Operators between two values, and conditions over lists of them; operands are brought to types that can be compared.
import { elements, is, isTable, type Node, nodeName, scalarType, text } from '../kusto/syntax.ts'
import type { ScalarType } from '../model.ts'
import type { Lowering, Scope } from './context.ts'
import { convert, firstCell, typeOf } from './expressions.ts'
import { lit, parseLiteral } from './literals.ts'
import type { Expr } from './nodes.ts'
import { anyColumn, searchTerm } from './star.ts'

const stringOperators =
  /^(Not)?(Has|Contains|StartsWith|EndsWith|Like|MatchRegex|EqualTilde|BangTilde)|Tilde$|^MatchRegex$|^Search$/

export function binary(node: Node<'BinaryExpression'>, scope: Scope, ctx: Lowering): Expr {
  const fn = node.ReferencedSymbol?.Name ?? nodeName(node)
  const right = ctx.expr(node.Right!, scope)
  const type = typeOf(node)
  if (is(node.Left, 'StarExpression')) {
    return anyColumn(scope.columns, right.type, (c) => compared(fn, c, right, type), /^Not|^BangTilde/.test(fn))
  }
  if (fn === 'Search')
    return searchTerm(
      ctx.expr(node.Left!, scope),
      String(node.Right?.LiteralValue ?? ''),
      scope.search?.caseSensitive ?? false,
    )
  return compared(fn, ctx.expr(node.Left!, scope), right, type)
}

/** A binary operator over operands brought to types that it takes. */
function compared(fn: string, leftOperand: Expr, rightOperand: Expr, type: ScalarType): Expr {
  let [left, right] = [leftOperand, rightOperand]
  if (stringOperators.test(fn)) {
    return { kind: 'call', fn, args: [convert(left, 'string'), convert(right, 'string')], type }
  }
  if (fn !== 'And' && fn !== 'Or' && left.type !== right.type) {
    if (left.type === 'dynamic') left = convert(left, partnerOf(right.type))
    else if (right.type === 'dynamic') right = convert(right, partnerOf(left.type))
    else if (left.type === 'string' || right.type === 'string') [left, right] = textWith(left, right)
  }
  return { kind: 'call', fn, args: [left, right], type }
}

/** What a dynamic becomes beside a value of this type: numbers compare as reals unless both are whole. */
const partnerOf = (type: ScalarType): ScalarType => (type === 'int' ? 'long' : type)

/** A string beside another type: a literal takes the other's type, anything else is compared as text. */
function textWith(left: Expr, right: Expr): [Expr, Expr] {
  const typed = (literal: Expr, other: Expr): Expr | undefined =>
    literal.kind === 'lit' && literal.type === 'string' && other.type !== 'dynamic'
      ? lit(other.type, parseLiteral(other.type, String(literal.value)))
      : undefined
  const l = typed(left, right)
  if (l) return [l, right]
  const r = typed(right, left)
  if (r) return [left, r]
  return [convert(left, 'string'), convert(right, 'string')]
}

export function membership(node: Node<'InExpression'>, scope: Scope, ctx: Lowering): Expr {
  if (is(node.Left, 'StarExpression')) {
    const type = elements(node.Right?.Expressions).map((e) => scalarType(e.ResultType))[0] ?? 'string'
    const negated = (node.ReferencedSymbol?.Name ?? '').startsWith('Not')
    return anyColumn(scope.columns, type, (c) => memberOf(node, c, scope, ctx), negated)
  }
  return memberOf(node, ctx.expr(node.Left!, scope), scope, ctx)
}

function memberOf(node: Node<'InExpression'>, value: Expr, scope: Scope, ctx: Lowering): Expr {
  const fn = node.ReferencedSymbol?.Name ?? 'In'
  let left = value
  const list = elements(node.Right?.Expressions)
  const caseless = text(node.Operator!).endsWith('~')
  const operator = caseless ? (fn.startsWith('Not') ? 'NotIn' : 'In') : fn.startsWith('Not') ? 'NotInCs' : 'InCs'
  const options = list.map((e) => (isTable(e.ResultType) ? firstCell(e, scope, ctx, true) : ctx.expr(e, scope)))
  const wanted = options.find((o) => o.type !== 'dynamic')?.type
  if (left.type === 'dynamic') left = convert(left, wanted ? partnerOf(wanted) : 'string')
  const args = options.map((o) => (o.type === 'dynamic' || o.kind === 'subquery' ? o : convert(o, left.type)))
  return { kind: 'call', fn: operator, args: [left, ...args], type: 'bool' }
}

export function anyOf(node: Node<'HasAnyExpression'> | Node<'HasAllExpression'>, scope: Scope, ctx: Lowering): Expr {
  if (is(node.Left, 'StarExpression')) return anyColumn(scope.columns, 'string', (c) => holdsAny(node, c, scope, ctx))
  return holdsAny(node, ctx.expr(node.Left!, scope), scope, ctx)
}

function holdsAny(
  node: Node<'HasAnyExpression'> | Node<'HasAllExpression'>,
  value: Expr,
  scope: Scope,
  ctx: Lowering,
): Expr {
  const left = convert(value, 'string')
  const options = elements(node.Right?.Expressions).map((e) =>
    isTable(e.ResultType) ? firstCell(e, scope, ctx, true) : ctx.expr(e, scope),
  )
  return { kind: 'call', fn: node.ReferencedSymbol?.Name ?? 'HasAny', args: [left, ...options], type: 'bool' }
}

export function between(node: Node<'BetweenExpression'>, scope: Scope, ctx: Lowering): Expr {
  const left = ctx.expr(node.Left!, scope)
  const first = ctx.expr(node.Right!.First!, scope)
  let second = ctx.expr(node.Right!.Second!, scope)
  if (first.type === 'datetime' && second.type === 'timespan') {
    second = { kind: 'call', fn: 'Add', args: [first, second], type: 'datetime' }
  }
  const value = left.type === 'dynamic' ? convert(left, partnerOf(first.type)) : left
  const inside: Expr = {
    kind: 'call',
    fn: 'And',
    type: 'bool',
    args: [
      { kind: 'call', fn: 'GreaterThanOrEqual', args: [value, first], type: 'bool' },
      { kind: 'call', fn: 'LessThanOrEqual', args: [value, second], type: 'bool' },
    ],
  }
  const negated = nodeName(node) === 'BetweenExpression' && text(node.Operator!).startsWith('!')
  return negated ? { kind: 'call', fn: 'not', args: [inside], type: 'bool' } : inside
}
