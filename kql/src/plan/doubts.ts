// Warnings: conditions that the language allows and that cannot do what they seem to. Only what is certain: a warning that is wrong
// costs more than one that is missing.
import { codes, type Diagnostic } from '../diagnostics.ts'
import type { CompileOptions } from '../index.ts'
import {
  className,
  type Expression,
  elements,
  is,
  type Node,
  nodeName,
  type SyntaxNode,
  scalarType,
  span,
  text,
} from '../kusto/syntax.ts'
import type { Catalog } from '../model.ts'
import { parseLiteral } from './literals.ts'
import type { Value } from './nodes.ts'

interface Doubt {
  readonly code: string
  readonly at: SyntaxNode
  readonly message: string
  readonly hint: string
}

interface Surroundings {
  readonly options: CompileOptions
  readonly catalog: Catalog
}
type Check = (node: SyntaxNode, around: Surroundings) => Doubt | undefined

const never = (at: SyntaxNode, why: string, hint: string): Doubt => ({
  code: codes.neverTrue,
  at,
  message: `this is never true: ${why}`,
  hint,
})
const always = (at: SyntaxNode, why: string, hint: string): Doubt => ({
  code: codes.alwaysTrue,
  at,
  message: `this is always true: ${why}`,
  hint,
})

const isCall = (node: SyntaxNode | null | undefined, name: string): node is Node<'FunctionCallExpression'> =>
  is(node, 'FunctionCallExpression') && node.Name?.SimpleName === name
const argument = (node: Node<'FunctionCallExpression'>): Expression | undefined =>
  elements<Expression>(node.ArgumentList?.Expressions)[0]

function stringOf(node: SyntaxNode | null | undefined): string | undefined {
  if (!is(node, 'LiteralExpression') && !is(node, 'CompoundStringLiteralExpression')) return undefined
  return scalarType(node.ResultType) === 'string' ? String(node.LiteralValue ?? '') : undefined
}

/** `tolower(x) == "ABC"`. */
const caseCheck: Check = (node) => {
  if (nodeName(node) !== 'BinaryExpression') return undefined
  const { Left: left, Right: right, Operator: operator } = node as Node<'BinaryExpression'>
  const sign = operator ? text(operator) : ''
  if (!left || !right || (sign !== '==' && sign !== '!=')) return undefined
  for (const [call, literal] of [
    [left, right],
    [right, left],
  ] as const) {
    const value = stringOf(literal)
    const lower = isCall(call, 'tolower')
    if (value === undefined || (!lower && !isCall(call, 'toupper'))) continue
    const cased = lower ? value.toLowerCase() : value.toUpperCase()
    if (cased === value) continue
    const why = `${lower ? 'tolower' : 'toupper'} gives no ${lower ? 'capital' : 'small'} letters`
    const hint = `compare without regard to case: ${sign === '==' ? '=~' : '!~'}`
    return sign === '==' ? never(node, why, hint) : always(node, why, hint)
  }
  return undefined
}

/** `x == long(null)`. Texts and dynamic values have nulls of their own kind. https://learn.microsoft.com/kusto/query/scalar-data-types/null-values */
const nullCheck: Check = (node) => {
  if (nodeName(node) !== 'BinaryExpression') return undefined
  const { Left: left, Right: right, Operator: operator } = node as Node<'BinaryExpression'>
  if (!left || !right || !operator || text(operator) !== '==') return undefined
  const other = isNull(right) ? left : isNull(left) ? right : undefined
  return other && never(node, 'nothing is equal to null', `write isnull(${text(other)})`)
}

function isNull(node: Expression): boolean {
  const type = scalarType(node.ResultType)
  if (!is(node, 'LiteralExpression') || type === undefined || type === 'string' || type === 'dynamic') return false
  return /\(\s*null\s*\)$/i.test(text(node))
}

/** `isnull(text)`. https://learn.microsoft.com/kusto/query/isnull-function */
const emptyCheck: Check = (node) => {
  const isNegated = isCall(node, 'isnotnull') || isCall(node, 'notnull')
  if (!isNegated && !isCall(node, 'isnull')) return undefined
  const value = argument(node as Node<'FunctionCallExpression'>)
  if (!value || scalarType(value.ResultType) !== 'string') return undefined
  const why = 'a string may be empty, and is never null'
  return isNegated
    ? always(node, why, `write isnotempty(${text(value)})`)
    : never(node, why, `write isempty(${text(value)})`)
}

