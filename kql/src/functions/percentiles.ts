// Percentiles by nearest rank: a value that occurs. https://learn.microsoft.com/kusto/query/percentiles-aggregation-function
import type { ScalarType } from '../model.ts'
import { asJson, fromUnixTicks, unixTicks, type Written, written } from '../sql/written.ts'
import { narrowed } from './combinators.ts'
import { ArgumentError, argument, as, constant, type FunctionTable, fn, type WriteCall } from './define.ts'
import { arrayText } from './json.ts'

/** A fraction that binary numbers hold exactly stays; others lose the last digit, so that whole ranks are not rounded up. */
const fraction = (p: number): number => (Number.isInteger((p / 100) * 2 ** 20) ? p / 100 : (p / 100) * (1 - 1e-15))

/** The fraction that a constant percentile is. */
function levelOf(value: unknown, call: WriteCall): number {
  const p = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN
  if (!(p >= 0 && p <= 100)) throw new ArgumentError(`'${call.fn}' needs literal percentiles from 0 to 100`)
  return fraction(p)
}

/** Percentiles one by one from an argument on, or all of them in one dynamic array. */
function levels(call: WriteCall, from: number): number[] {
  const first = call.args[from]
  if (first?.type !== 'dynamic') return call.args.slice(from).map((_, i) => levelOf(constant(call, from + i), call))
  const text = constant(call, from)
  const parsed: unknown = typeof text === 'string' ? JSON.parse(text) : undefined
  if (!Array.isArray(parsed)) throw new ArgumentError(`'${call.fn}' needs a literal array of percentiles`)
  return parsed.map((p: unknown) => levelOf(p, call))
}

/** The value that ranks at a level; `weighted` takes the weights from the second argument. */
function ranked(call: WriteCall, level: number, weighted: boolean, type: ScalarType): Written {
  const value = argument(call, 0)
  const source =
    value.type === 'dynamic' ? as('real', 0)(call).sql : value.type === 'datetime' ? unixTicks(value.sql) : value.sql
  const weight = weighted ? `toUInt64(greatest(ifNull(${as('long', 1)(call).sql}, 0), 0))` : '1'
  const text = `quantileExactWeightedOrNull(${level})(${source}, ${weight})`
  if (value.type === 'datetime') return written('datetime', fromUnixTicks(text), true)
  return written(type, type === 'real' ? `toFloat64(${text})` : narrowed({ ...call, type }, text), true)
}

const one = (fixed: number): ReturnType<typeof fn> =>
  fn((call) => ranked(call, levelOf(constant(call, fixed), call), fixed === 2, call.type))

const all = (fixed: number): ReturnType<typeof fn> =>
  fn((call) => {
    const { type } = argument(call, 0)
    const values = levels(call, fixed).map(
      (level) => `ifNull(${asJson(ranked(call, level, fixed === 2, type === 'dynamic' ? 'real' : type)).sql}, 'null')`,
    )
    return written('dynamic', arrayText(`[${values.join(', ')}]`), false)
  })

export const percentiles: FunctionTable = {
  percentile: one(1),
  percentiles: one(1),
  percentilew: one(2),
  percentilesw: one(2),
  percentiles_array: all(1),
  percentilesw_array: all(2),
}
