// Trigonometry, special functions, bits, random numbers. https://learn.microsoft.com/kusto/query/scalar-functions#mathematical-functions
import { isWhole, written } from '../sql/written.ts'
import {
  ArgumentError,
  argument,
  as,
  type FunctionEntry,
  type FunctionTable,
  fn,
  sql,
  type WriteCall,
} from './define.ts'

const real = (i: number): ReturnType<typeof as> => as('real', i)
const long = (i: number): ReturnType<typeof as> => as('long', i)

/** Null outside of the function's domain. https://learn.microsoft.com/kusto/query/asin-function */
const within = (low: number, high: number, name: string): FunctionEntry =>
  fn((call) => {
    const x = call.share(real(0)(call).sql)
    return written('real', `if(${x} < ${low} OR ${x} > ${high}, NULL, ${name}(${x}))`, true)
  })

/** Counts are taken modulo 64; negative ones give nothing. https://learn.microsoft.com/kusto/query/binary-shift-left-function */
const shift = (name: 'bitShiftLeft' | 'bitShiftRight'): FunctionEntry =>
  fn((call) => {
    const [value, by] = [long(0)(call), long(1)(call)]
    return written('long', `if(${by.sql} < 0, NULL, ${name}(${value.sql}, positiveModulo(${by.sql}, 64)))`, true)
  })

/** x^(a-1) (1-x)^(b-1) / B(a, b) */
const betaPdf = fn((call) => {
  const [x, a, b] = [0, 1, 2].map((i) => call.share(real(i)(call).sql)) as [string, string, string]
  const density = `exp((${a} - 1) * log(${x}) + (${b} - 1) * log(1 - ${x}) + lgamma(${a} + ${b}) - lgamma(${a}) - lgamma(${b}))`
  return written('real', `if(${x} < 0 OR ${x} > 1 OR ${a} <= 0 OR ${b} <= 0, nan, ${density})`, true)
})

/** A value of its own in each row and for each call, which the hidden last argument tells apart. */
const seed = (call: WriteCall): string => call.args.at(-1)?.sql ?? '0'
const rand = fn((call) => {
  if (call.args.length < 2) return written(call.type, `randCanonical(${seed(call)})`, false)
  return written(
    call.type,
    `${call.type === 'real' ? 'toFloat64' : 'toInt64'}(floor(randCanonical(${seed(call)}) * ${real(0)(call).sql}))`,
    true,
  )
})

const binAt = fn((call) => {
  const [value, size, at] = [argument(call, 0), argument(call, 1), argument(call, 2)]
  if (value.type === 'datetime' || value.type === 'timespan') {
    const ticks = (w: { sql: string; type: string }): string =>
      call.share(w.type === 'datetime' ? `reinterpretAsInt64(${w.sql})` : w.sql)
    const [v, s, a] = [ticks(value), call.share(`nullIf(toInt64(abs(${size.sql})), 0)`), ticks(at)]
    const text = `(${v} - positiveModulo(${v} - ${a}, ${s}))`
    return written(
      call.type,
      value.type === 'datetime' ? `reinterpret(toInt64(${text}), 'DateTime64(7, \\'UTC\\')')` : `toInt64(${text})`,
      true,
    )
  }
  const whole = [value, size, at].every(isWhole)
  if (whole)
    return written(
      call.type,
      `${call.type === 'int' ? 'toInt32' : 'toInt64'}(${value.sql} - positiveModulo(${value.sql} - ${at.sql}, nullIf(toInt64(abs(${size.sql})), 0)))`,
      true,
    )
  const [v, s, a] = [0, 1, 2].map((i) => real(i)(call).sql)
  const text = `(${a} + floor((${v} - ${a}) / ${s}) * ${s})`
  return written(
    call.type,
    call.type === 'real'
      ? text
      : call.type === 'decimal'
        ? `accurateCastOrNull(${text}, 'Decimal(38, 17)')`
        : `toInt64(${text})`,
    true,
  )
})

/** Whether a value lies within delta of another. */
const around = fn((call) => {
  const [value, center, delta] = [argument(call, 0), argument(call, 1), argument(call, 2)]
  const ticks = (w: { sql: string; type: string }): string =>
    w.type === 'datetime' ? `reinterpretAsInt64(${w.sql})` : w.sql
  if ([value, center, delta].some((w) => w.type === 'dynamic' || w.type === 'string'))
    throw new ArgumentError(`'around' of a ${value.type}`)
  return written('bool', `(abs(${ticks(value)} - ${ticks(center)}) <= abs(${delta.sql}))`, true)
})

export const math: FunctionTable = {
  sin: sql`sin(${real(0)})`,
  cos: sql`cos(${real(0)})`,
  tan: sql`tan(${real(0)})`,
  cot: sql`(cos(${real(0)}) / sin(${real(0)}))`,
  asin: within(-1, 1, 'asin'),
  acos: within(-1, 1, 'acos'),
  atan: sql`atan(${real(0)})`,
  atan2: sql`atan2(${real(0)}, ${real(1)})`,
  degrees: sql`(${real(0)} * (180. / pi()))`,
  radians: sql`(${real(0)} * (pi() / 180.))`,
  gamma: sql`tgamma(${real(0)})`,
  loggamma: sql`lgamma(${real(0)})`,
  erf: sql`erf(${real(0)})`,
  erfc: sql`erfc(${real(0)})`,
  beta_pdf: betaPdf,
  binary_and: sql`bitAnd(${long(0)}, ${long(1)})`,
  binary_or: sql`bitOr(${long(0)}, ${long(1)})`,
  binary_xor: sql`bitXor(${long(0)}, ${long(1)})`,
  binary_not: sql`bitNot(${long(0)})`,
  binary_shift_left: shift('bitShiftLeft'),
  binary_shift_right: shift('bitShiftRight'),
  bitset_count_ones: sql`toInt64(bitCount(${long(0)}))`,
  bin_at: binAt,
  around,
  rand,
  new_guid: fn((call) => written('guid', `generateUUIDv4(${seed(call)})`, false)),
}
