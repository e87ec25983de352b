// Functions over the order of the rows. What stands in `over(…)` is filled in where the SELECT is written.
// https://learn.microsoft.com/kusto/query/window-functions
import { convertWritten } from '../sql/convert.ts'
import { writeLiteral } from '../sql/literal.ts'
import { unixTicks, type Written, written } from '../sql/written.ts'
import {
  ArgumentError,
  argument,
  as,
  constant,
  type FunctionEntry,
  type FunctionTable,
  fn,
  type WriteCall,
} from './define.ts'

/** Where the order of the rows goes; between the marks an expression by which the sequence falls into pieces. */
export const windowPlace = /\uE000over(?:\uE001([^\uE000]*))?\uE000/g
export const isWindowed = (sql: string): boolean => sql.includes('\uE000')
const over = (piece?: string): string => (piece === undefined ? '\uE000over\uE000' : `\uE000over\uE001${piece}\uE000`)

const whole = 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING'
const running = 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW'

/** The value some rows before or after; the default where there is no such row. */
const neighbour = (fnName: 'lagInFrame' | 'leadInFrame'): FunctionEntry =>
  fn((call) => {
    const value = argument(call, 0)
    const offset = call.args[1] === undefined ? 1n : constant(call, 1)
    if (typeof offset !== 'bigint' || offset < 0n)
      throw new ArgumentError(`'${call.fn}' needs a constant, positive offset`)
    const absent = call.args[2]
      ? convertWritten(call.args[2], call.type)
      : writeLiteral({ kind: 'lit', type: call.type, value: call.type === 'string' ? '' : null })
    const source = call.type === 'string' ? value.sql : `toNullable(${value.sql})`
    // A constant null has a type of its own, which the engine wants the default to share: NULL fits all.
    const rest = call.type === 'string' ? absent.sql : call.args[2] ? `toNullable(${absent.sql})` : 'NULL'
    const text = `${fnName}(${source}, ${offset}, ${rest}) OVER (${over()} ${whole})`
    return written(call.type, text)
  })

/** The piece of the sequence that a row belongs to, where a last argument tells the pieces apart. */
const pieceOf = (call: WriteCall, index: number): string | undefined => call.args[index]?.sql

const rowNumber = fn((call) => {
  const start = call.args.length > 0 ? as('long', 0)(call).sql : '1'
  return written('long', `(toInt64(row_number() OVER (${over(pieceOf(call, 1))})) + ${start} - 1)`, false)
})

const typed = (type: WriteCall['type'], text: string): string =>
  type === 'int' ? `toInt32(${text})` : type === 'long' || type === 'timespan' ? `toInt64(${text})` : text

const cumulative = fn((call) => {
  const value = convertWritten(argument(call, 0), call.type)
  const sum = `ifNull(sum(${value.sql}) OVER (${over(pieceOf(call, 1))} ${running}), 0)`
  return written(call.type, typed(call.type, sum), false)
})

/** Conditions seen so far: numbers the pieces that restarts make. */
const conditions = fn((call) =>
  written('long', `toInt64(countIf(ifNull(${argument(call, 0).sql}, false)) OVER (${over()} ${running}))`, false),
)

/** Changes of a value so far, within a piece; its first row counts as one. Arguments: value, its predecessor, row number, piece. */
const changes = fn((call) => {
  const [value, before, number] = [argument(call, 0), argument(call, 1), argument(call, 2)]
  const different = `ifNull(${value.sql} != ${before.sql}, isNull(${value.sql}) != isNull(${before.sql}))`
  return written(
    'long',
    `toInt64(countIf(${number.sql} = 1 OR ${different}) OVER (${over(pieceOf(call, 3))} ${running}))`,
    false,
  )
})

/** The least row number among equal neighbours. Arguments: row number, rank of the run, piece. */
const runStart = fn((call) => {
  const pieces = [argument(call, 1).sql, ...(call.args[2] ? [call.args[2].sql] : [])]
  return written('long', `toInt64(min(${argument(call, 0).sql}) OVER (${over(pieces.join(', '))} ${whole}))`, false)
})

/** Whether a condition holds for a row near by: some rows ahead (argument 1) or behind (argument 2). */
const near = fn((call) => {
  const [before, after] = [constant(call, 1), constant(call, 2)]
  const frame = `ROWS BETWEEN ${after} PRECEDING AND ${before} FOLLOWING`
  return written('bool', `(countIf(ifNull(${argument(call, 0).sql}, false)) OVER (${over()} ${frame}) > 0)`, false)
})

/** Distinct periods (0) in the time before a row (1) that a span (2) reaches, among rows of the same keys (3 and on). */
const periods = fn((call) => {
  const span = constant(call, 2)
  if (typeof span !== 'bigint') throw new ArgumentError('the window needs a constant length')
  const keys = call.args.slice(3).map((k) => k.sql)
  const time = unixTicks(argument(call, 1).sql)
  const before = `groupArray((${time}, ${argument(call, 0).sql})) OVER (PARTITION BY ${keys.join(', ')} ORDER BY ${time} ASC ${running})`
  return written(
    'long',
    `toInt64(arrayUniq(arrayMap(p -> p.2, arrayFilter(p -> p.1 > ${time} - ${span}, ${before}))))`,
    false,
  )
})

const extreme = (name: 'min' | 'max'): FunctionEntry =>
  fn(
    (call): Written =>
      written(call.type, `${name}(${argument(call, 0).sql}) OVER (${over(pieceOf(call, 1))} ${whole})`),
  )

export const window: FunctionTable = {
  prev: neighbour('lagInFrame'),
  next: neighbour('leadInFrame'),
  row_number: rowNumber,
  row_cumsum: cumulative,
  window_pieces: conditions,
  window_changes: changes,
  window_run_start: runStart,
  window_near: near,
  window_periods: periods,
  window_min: extreme('min'),
  window_max: extreme('max'),
}
