// PromQL text -> tree, with the precedences of Prometheus' grammar. Types are checked afterwards (check.ts).
// https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operator-precedence
import { type AggregateOp, aggregateOps, type BinaryOp, type Expr, type Matching } from '../ast.ts'
import { checked } from './check.ts'
import { Cursor } from './cursor.ts'
import { modified, number, selector, text } from './selectors.ts'

export function parse(query: string): Expr {
  const cursor = new Cursor(query)
  if (cursor.isAtEnd) throw cursor.error('no expression found in input')
  const expr = binary(cursor, 1)
  if (!cursor.isAtEnd) throw cursor.unexpected()
  checked(expr, query)
  return expr
}

const precedences: Readonly<Record<BinaryOp, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<=': 3,
  '<': 3,
  '>=': 3,
  '>': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
}
const power = precedences['^']

function operatorOf(cursor: Cursor): BinaryOp | undefined {
  const { kind, text: written } = cursor.next
  const op = kind === 'word' ? written.toLowerCase() : written
  return kind !== 'string' && Object.hasOwn(precedences, op) ? (op as BinaryOp) : undefined
}

function binary(cursor: Cursor, least: number): Expr {
  let lhs = unary(cursor)
  for (;;) {
    const op = operatorOf(cursor)
    if (op === undefined || precedences[op] < least) return lhs
    cursor.take()
    const modifiers = binaryModifiers(cursor)
    const rhs = binary(cursor, op === '^' ? power : precedences[op] + 1)
    lhs = { kind: 'binary', op, lhs, rhs, ...modifiers, start: lhs.start, end: rhs.end }
  }
}

function binaryModifiers(cursor: Cursor): { readonly returnBool: boolean; readonly matching?: Matching } {
  const returnBool = cursor.takeWord('bool')
  const on = cursor.takeWord('on')
  if (!on && !cursor.takeWord('ignoring')) {
    refuseFill(cursor)
    return { returnBool }
  }
  const labels = labelList(cursor)
  const many = cursor.takeWord('group_left') ? 'left' : cursor.takeWord('group_right') ? 'right' : 'none'
  const include = many !== 'none' && cursor.isAt('(') ? labelList(cursor) : []
  refuseFill(cursor)
  return { returnBool, matching: { on, labels, many, include } }
}

function refuseFill(cursor: Cursor): void {
  if (/^fill(_left|_right)?$/i.test(cursor.next.text) && cursor.following.text === '(')
    throw cursor.error('fill modifiers are not supported')
}

function labelList(cursor: Cursor): readonly string[] {
  cursor.expect('(', 'grouping opts')
  const labels: string[] = []
  while (!cursor.isAt(')')) {
    const token = cursor.take()
    if (token.kind === 'string') labels.push(cursor.unquoted(token))
    else if (token.kind === 'word' && !token.text.includes(':')) labels.push(token.text)
    else throw cursor.unexpected('in grouping opts, expected label', token)
    if (!cursor.isAt(')')) cursor.expect(',', 'grouping opts')
  }
  cursor.take()
  return labels
}

function unary(cursor: Cursor): Expr {
  const { kind, text: sign, start } = cursor.next
  if (kind !== 'symbol' || (sign !== '-' && sign !== '+')) return postfix(cursor)
  cursor.take()
  const expr = binary(cursor, power)
  if (expr.kind === 'number') return { ...expr, value: sign === '-' ? -expr.value : expr.value, start }
  return { kind: sign === '-' ? 'negate' : 'plus', expr, start, end: expr.end }
}

function postfix(cursor: Cursor): Expr {
  return modified(cursor, primary(cursor))
}

function primary(cursor: Cursor): Expr {
  const token = cursor.next
  if (token.kind === 'number') return number(cursor)
  if (token.kind === 'string') return text(cursor)
  if (token.text === '(') return parenthesized(cursor)
  if (token.text === '{') return selector(cursor)
  if (token.kind !== 'word') throw cursor.unexpected()
  const word = token.text.toLowerCase()
  if (word === 'inf' || word === 'nan') return number(cursor)
  const isAggregate = (aggregateOps as readonly string[]).includes(word)
  if (isAggregate && (cursor.following.text === '(' || /^(?:by|without)$/i.test(cursor.following.text)))
    return aggregate(cursor, word as AggregateOp)
  if (cursor.following.text === '(') return call(cursor)
  return selector(cursor)
}

function parenthesized(cursor: Cursor): Expr {
  const { start } = cursor.take()
  const expr = binary(cursor, 1)
  const { end } = cursor.expect(')', 'parenthesized expression')
  return { kind: 'paren', expr, start, end }
}

function callArguments(cursor: Cursor): { readonly args: readonly Expr[]; readonly end: number } {
  cursor.expect('(', 'call')
  const args: Expr[] = []
  while (!cursor.isAt(')') || args.length > 0) {
    args.push(binary(cursor, 1))
    if (cursor.isAt(')')) break
    cursor.expect(',', 'call')
  }
  return { args, end: cursor.take().end }
}

function call(cursor: Cursor): Expr {
  const { text: name, start } = cursor.take()
  if (/^limit_ratio$/i.test(name)) throw cursor.errorAt(start, 'limit_ratio is not supported')
  const { args, end } = callArguments(cursor)
  return { kind: 'call', name, args, start, end }
}

const withParameter: readonly AggregateOp[] = ['topk', 'bottomk', 'limitk', 'quantile', 'count_values']

function aggregate(cursor: Cursor, op: AggregateOp): Expr {
  const { start } = cursor.take()
  let grouping = groupingOf(cursor)
  const { args, end } = callArguments(cursor)
  let last = end
  if (!grouping) {
    grouping = groupingOf(cursor)
    if (grouping) last = cursor.previousEnd
  }
  const wanted = withParameter.includes(op) ? 2 : 1
  const expr = args[wanted - 1]
  if (!expr || args.length !== wanted) {
    const message = `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`
    throw cursor.errorAt(start, args.length === 0 ? 'no arguments for aggregate expression provided' : message)
  }
  const param = wanted === 2 ? args[0] : undefined
  const { without = false, labels = [] } = grouping ?? {}
  return { kind: 'aggregate', op, expr, ...(param && { param }), without, labels, start, end: last }
}

function groupingOf(cursor: Cursor): { readonly without: boolean; readonly labels: readonly string[] } | undefined {
  const without = cursor.takeWord('without')
  if (!without && !cursor.takeWord('by')) return undefined
  return { without, labels: labelList(cursor) }
}
