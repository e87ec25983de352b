// iff, case, coalesce, max_of, min_of. https://learn.microsoft.com/kusto/query/scalar-functions#conditional-functions
import { convertWritten } from '../sql/convert.ts'
import type { Written } from '../sql/written.ts'
import { type FunctionTable, fn, type WriteCall } from './define.ts'

const settled = (call: WriteCall, w: Written): Written => convertWritten(w, call.type)

/** Conditions and values in turn; a condition that is null does not hold. */
const branches = fn((call) => {
  const parts: string[] = []
  let nullable = false
  for (let i = 0; i < call.args.length; i++) {
    const isCondition = i % 2 === 0 && i < call.args.length - 1
    const value = isCondition ? call.args[i] : settled(call, call.args[i] as Written)
    nullable ||= !isCondition && (value?.nullable ?? false)
    parts.push(value?.sql ?? '')
  }
  return { sql: `${parts.length === 3 ? 'if' : 'multiIf'}(${parts.join(', ')})`, type: call.type, nullable }
})

const coalesce = fn((call) => {
  const values = call.args.map((a) => settled(call, a))
  if (call.type === 'string') {
    const last = values.at(-1)?.sql ?? "''"
    return {
      sql: `coalesce(${[...values.slice(0, -1).map((v) => `nullIf(${v.sql}, '')`), last].join(', ')})`,
      type: 'string',
      nullable: false,
    }
  }
  return {
    sql: `coalesce(${values.map((v) => v.sql).join(', ')})`,
    type: call.type,
    nullable: values.every((v) => v.nullable),
  }
})

/** The extreme of the values that are not null. */
const extreme = (name: 'max' | 'min'): ReturnType<typeof fn> =>
  fn((call) => {
    const values = call.args.map((a) => settled(call, a))
    if (values.every((v) => !v.nullable))
      return {
        sql: `${name === 'max' ? 'greatest' : 'least'}(${values.map((v) => v.sql).join(', ')})`,
        type: call.type,
        nullable: false,
      }
    return {
      sql: `array${name === 'max' ? 'Max' : 'Min'}(arrayFilter(x -> isNotNull(x), [${values.map((v) => v.sql).join(', ')}]))`,
      type: call.type,
      nullable: true,
    }
  })

export const conditional: FunctionTable = {
  iff: branches,
  iif: branches,
  case: branches,
  coalesce,
  max_of: extreme('max'),
  min_of: extreme('min'),
}