/** A literal, or `ago(1d)`, `now()` and `now(1d)`, which count from the same moment. */
function constantOf(node: Expression, around: Surroundings): Value | undefined {
  if (is(node, 'LiteralExpression')) {
    const type = scalarType(node.ResultType)
    return type === undefined ? undefined : parseLiteral(type, text(node))
  }
  const isAgo = isCall(node, 'ago')
  if (!isAgo && !isCall(node, 'now')) return undefined
  const { now } = around.options
  const given = argument(node as Node<'FunctionCallExpression'>)
  if (!given) return isAgo ? undefined : now
  const offset = is(given, 'LiteralExpression') ? constantOf(given, around) : undefined
  if (typeof offset !== 'bigint') return undefined
  return isAgo ? now - offset : now + offset
}

/** `between (5 .. 1)`. */
const betweenCheck: Check = (node, around) => {
  if (!is(node, 'BetweenExpression')) return undefined
  const { First: first, Second: second } = node.Right ?? {}
  if (!first || !second || scalarType(first.ResultType) !== scalarType(second.ResultType)) return undefined
  const [from, to] = [constantOf(first, around), constantOf(second, around)]
  const isOrdered = (v: Value | undefined): v is number | bigint => typeof v === 'number' || typeof v === 'bigint'
  if (!isOrdered(from) || !isOrdered(to) || from <= to) return undefined
  const [why, hint] = ['the first bound is greater than the second', `write (${text(second)} .. ${text(first)})`]
  return node.Operator && text(node.Operator).startsWith('!') ? always(node, why, hint) : never(node, why, hint)
}

/** `a != "x" or a != "y"`, `a == "x" and a == "y"`. */
const bothCheck: Check = (node) => {
  if (nodeName(node) !== 'BinaryExpression') return undefined
  const { Left: left, Right: right, Operator: operator } = node as Node<'BinaryExpression'>
  const word = operator ? text(operator) : ''
  if (word !== 'and' && word !== 'or') return undefined
  const sign = word === 'or' ? '!=' : '=='
  const [a, b] = [comparisonOf(left, sign), comparisonOf(right, sign)]
  if (!a || !b || a.column !== b.column || a.type !== b.type || a.value === b.value) return undefined
  return word === 'or'
    ? always(node, `'${a.column}' differs from one of the two at least`, `write ${a.column} !in (…), or 'and'`)
    : never(node, `'${a.column}' is equal to one of the two at most`, `write ${a.column} in (…), or 'or'`)
}

interface Comparison {
  readonly column: string
  readonly type: string
  readonly value: string
}

/** A column of a type whose values are one thing only, beside a literal of that type. */
function comparisonOf(node: Expression | null | undefined, sign: string): Comparison | undefined {
  const inner = is(node, 'ParenthesizedExpression') ? node.Expression : node
  if (!inner || nodeName(inner) !== 'BinaryExpression') return undefined
  const { Left: left, Right: right, Operator: operator } = inner as Node<'BinaryExpression'>
  if (!operator || text(operator) !== sign || !is(left, 'NameReference')) return undefined
  const symbol = left.ReferencedSymbol
  const type = scalarType(left.ResultType)
  if (!symbol || className(symbol) !== 'ColumnSymbol' || !is(right, 'LiteralExpression')) return undefined
  if ((type !== 'string' && type !== 'long' && type !== 'int') || isNull(right)) return undefined
  const isText = scalarType(right.ResultType) === 'string'
  if (isText !== (type === 'string')) return undefined
  return { column: left.SimpleName ?? '', type, value: isText ? String(right.LiteralValue) : text(right) }
}

