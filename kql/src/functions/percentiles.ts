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

/** The values that rank at some levels, which are found together: `quantiles…` once in the SELECT, however often it is written. */
function ranked(
  call: WriteCall,
  at: readonly number[],
  weighted: boolean,
): (index: number, type: ScalarType) => Written {
  const value = argument(call, 0)
  const source = call.share(
    value.type === 'dynamic' ? as('real', 0)(call).sql : value.type === 'datetime' ? unixTicks(value.sql) : value.sql,
  )
  const weight = weighted ? `toUInt64(greatest(ifNull(${as('long', 1)(call).sql}, 0), 0))` : '1'
  const all = `quantilesExactWeighted(${at.join(', ')})(${source}, ${weight})`
  const none = weighted ? `sumIf(${weight}, isNotNull(${source})) = 0` : `count(${source}) = 0`
  return (index, type) => {
    const text = `if(${none}, NULL, ${all}[${index + 1}])`
    if (value.type === 'datetime') return written('datetime', fromUnixTicks(text), true)
    return written(type, type === 'real' ? `toFloat64(${text})` : narrowed({ ...call, type }, text), true)
  }
}

/** percentile(x, p) and, of the columns that percentiles(x, p…) gives, the one that the first argument numbers. */
const one = (weighted: boolean): ReturnType<typeof fn> =>
  fn((call) => ranked(call, levels(call, weighted ? 2 : 1), weighted)(0, call.type))

const item = (weighted: boolean): ReturnType<typeof fn> =>
  fn((call) => {
    const index = Number(constant(call, 0))
    const rest = { ...call, args: call.args.slice(1), exprs: call.exprs.slice(1) }
    return ranked(rest, levels(rest, weighted ? 2 : 1), weighted)(index, call.type)
  })

const all = (weighted: boolean): ReturnType<typeof fn> =>
  fn((call) => {
    const { type } = argument(call, 0)
    const at = levels(call, weighted ? 2 : 1)
    const values = ranked(call, at, weighted)
    const texts = at.map((_, i) => `ifNull(${asJson(values(i, type === 'dynamic' ? 'real' : type)).sql}, 'null')`)
    return written('dynamic', arrayText(`[${texts.join(', ')}]`), false)
  })

export const percentiles: FunctionTable = {
  percentile: one(false),
  percentiles: one(false),
  percentilew: one(true),
  percentilesw: one(true),
  percentiles_array: all(false),
  percentilesw_array: all(true),
}

/** See operators/summarize.ts. */
export const percentileItems: FunctionTable = { percentile_item: item(false), percentilew_item: item(true) }
