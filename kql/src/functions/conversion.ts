// tostring, toint, todatetime, ... https://learn.microsoft.com/kusto/query/scalar-functions#conversion-functions
import type { ScalarType } from '../model.ts'
import { convertWritten } from '../sql/convert.ts'
import { asString, extract, isWhole } from '../sql/written.ts'
import { argument, type FunctionEntry, type FunctionTable, fn, result } from './define.ts'

const to = (type: ScalarType): FunctionEntry => ({ write: (call) => convertWritten(argument(call, 0), type) })

const isEmpty = fn((call) => {
  const value = argument(call, 0)
  if (value.type === 'string') return { sql: `empty(${value.sql})`, type: 'bool', nullable: false }
  if (value.type === 'dynamic') return { sql: `empty(${asString(value).sql})`, type: 'bool', nullable: false }
  return { sql: value.nullable ? `isNull(${value.sql})` : 'false', type: 'bool', nullable: false }
})

const isNull = fn((call) => {
  const value = argument(call, 0)
  if (value.type === 'string') return { sql: 'false', type: 'bool', nullable: false }
  if (value.type === 'dynamic')
    return { sql: `isNull(${value.text ?? extract(value, 'Nullable(String)')})`, type: 'bool', nullable: false }
  return { sql: value.nullable ? `isNull(${value.sql})` : 'false', type: 'bool', nullable: false }
})

const negated = (entry: FunctionEntry): FunctionEntry =>
  fn((call) => ({ ...entry.write(call), sql: `(NOT ${entry.write(call).sql})` }))

/** Two's complement without leading zeros, filled up to a least length. */
const toHex = fn((call) => {
  const value = argument(call, 0)
  const number = isWhole(value) ? value.sql : convertWritten(value, 'long').sql
  const digits = `if(${number} = 0, '0', trimLeft(lower(hex(${number})), '0'))`
  const least =
    call.args.length > 1 ? `toUInt64(greatest(ifNull(${convertWritten(argument(call, 1), 'long').sql}, 0), 0))` : '0'
  const text = call.args.length > 1 ? `leftPad(${digits}, greatest(length(${digits}), ${least}), '0')` : digits
  return result('string', text, value.nullable || value.type === 'dynamic')
})

export const conversion: FunctionTable = {
  tostring: to('string'),
  toint: to('int'),
  tolong: to('long'),
  toreal: to('real'),
  todouble: to('real'),
  todecimal: to('decimal'),
  tobool: to('bool'),
  toboolean: to('bool'),
  todatetime: to('datetime'),
  totimespan: to('timespan'),
  totime: to('timespan'),
  toguid: to('guid'),
  isempty: isEmpty,
  isnotempty: negated(isEmpty),
  notempty: negated(isEmpty),
  isnull: isNull,
  isnotnull: negated(isNull),
  notnull: negated(isNull),
  tohex: toHex,
}
