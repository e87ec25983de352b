// + - * / %, bin and rounding. https://learn.microsoft.com/kusto/query/numerical-operators
import { convertWritten } from '../sql/convert.ts'
import { fromUnixTicks, isWhole, roundedTicks, unixTicks, type Written, written } from '../sql/written.ts'
import { argument, as, constant, type FunctionEntry, type FunctionTable, fn, sql, type WriteCall } from './define.ts'

const anyNull = (call: WriteCall): boolean => call.args.some((a) => a.nullable)

/** Operands of arithmetic: dynamic ones become what the result is. */
function operands(call: WriteCall): [Written, Written] {
  const [a, b] = [argument(call, 0), argument(call, 1)]
  const target = call.type === 'datetime' || call.type === 'timespan' ? undefined : call.type
  const settle = (w: Written): Written => (w.type === 'dynamic' && target ? convertWritten(w, target) : w)
  return [settle(a), settle(b)]
}

/** The engine's type for whole numbers may be wider or unsigned; KQL promises int or long. */
function whole(call: WriteCall, text: string): string {
  return call.type === 'int'
    ? `toInt32(${text})`
    : call.type === 'long' || call.type === 'timespan'
      ? `toInt64(${text})`
      : text
}

/**
 * Decimals of 38 digits, 17 of them after the point: worked out with twice as many, so that only a result beyond them is null.
 * (The engine adds the places of factors up, and throws beyond its digits.)
 */
function ofDecimals(a: Written, operator: '+' | '-' | '*' | '/' | '%', b: Written): Written {
  const [x, y] = [a, b].map((w) => `toDecimal256(${convertWritten(w, 'decimal').sql}, 17)`)
  const divisor = operator === '/' || operator === '%' ? `nullIf(${y}, 0)` : y
  return written('decimal', `accurateCastOrNull(${x} ${operator} ${divisor}, 'Decimal(38, 17)')`)
}

function plusMinus(operator: '+' | '-'): ReturnType<typeof fn> {
  return fn((call) => {
    const [a, b] = operands(call)
    if (a.type === 'datetime' && b.type === 'datetime')
      return written('timespan', `(${unixTicks(a.sql)} - ${unixTicks(b.sql)})`, anyNull(call))
    if (a.type === 'datetime')
      return written('datetime', fromUnixTicks(`(${unixTicks(a.sql)} ${operator} ${b.sql})`), anyNull(call))
    if (b.type === 'datetime')
      return written('datetime', fromUnixTicks(`(${a.sql} ${operator} ${unixTicks(b.sql)})`), anyNull(call))
    if (call.type === 'decimal') return ofDecimals(a, operator, b)
    return whole(call, `(${a.sql} ${operator} ${b.sql})`)
  })
}

const multiply = fn((call) => {
  const [a, b] = operands(call)
  if (call.type === 'timespan') {
    const product = `${a.sql} * ${b.sql}`
    return [a, b].every((w) => w.type === 'timespan' || isWhole(w))
      ? written('timespan', `toInt64(${product})`, anyNull(call))
      : written('timespan', roundedTicks(product))
  }
  if (call.type === 'decimal') return ofDecimals(a, '*', b)
  return whole(call, `(${a.sql} * ${b.sql})`)
})

/** Whole numbers divide to whole numbers, cut towards zero; by zero there is no value. */
const divide = fn((call) => {
  const [a, b] = operands(call)
  if (a.type === 'timespan' && b.type === 'timespan') return written('real', `(${a.sql} / nullIf(${b.sql}, 0))`)
  if (a.type === 'timespan') return written('timespan', roundedTicks(`${a.sql} / nullIf(${b.sql}, 0)`))
  if (isWhole(a) && isWhole(b)) return written(call.type, whole(call, `intDiv(${a.sql}, nullIf(${b.sql}, 0))`))
  if (call.type === 'decimal') return ofDecimals(a, '/', b)
  return written(call.type, `(${a.sql} / ${b.sql})`, anyNull(call))
})

/** Null for zero, and for the one number that has no positive counterpart. */
const magnitude = (sql: string): string => `nullIf(greatest(toInt64(abs(${sql})), 0), 0)`

const modulo = fn((call) => {
  const [a, b] = operands(call)
  if (call.type === 'decimal') return ofDecimals(a, '%', b)
  if (!isWhole(a) || !isWhole(b)) return written(call.type, `(${a.sql} % ${b.sql})`)
  const divisor = constant(call, 1)
  const isPlain = typeof divisor === 'bigint' && divisor > 0n
  return written(call.type, whole(call, `positiveModulo(${a.sql}, ${isPlain ? b.sql : magnitude(b.sql)})`))
})

/** Ticks between 0001-01-01, from which bins of time count, and 1970-01-01, from which the engine counts. */
const epoch = 621_355_968_000_000_000n

