// Binary operators between scalars and vectors; matching.ts has those between two vectors.
import { type Binary, type BinaryOp, isComparison, isSetOp } from '../ast.ts'
import { withoutName } from '../labels.ts'
import { power } from '../numbers.ts'
import { Gathering, type Series, type Timeline, type Value } from '../values.ts'
import { matched } from './matching.ts'
import { combined } from './sets.ts'

export interface BinaryParts {
  readonly timeline: Timeline
  readonly breathe: () => Promise<void> | undefined
}

/** Of comparisons: 1 or 0. */
export function arithmetic(op: BinaryOp, a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    case '^':
      return power(a, b)
    case 'atan2':
      return Math.atan2(a, b)
    case '==':
      return Number(a === b)
    case '!=':
      return Number(a !== b)
    case '<':
      return Number(a < b)
    case '<=':
      return Number(a <= b)
    case '>':
      return Number(a > b)
    case '>=':
      return Number(a >= b)
    default:
      throw new Error(`${op} is no arithmetic`)
  }
}

export async function computed(expr: Binary, lhs: Value, rhs: Value, parts: BinaryParts): Promise<Value> {
  if (lhs.type === 'string' || rhs.type === 'string') throw new Error('a text in a binary expression')
  if (lhs.type === 'vector' && rhs.type === 'vector') {
    if (isSetOp(expr.op)) return combined(expr, lhs.series, rhs.series, parts)
    return matched(expr, lhs.series, rhs.series, parts)
  }
  if (lhs.type === 'scalar' && rhs.type === 'scalar')
    return { type: 'scalar', values: lhs.values.map((a, i) => arithmetic(expr.op, a, rhs.values[i] ?? 0)) }
  if (lhs.type === 'vector' && rhs.type === 'scalar')
    return withScalar(expr, lhs.series, parts, (value, index) => arithmetic(expr.op, value, rhs.values[index] ?? 0))
  if (lhs.type === 'scalar' && rhs.type === 'vector')
    return withScalar(expr, rhs.series, parts, (value, index) => arithmetic(expr.op, lhs.values[index] ?? 0, value))
  throw new Error('values of no known types')
}

async function withScalar(
  { op, returnBool }: Binary,
  series: readonly Series[],
  { timeline, breathe }: BinaryParts,
  of: (value: number, index: number) => number,
): Promise<Value> {
  const gathering = new Gathering(timeline)
  const isFilter = isComparison(op) && !returnBool
  for (const { labels, values, present } of series) {
    await breathe()
    const out = gathering.seriesOf(isFilter ? labels : withoutName(labels))
    for (let index = 0; index < timeline.count; index++) {
      if (present[index] !== 1) continue
      const value = values[index] ?? 0
      const result = of(value, index)
      if (!isFilter) gathering.set(out, index, result)
      else if (result === 1) gathering.set(out, index, value)
    }
  }
  return { type: 'vector', series: gathering.series }
}
