// Literals and selectors of PromQL, and what stands behind an expression: `[5m]`, `[1h:5m]`, `offset`, `@`.
// https://prometheus.io/docs/prometheus/latest/querying/basics/#time-series-selectors
import type { Expr, Matcher, MatchOp, Selector, Subquery } from '../ast.ts'
import type { Cursor } from './cursor.ts'
import { durationMillis, numberOf } from './literals.ts'
import { regexProblem, wholeRegex } from './regex.ts'

export function number(cursor: Cursor): Expr {
  const { text, start, end } = cursor.take()
  const value = numberOf(text)
  if (value === undefined) throw cursor.errorAt(start, `bad number or duration syntax: "${text}"`)
  return { kind: 'number', value, start, end }
}

export function text(cursor: Cursor): Expr {
  const token = cursor.take()
  return { kind: 'string', value: cursor.unquoted(token), start: token.start, end: token.end }
}

const notNames = new Set(['bool', 'on', 'ignoring', 'group_left', 'group_right', 'atan2'])

export function selector(cursor: Cursor): Expr {
  const { kind, text: name, start } = cursor.next
  const matchers: Matcher[] = []
  if (kind === 'word') {
    if (notNames.has(name.toLowerCase())) throw cursor.unexpected()
    cursor.take()
    matchers.push({ label: '__name__', op: '=', value: name })
  }
  if (cursor.isAt('{')) matchers.push(...braces(cursor, kind === 'word'))
  if (!matchers.some(needsText))
    throw cursor.errorAt(start, 'vector selector must contain at least one non-empty matcher')
  return { kind: 'selector', matchers, offset: 0, start, end: cursor.previousEnd }
}

/** Whether the matcher refuses the empty text. */
function needsText({ op, value }: Matcher): boolean {
  if (op === '=') return value !== ''
  if (op === '!=') return value === ''
  const takesEmpty = wholeRegex(value).test('')
  return op === '=~' ? !takesEmpty : takesEmpty
}

function braces(cursor: Cursor, isNamed: boolean): Matcher[] {
  cursor.expect('{', 'label matching')
  const matchers: Matcher[] = []
  while (!cursor.isAt('}')) {
    const matcher = matcherOf(cursor)
    const named = isNamed || matchers.some(({ label, op }) => label === '__name__' && op === '=')
    if (matcher.label === '__name__' && matcher.op === '=' && named)
      throw cursor.error(`metric name must not be set twice: "${matcher.value}"`)
    matchers.push(matcher)
    if (!cursor.isAt('}')) cursor.expect(',', 'label matching')
  }
  cursor.take()
  return matchers
}

const matchOps: readonly string[] = ['=', '!=', '=~', '!~']

function matcherOf(cursor: Cursor): Matcher {
  const token = cursor.take()
  const isQuoted = token.kind === 'string'
  if (!isQuoted && (token.kind !== 'word' || token.text.includes(':')))
    throw cursor.unexpected('in label matching, expected label name or "}"', token)
  const label = isQuoted ? cursor.unquoted(token) : token.text
  if (isQuoted && (cursor.isAt(',') || cursor.isAt('}'))) return { label: '__name__', op: '=', value: label }
  const op = cursor.take()
  if (op.kind !== 'symbol' || !matchOps.includes(op.text))
    throw cursor.unexpected('in label matching, expected label matching operator', op)
  const value = cursor.take()
  if (value.kind !== 'string') throw cursor.unexpected('in label matching, expected string', value)
  const matcher: Matcher = { label, op: op.text as MatchOp, value: cursor.unquoted(value) }
  const problem = matcher.op.endsWith('~') ? regexProblem(matcher.value) : undefined
  if (problem !== undefined) throw cursor.errorAt(value.start, `error parsing regexp: ${problem}`)
  return matcher
}

/** What stands behind an expression, as often as it does. */
export function modified(cursor: Cursor, base: Expr): Expr {
  let expr = base
  let hasOffset = false
  for (;;) {
    const { kind, text: written } = cursor.next
    const word = kind === 'word' ? written.toLowerCase() : ''
    if (kind === 'symbol' && written === '[') {
      expr = ranged(cursor, expr)
      if (expr.kind === 'subquery') hasOffset = false
    } else if (kind === 'symbol' && written === '@') {
      expr = anchored(cursor, expr)
    } else if (word === 'offset') {
      if (hasOffset) throw cursor.error('offset may not be set multiple times')
      expr = shifted(cursor, expr)
      hasOffset = true
    } else if (word === 'anchored' || word === 'smoothed') throw cursor.error(`${word} is not supported`)
    else return expr
  }
}

