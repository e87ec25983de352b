// Functions over the order of the rows. `{over}` is filled with that order where the SELECT is written.
// https://learn.microsoft.com/kusto/query/window-functions
import { convertWritten } from '../sql/convert.ts'
import { writeLiteral } from '../sql/literal.ts'
import { written } from '../sql/written.ts'
import { ArgumentError, argument, as, constant, fn, type FunctionEntry, type FunctionTable } from './define.ts'

const frame = '{over} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING'

/** The value some rows before or after; the default where there is no such row. */
const neighbour = (fnName: 'lagInFrame' | 'leadInFrame'): FunctionEntry =>
  fn((call) => {
    const value = argument(call, 0)
    const offset = constant(call, 1) ?? 1n
    const absent = call.args[2] ? convertWritten(call.args[2], call.type) : writeLiteral({ kind: 'lit', type: call.type, value: call.type === 'string' ? '' : null })
    const source = call.type === 'string' ? value.sql : `toNullable(${value.sql})`
    const text = `${fnName}(${source}, ${offset}, ${call.type === 'string' ? absent.sql : `toNullable(${absent.sql})`}) OVER (${frame})`
    return written(call.type, text)
  })

const rowNumber = fn((call) => {
  if (call.args.length > 1) throw new ArgumentError(`'row_number' with a restart`)
  const start = call.args.length > 0 ? as('long', 0)(call).sql : '1'
  return written('long', `(toInt64(row_number() OVER ({over})) + ${start} - 1)`, false)
})

export const window: FunctionTable = {
  prev: neighbour('lagInFrame'),
  next: neighbour('leadInFrame'),
  row_number: rowNumber,
}