/** bin: the multiple of the size at or below the value; negative numbers go down too. */
const bin = fn((call) => {
  const [value, size] = [argument(call, 0), asSpan(argument(call, 1))]
  const step = constant(call, 1)
  if (value.type === 'datetime') {
    const ticks = unixTicks(value.sql)
    const offset = typeof step === 'bigint' && step > 0n ? String(epoch % step) : `(${epoch} % ${safe(size, step)})`
    const shifted = offset === '0' ? ticks : `${ticks} + ${offset}`
    return written(
      'datetime',
      fromUnixTicks(`(${ticks} - positiveModulo(${shifted}, ${safe(size, step)}))`),
      value.nullable || !constantStep(step),
    )
  }
  if (value.type === 'timespan')
    return written(
      'timespan',
      `(${value.sql} - positiveModulo(${value.sql}, ${safe(size, step)}))`,
      value.nullable || !constantStep(step),
    )
  if (isWhole(value) && isWhole(size))
    return written(call.type, whole(call, `(${value.sql} - positiveModulo(${value.sql}, ${safe(size, step)}))`))
  return written(call.type, `(floor(${value.sql} / ${size.sql}) * ${size.sql})`)
})

/** A point in time as a size is the time since 0001-01-01, which makes it the only bin up to twice that. */
const asSpan = (size: Written): Written =>
  size.type === 'datetime' ? { ...size, type: 'timespan', sql: `(${unixTicks(size.sql)} + ${epoch})` } : size

const constantStep = (step: unknown): boolean => typeof step === 'bigint' && step > 0n
const safe = (size: Written, step: unknown): string =>
  constantStep(step) ? size.sql : `nullIf(toInt64(abs(${size.sql})), 0)`

/** To tens, hundreds, … where the number of digits is negative. */
function roundedWhole(call: WriteCall, value: Written, digits: string): Written | string {
  const known = call.args.length < 2 ? 0n : constant(call, 1)
  if (typeof known === 'bigint' && known >= 0n) return value
  const unit = call.share(`toInt64(pow(10, greatest(-(${digits}), 0)))`)
  return whole(call, `(sign(${value.sql}) * intDiv(abs(${value.sql}) + intDiv(${unit}, 2), ${unit}) * ${unit})`)
}

/** round() rounds half away from zero, as .NET's MidpointRounding.AwayFromZero does. */
const round = fn((call) => {
  const value = argument(call, 0)
  const digits = call.args[1]?.sql ?? '0'
  if (isWhole(value)) return roundedWhole(call, value, digits)
  if (value.type === 'decimal') return written('decimal', `round(${value.sql}, ${digits})`, true)
  const scale = `pow(10, ${digits})`
  return digits === '0' || digits === 'toInt64(0)'
    ? `(sign(${value.sql}) * floor(abs(${value.sql}) + 0.5))`
    : `(sign(${value.sql}) * floor(abs(${value.sql}) * ${scale} + 0.5) / ${scale})`
})

/** Null for what is negative. https://learn.microsoft.com/kusto/query/sqrt-function https://learn.microsoft.com/kusto/query/log-function */
const unlessNegative = (name: string): FunctionEntry =>
  fn((call) => {
    const x = call.share(as('real', 0)(call).sql)
    return written('real', `if(${x} < 0, NULL, ${name}(${x}))`, true)
  })

export const arithmetic: FunctionTable = {
  Add: plusMinus('+'),
  Subtract: plusMinus('-'),
  Multiply: multiply,
  Divide: divide,
  Modulo: modulo,
  UnaryMinus: sql`(-${0})`,
  UnaryPlus: sql`${0}`,
  bin,
  floor: bin,
  round,
  abs: fn((call) => whole(call, `abs(${argument(call, 0).sql})`)),
  ceiling: fn((call) => (isWhole(argument(call, 0)) ? argument(call, 0) : `ceil(${argument(call, 0).sql})`)),
  sign: fn((call) =>
    call.type === 'real'
      ? `toFloat64(sign(${argument(call, 0).sql}))`
      : call.type === 'decimal'
        ? `toDecimal128(sign(${argument(call, 0).sql}), 17)`
        : whole(call, `sign(${argument(call, 0).sql})`),
  ),
  sqrt: unlessNegative('sqrt'),
  pow: sql`pow(${as('real', 0)}, ${as('real', 1)})`,
  exp: sql`exp(${as('real', 0)})`,
  exp2: sql`exp2(${as('real', 0)})`,
  exp10: sql`exp10(${as('real', 0)})`,
  log: unlessNegative('log'),
  log2: unlessNegative('log2'),
  log10: unlessNegative('log10'),
  pi: sql`pi()`,
  isnan: sql`ifNull(isNaN(${as('real', 0)}), false)`,
  isinf: sql`ifNull(isInfinite(${as('real', 0)}), false)`,
  isfinite: sql`ifNull(isFinite(${as('real', 0)}), false)`,
}