function ranged(cursor: Cursor, expr: Expr): Expr {
  const bracket = cursor.take()
  const range = durationOf(cursor, 'duration')
  if (range <= 0) throw cursor.errorAt(bracket.start, 'duration must be greater than 0')
  const isSubquery = cursor.isAt(':')
  if (isSubquery) cursor.take()
  const step = isSubquery && !cursor.isAt(']') ? durationOf(cursor, 'duration') : undefined
  if (step !== undefined && step <= 0) throw cursor.errorAt(bracket.start, 'duration must be greater than 0')
  const { end } = cursor.expect(']', isSubquery ? 'subquery selector' : 'subquery or range selector')
  if (isSubquery) {
    const span = { start: expr.start, end }
    return { kind: 'subquery', expr, range, ...(step !== undefined && { step }), offset: 0, ...span } satisfies Subquery
  }
  if (expr.kind !== 'selector' || expr.range !== undefined)
    throw cursor.errorAt(expr.start, 'ranges only allowed for vector selectors')
  if (expr.offset !== 0 || expr.at !== undefined)
    throw cursor.errorAt(bracket.start, 'no offset modifiers or @ modifiers allowed before range')
  return { ...expr, range, end }
}

const shiftable = 'must be preceded by an instant vector selector or range vector selector or a subquery'

function shiftableOf(cursor: Cursor, expr: Expr, modifier: string): Selector | Subquery {
  if (expr.kind === 'selector' || expr.kind === 'subquery') return expr
  throw cursor.errorAt(expr.start, `${modifier} modifier ${shiftable}, but follows ${expr.kind} instead`)
}

function shifted(cursor: Cursor, expr: Expr): Expr {
  cursor.take()
  const sign = cursor.isAt('-') ? -1 : 1
  if (cursor.isAt('-') || cursor.isAt('+')) cursor.take()
  const offset = sign * durationOf(cursor, 'offset')
  return { ...shiftableOf(cursor, expr, 'offset'), offset, end: cursor.previousEnd }
}

function anchored(cursor: Cursor, expr: Expr): Expr {
  cursor.take()
  const target = shiftableOf(cursor, expr, '@')
  if (target.at !== undefined) throw cursor.error('@ <timestamp> may not be set multiple times')
  return { ...target, at: anchorOf(cursor), end: cursor.previousEnd }
}

function anchorOf(cursor: Cursor): number | 'start' | 'end' {
  const word = cursor.next.text.toLowerCase()
  if (word === 'start' || word === 'end') {
    cursor.take()
    cursor.expect('(', '@ modifier')
    cursor.expect(')', '@ modifier')
    return word
  }
  const sign = word === '-' ? -1 : 1
  if (word === '-' || word === '+') cursor.take()
  const { kind, text: written, start } = cursor.take()
  const seconds = kind === 'number' || kind === 'word' ? numberOf(written) : undefined
  if (seconds === undefined) throw cursor.errorAt(start, `unexpected "${written}" in @, expected timestamp`)
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 9.2e15)
    throw cursor.errorAt(start, `timestamp out of bounds for @ modifier: ${written}`)
  return sign * Math.round(seconds * 1000)
}

/** A duration, or a number of seconds. */
export function durationOf(cursor: Cursor, context: string): number {
  const { kind, text: written, start } = cursor.take()
  const number = kind === 'number' ? numberOf(written) : undefined
  if (number === undefined)
    throw cursor.errorAt(start, `unexpected "${written}" in ${context}, expected number, duration`)
  if (!(number < 9.2e15)) throw cursor.errorAt(start, 'duration out of range')
  const next = cursor.next.text
  if (context === 'duration' && /^[-+*/%^]$/.test(next))
    throw cursor.error('expressions of durations are not supported')
  return durationMillis(written) ?? Math.round(number * 1000)
}
