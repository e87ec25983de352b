// A PromQL query as a tree. Times and lengths are whole milliseconds.
import type { Place } from './errors.ts'

export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string'
export type MatchOp = '=' | '!=' | '=~' | '!~'

export interface Matcher {
  readonly label: string
  readonly op: MatchOp
  readonly value: string
}

/** What `offset` and `@` say. */
export interface Shift {
  readonly offset: number
  readonly at?: number | 'start' | 'end'
}

export interface Selector extends Place, Shift {
  readonly kind: 'selector'
  /** All of them, the name too. */
  readonly matchers: readonly Matcher[]
  /** Of a range vector selector. */
  readonly range?: number
}

export interface Subquery extends Place, Shift {
  readonly kind: 'subquery'
  readonly expr: Expr
  readonly range: number
  readonly step?: number
}

export interface Call extends Place {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly Expr[]
}

export interface Aggregate extends Place {
  readonly kind: 'aggregate'
  readonly op: AggregateOp
  readonly param?: Expr
  readonly expr: Expr
  readonly without: boolean
  readonly labels: readonly string[]
}

export interface Matching {
  readonly on: boolean
  readonly labels: readonly string[]
  readonly many: 'none' | 'left' | 'right'
  /** Labels that the side with one gives to the side with many. */
  readonly include: readonly string[]
}

export interface Binary extends Place {
  readonly kind: 'binary'
  readonly op: BinaryOp
  readonly lhs: Expr
  readonly rhs: Expr
  readonly returnBool: boolean
  readonly matching?: Matching
}

export type Expr =
  | Selector
  | Subquery
  | Call
  | Aggregate
  | Binary
  | (Place & { readonly kind: 'number'; readonly value: number })
  | (Place & { readonly kind: 'string'; readonly value: string })
  | (Place & { readonly kind: 'negate'; readonly expr: Expr })
  | (Place & { readonly kind: 'plus'; readonly expr: Expr })
  | (Place & { readonly kind: 'paren'; readonly expr: Expr })

export const aggregateOps = [
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'limitk',
  'count_values',
  'quantile',
] as const
export type AggregateOp = (typeof aggregateOps)[number]

export const comparisonOps = ['==', '!=', '<=', '<', '>=', '>'] as const
export const setOps = ['and', 'or', 'unless'] as const
export const arithmeticOps = ['+', '-', '*', '/', '%', '^', 'atan2'] as const
export type ComparisonOp = (typeof comparisonOps)[number]
export type SetOp = (typeof setOps)[number]
export type ArithmeticOp = (typeof arithmeticOps)[number]
export type BinaryOp = ComparisonOp | SetOp | ArithmeticOp

export function isComparison(op: BinaryOp): op is ComparisonOp {
  return (comparisonOps as readonly string[]).includes(op)
}

export function isSetOp(op: BinaryOp): op is SetOp {
  return (setOps as readonly string[]).includes(op)
}

/** Without the parentheses around it. */
export function unwrapped(expr: Expr): Expr {
  return expr.kind === 'paren' ? unwrapped(expr.expr) : expr
}
