// What an OData expression is for one document. A comparison with null is false, but `eq null` and `ne null`.
// https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_LogicalOperators
import { parseInstant } from '../core/time-range.ts'
import type { Comparison, Expression } from './parse.ts'
import type { Instant } from './tokens.ts'

type Scope = Readonly<Record<string, unknown>>

export function holds(expression: Expression, document: Scope): boolean {
  return resultOf(expression, document) === true
}

export function valueAt(document: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? (value as Scope)[name] : undefined),
    document,
  )
}

function resultOf(expression: Expression, scope: Scope): unknown {
  switch (expression.kind) {
    case 'and':
      return holds(expression.left, scope) && holds(expression.right, scope)
    case 'or':
      return holds(expression.left, scope) || holds(expression.right, scope)
    case 'not':
      return !holds(expression.operand, scope)
    case 'compare':
      return compares(expression.by, resultOf(expression.left, scope), resultOf(expression.right, scope))
    case 'in': {
      const value = resultOf(expression.operand, scope)
      return expression.values.some((one) => compares('eq', value, one))
    }
    case 'call':
      return call(expression, scope)
    case 'some': {
      const found = valueAt(scope, expression.path)
      const items = Array.isArray(found) ? found : []
      const test = (item: unknown) => holds(expression.condition, { ...scope, [expression.variable]: item })
      return expression.all ? items.every(test) : items.some(test)
    }
    case 'path':
      return valueAt(scope, expression.names)
    case 'literal':
      return expression.value
    default:
      throw new Error(`no such expression: ${JSON.stringify(expression satisfies never)}`)
  }
}

function call({ name, operands }: Expression & { readonly kind: 'call' }, scope: Scope): unknown {
  const values = operands.map((operand) => resultOf(operand, scope))
  const [text, part = ''] = values
  if (typeof text !== 'string' || typeof part !== 'string') return undefined
  switch (name) {
    case 'contains':
      return text.includes(part)
    case 'startswith':
      return text.startsWith(part)
    case 'endswith':
      return text.endsWith(part)
    case 'tolower':
      return text.toLowerCase()
    case 'toupper':
      return text.toUpperCase()
    case 'trim':
      return text.trim()
    case 'length':
      return text.length
    default:
      throw new Error(`no such function: ${name satisfies never}`)
  }
}

function compares(by: Comparison, a: unknown, b: unknown): boolean {
  const order = orderOf(a, b)
  switch (by) {
    case 'eq':
      return order === 0
    case 'ne':
      return order !== 0
    case 'gt':
      return order !== undefined && order > 0
    case 'ge':
      return order !== undefined && order >= 0 && !isNull(a)
    case 'lt':
      return order !== undefined && order < 0
    case 'le':
      return order !== undefined && order <= 0 && !isNull(a)
    default:
      throw new Error(`no such comparison: ${by satisfies never}`)
  }
}

const isNull = (value: unknown): boolean => value === null || value === undefined

/** Below, above or 0; undefined: they cannot be compared. */
export function orderOf(a: unknown, b: unknown): number | undefined {
  if (isNull(a) && isNull(b)) return 0
  const [x, y] = isTime(a) || isTime(b) ? [ticksOf(a), ticksOf(b)] : [a, b]
  if (typeof x !== typeof y) return undefined
  if (typeof x === 'string' || typeof x === 'number' || typeof x === 'bigint' || typeof x === 'boolean') {
    return x === y ? 0 : x < (y as typeof x) ? -1 : 1
  }
  return undefined
}

const isInstant = (value: unknown): value is Instant => typeof value === 'object' && value !== null && 'ticks' in value
const isTime = (value: unknown): boolean =>
  isInstant(value) || (typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value))

function ticksOf(value: unknown): unknown {
  if (isInstant(value)) return value.ticks
  return typeof value === 'string' ? (parseInstant(value) ?? value) : value
}
