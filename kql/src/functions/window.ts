// Functions over the order of the rows. What stands in `over(…)` is filled in where the SELECT is written.
// https://learn.microsoft.com/kusto/query/window-functions
import { convertWritten } from '../sql/convert.ts'
import { writeLiteral } from '../sql/literal.ts'
import { type Written, written } from '../sql/written.ts'
import { ArgumentError, argument, as, constant, fn, type FunctionEntry, type FunctionTable, type WriteCall } from './define.ts'

/** Where the order of the rows goes; between the marks an expression by which the sequence falls into pieces. */
export const windowPlace = /\u0001over(?:\u0002([^\u0001]*))?\u0001/g
const over = (piece?: string): string => (piece === undefined ? '\u0001over\u0001' : `\u0001over\u0002${piece}\u0001`)

const whole = 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING'
const running = 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW'

/** The value some rows before or after; the default where there is no such row. */
const neighbour = (fnName: 'lagInFrame' | 'leadInFrame'): FunctionEntry =>
  fn((call) => {
    const value = argument(call, 0)
    const offset = call.args[1] === undefined ? 1n : constant(call, 1)
    if (typeof offset !== 'bigint' || offset < 0n) throw new ArgumentError(`'${call.fn}' needs a constant, positive offset`)
    const absent = call.args[2] ? convertWritten(call.args[2], call.type) : writeLiteral({ kind: 'lit', type: call.type, value: call.type === 'string' ? '' : null })
    const source = call.type === 'string' ? value.sql : `toNullable(${value.sql})`
    const text = `${fnName}(${source}, ${offset}, ${call.type === 'string' ? absent.sql : `toNullable(${absent.sql})`}) OVER (${over()} ${whole})`
    return written(call.type, text)
  })

/** The piece of the sequence that a row belongs to, where a last argument tells the pieces apart. */
const pieceOf = (call: WriteCall, index: number): string | undefined => call.args[index]?.sql

const rowNumber = fn((call) => {
  const start = call.args.length > 0 ? as('long', 0)(call).sql : '1'
  return written('long', `(toInt64(row_number() OVER (${over(pieceOf(call, 1))})) + ${start} - 1)`, false)
})

const typed = (type: WriteCall['type'], text: string): string => (type === 'int' ? `toInt32(${text})` : type === 'long' || type === 'timespan' ? `toInt64(${text})` : text)

const cumulative = fn((call) => {
  const value = convertWritten(argument(call, 0), call.type)
  const sum = `ifNull(sum(${value.sql}) OVER (${over(pieceOf(call, 1))} ${running}), 0)`
  return written(call.type, typed(call.type, sum), false)
})

/** Conditions seen so far: numbers the pieces that restarts make. */
const conditions = fn((call) => written('long', `toInt64(countIf(ifNull(${argument(call, 0).sql}, false)) OVER (${over()} ${running}))`, false))

/** Changes of a value so far, within a piece; its first row counts as one. Arguments: value, its predecessor, row number, piece. */
const changes = fn((call) => {
  const [value, before, number] = [argument(call, 0), argument(call, 1), argument(call, 2)]
  const different = `ifNull(${value.sql} != ${before.sql}, isNull(${value.sql}) != isNull(${before.sql}))`
  return written('long', `toInt64(countIf(${number.sql} = 1 OR ${different}) OVER (${over(pieceOf(call, 3))} ${running}))`, false)
})

/** The least row number among equal neighbours. Arguments: row number, rank of the run, piece. */
const runStart = fn((call) => {
  const pieces = [argument(call, 1).sql, ...(call.args[2] ? [call.args[2].sql] : [])]
  return written('long', `toInt64(min(${argument(call, 0).sql}) OVER (${over(pieces.join(', '))} ${whole}))`, false)
})

const extreme = (name: 'min' | 'max'): FunctionEntry =>
  fn((call): Written => written(call.type, `${name}(${argument(call, 0).sql}) OVER (${over(pieceOf(call, 1))} ${whole})`))

export const window: FunctionTable = {
  prev: neighbour('lagInFrame'),
  next: neighbour('leadInFrame'),
  row_number: rowNumber,
  row_cumsum: cumulative,
  window_pieces: conditions,
  window_changes: changes,
  window_run_start: runStart,
  window_min: extreme('min'),
  window_max: extreme('max'),
}