/** A bound on the time of stored rows that leaves none of those that the request is about, from `start` on and before `end`. */
const timeCheck: Check = (node, around) => {
  const { timeRange } = around.options
  const bounds = timeRange && timeBounds(node, around)
  if (!bounds || !narrowsTable(node, bounds.column, around.catalog)) return undefined
  const { from, to } = bounds
  const isAfter = from !== undefined && timeRange.end !== undefined && from >= timeRange.end
  const isBefore = to !== undefined && timeRange.start !== undefined && to < timeRange.start
  if (!isAfter && !isBefore) return undefined
  return {
    code: codes.outsideTimeRange,
    at: node,
    message: `no row is left: the time range of the request ${isAfter ? 'ends before' : 'begins after'} this`,
    hint: 'change the time range of the request (timespan), or this bound',
  }
}

/** The first and the last instant that a condition on a column allows, in ticks. */
interface TimeBounds {
  readonly column: string
  readonly from?: bigint
  readonly to?: bigint
}

function timeBounds(node: SyntaxNode, around: Surroundings): TimeBounds | undefined {
  const instantOf = (bound: Expression | null | undefined): bigint | undefined => {
    if (!bound || scalarType(bound.ResultType) !== 'datetime') return undefined
    const value = constantOf(bound, around)
    return typeof value === 'bigint' ? value : undefined
  }
  if (is(node, 'BetweenExpression')) return betweenBounds(node, instantOf)
  if (nodeName(node) !== 'BinaryExpression') return undefined
  const { Left: left, Right: right, Operator: operator } = node as Node<'BinaryExpression'>
  const sign = operator ? text(operator) : ''
  const isTurned = is(right, 'NameReference')
  const [name, bound] = isTurned ? [right, left] : [left, right]
  const instant = instantOf(bound)
  if (!is(name, 'NameReference') || instant === undefined) return undefined
  return { column: name.SimpleName ?? '', ...allowed(isTurned ? (turned[sign] ?? sign) : sign, instant) }
}

const turned: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

function allowed(sign: string, instant: bigint): Omit<TimeBounds, 'column'> {
  switch (sign) {
    case '<':
      return { to: instant - 1n }
    case '<=':
      return { to: instant }
    case '>':
      return { from: instant + 1n }
    case '>=':
      return { from: instant }
    case '==':
      return { from: instant, to: instant }
    default:
      return {}
  }
}

function betweenBounds(
  { Left: left, Right: right, Operator: operator }: Node<'BetweenExpression'>,
  instantOf: (bound: Expression | null | undefined) => bigint | undefined,
): TimeBounds | undefined {
  if (!is(left, 'NameReference') || !operator || text(operator).startsWith('!')) return undefined
  const [from, to] = [instantOf(right?.First), instantOf(right?.Second)]
  return {
    column: left.SimpleName ?? '',
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
}

/** Whether a condition must hold for all rows of a table of which only conditions were asked before, by its time column. */
function narrowsTable(node: SyntaxNode, column: string, catalog: Catalog): boolean {
  let at: SyntaxNode | null | undefined = node.Parent
  while (at && (is(at, 'ParenthesizedExpression') || (nodeName(at) === 'BinaryExpression' && isAnd(at)))) at = at.Parent
  const pipe = is(at, 'FilterOperator') ? at.Parent : undefined
  let source: SyntaxNode | null | undefined = is(pipe, 'PipeExpression') ? pipe.Expression : undefined
  while (is(source, 'PipeExpression') && is(source.Operator, 'FilterOperator')) source = source.Expression
  const symbol = is(source, 'NameReference') ? source.ReferencedSymbol : undefined
  if (!symbol || className(symbol) !== 'TableSymbol') return false
  return catalog.table(symbol.Name ?? '')?.timeColumn === column
}

function isAnd(node: SyntaxNode): boolean {
  const { Operator: operator } = node as Node<'BinaryExpression'>
  return operator != null && text(operator) === 'and'
}

const checks: readonly Check[] = [caseCheck, nullCheck, emptyCheck, betweenCheck, bothCheck, timeCheck]

export function doubts(root: SyntaxNode, around: Surroundings): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  root.WalkNodes((node) => {
    for (const check of checks) {
      const doubt = check(node, around)
      if (!doubt) continue
      const { code, at, message, hint } = doubt
      found.push({ code, severity: 'warning', ...span(at), message, hint })
    }
  })
  return found
}
