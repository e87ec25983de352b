// Computes what is constant: `ago(1h)`, `datetime(2024-05-01) + 12h`, `2 * 1024`. Keeps SQL plain and literals literal.
import type { Call, Expr, Lit, Rel } from '../plan/nodes.ts'
import { mapRel } from '../plan/walk.ts'
import { foldLocal } from './local-values.ts'

type Fold = (a: Lit, b: Lit, call: Call) => Lit['value'] | undefined

const ticks = (l: Lit): bigint | undefined => (typeof l.value === 'bigint' ? l.value : undefined)

const sum =
  (sign: 1n | -1n): Fold =>
  (a, b) => {
    const [x, y] = [ticks(a), ticks(b)]
    if (x !== undefined && y !== undefined) return x + sign * y
    if (typeof a.value === 'number' && typeof b.value === 'number') return a.value + Number(sign) * b.value
    return undefined
  }

const wholeNumbers: ReadonlySet<string> = new Set(['int', 'long'])

const folds: Readonly<Record<string, Fold>> = {
  Add: sum(1n),
  Subtract: sum(-1n),
  Multiply: (a, b, call) => {
    const [x, y] = [ticks(a), ticks(b)]
    if (x !== undefined && y !== undefined) return x * y
    if (call.type === 'timespan') {
      const [span, factor] = x !== undefined ? [x, b.value] : [y, a.value]
      const product = typeof factor === 'number' ? Math.round(Number(span) * factor) : Number.NaN
      return span !== undefined && Number.isSafeInteger(product) ? BigInt(product) : undefined
    }
    return typeof a.value === 'number' && typeof b.value === 'number' ? a.value * b.value : undefined
  },
}

/** Types in which both operands must be for a fold to be exact. */
function exact(call: Call, a: Lit, b: Lit): boolean {
  if (call.type === 'datetime' || call.type === 'timespan') return true
  return a.type === b.type && (wholeNumbers.has(a.type) || a.type === 'real')
}

const inRange = (value: Lit['value']): boolean => typeof value !== 'bigint' || BigInt.asIntN(64, value) === value

function fold(call: Expr): Expr {
  const expr = foldLocal(call)
  if (expr.kind !== 'call') return expr
  const compute = Object.hasOwn(folds, expr.fn) ? folds[expr.fn] : undefined
  const [a, b] = expr.args
  if (!compute || a?.kind !== 'lit' || b?.kind !== 'lit' || a.value === null || b.value === null) return expr
  if (!exact(expr, a, b)) return expr
  const value = compute(a, b, expr)
  return value === undefined || !inRange(value) ? expr : { kind: 'lit', type: expr.type, value }
}

export function foldConstants(rel: Rel): Rel {
  return mapRel(rel, { expr: fold })
}
