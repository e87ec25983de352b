// What a PromQL function is: the types it takes and gives, and how its value comes of those of its arguments.
import type { Call, Expr, ValueType } from '../ast.ts'
import type { Place } from '../errors.ts'
import type { Series, StoredSeries, Timeline, Value } from '../values.ts'

export interface Signature {
  readonly args: readonly ValueType[]
  /** So many of the last arguments may be left out. */
  readonly optional?: number
  /** The last argument may come any number of times, or not at all. */
  readonly variadic?: boolean
  readonly returns: ValueType
}

export interface PromqlFunction extends Signature {
  apply(call: EvaluatedCall): Value | Promise<Value>
}

/** Samples of series, and for each time of the timeline which of them are in its window. */
export interface Windows {
  readonly series: readonly StoredSeries[]
  readonly range: number
  /** Where the window of a time ends; it begins `range` before and does not hold its beginning. */
  readonly end: (index: number) => number
}

export interface Notes {
  inform(message: string, place: Place): void
  warn(message: string, place: Place): void
}

export interface EvaluatedCall extends Notes {
  readonly call: Call
  readonly timeline: Timeline
  arg(index: number): Expr | undefined
  scalar(index: number): Float64Array
  vector(index: number): readonly Series[]
  windows(index: number): Windows
  text(index: number): string
  /** To be awaited between series: lets others run, and ends what is no longer wanted. */
  breathe(): Promise<void> | undefined
}
