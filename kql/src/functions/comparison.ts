// ==, !=, <, in, and, or, not. https://learn.microsoft.com/kusto/query/scalar-data-types/null-values
import type { Written } from '../sql/written.ts'
import { argument, type FunctionTable, fn, sql, type WriteCall } from './define.ts'

/** Case folding for `in~`: by Unicode, unless every option is a constant of ASCII. */
function foldFor(call: WriteCall): Change {
  const ascii = call.exprs
    .slice(1)
    .every((e) => e.kind === 'lit' && typeof e.value === 'string' && [...e.value].every((c) => c <= '\u007f'))
  return (w) => `${ascii ? 'lower' : 'lowerUTF8'}(${w.sql})`
}

/** Equal: null only if both sides are null; one null alone is simply different. */
function equal(call: WriteCall): Written {
  const [a, b] = [argument(call, 0), argument(call, 1)]
  if (!a.nullable && !b.nullable) return { sql: `(${a.sql} = ${b.sql})`, type: 'bool', nullable: false }
  if (!a.nullable || !b.nullable) return { sql: `ifNull(${a.sql} = ${b.sql}, false)`, type: 'bool', nullable: false }
  return {
    sql: `if(isNull(${a.sql}) AND isNull(${b.sql}), NULL, ifNull(${a.sql} = ${b.sql}, false))`,
    type: 'bool',
    nullable: true,
  }
}

function notEqual(call: WriteCall): Written {
  const [a, b] = [argument(call, 0), argument(call, 1)]
  if (!a.nullable && !b.nullable) return { sql: `(${a.sql} != ${b.sql})`, type: 'bool', nullable: false }
  if (!a.nullable || !b.nullable) return { sql: `ifNull(${a.sql} != ${b.sql}, true)`, type: 'bool', nullable: false }
  return {
    sql: `if(isNull(${a.sql}) AND isNull(${b.sql}), NULL, ifNull(${a.sql} != ${b.sql}, true))`,
    type: 'bool',
    nullable: true,
  }
}

type Change = (w: Written) => string
const same: Change = (w) => w.sql

/** Membership in constants, columns, arrays and sets; null is in nothing. */
function isIn(call: WriteCall, change: Change, plain: boolean): string {
  const left = argument(call, 0)
  const value = change(left)
  const parts: string[] = []
  const scalars: string[] = []
  call.args.slice(1).forEach((option, i) => {
    const expr = call.exprs[i + 1]
    if (expr?.kind === 'subquery' && expr.set) {
      const isText = option.type === 'string' || option.type === 'dynamic'
      const changed = change === same || !isText ? option.sql : `(SELECT lowerUTF8(*) FROM ${option.sql})`
      parts.push(
        option.type === 'dynamic'
          ? `${value} IN (SELECT arrayJoin(JSONExtract(assumeNotNull(*), 'Array(String)')) FROM ${option.sql})`
          : `${value} IN ${changed}`,
      )
    } else if (option.type === 'dynamic') {
      parts.push(`has(${arrayOf(option, left, change !== same)}, ${value})`)
    } else scalars.push(change(option))
  })
  if (scalars.length > 0) parts.unshift(`${value} IN (${scalars.join(', ')})`)
  if (parts.length === 0) return 'false'
  const any = parts.length === 1 ? (parts[0] as string) : `(${parts.join(' OR ')})`
  return left.nullable && !plain ? `ifNull(${any}, false)` : any
}

/** A dynamic array as the engine's array of the type that it is compared with. */
function arrayOf(array: Written, left: Written, lowered: boolean): string {
  const strings = left.type === 'string'
  const types: Record<string, string> = { int: 'Int64', long: 'Int64', real: 'Float64', bool: 'Bool' }
  const values =
    strings && array.strings
      ? array.strings
      : `JSONExtract(assumeNotNull(${array.sql}), 'Array(${strings ? 'String' : `Nullable(${types[left.type] ?? 'String'})`})')`
  return lowered ? `arrayMap(x -> lowerUTF8(x), ${values})` : values
}

const bool = (write: (call: WriteCall) => string): ReturnType<typeof fn> =>
  fn((call) => ({ sql: write(call), type: 'bool', nullable: false }))

/** With a side that is null it does not hold. https://learn.microsoft.com/kusto/query/logical-operators */
const and = fn((call) => {
  const sql = `(${call.args.map((a) => a.sql).join(' AND ')})`
  return { sql: call.args.some((a) => a.nullable) ? `ifNull(${sql}, false)` : sql, type: 'bool', nullable: false }
})
const or = fn((call) => ({
  sql: `(${call.args.map((a) => a.sql).join(' OR ')})`,
  type: 'bool',
  nullable: call.args.some((a) => a.nullable),
}))

export const comparison: FunctionTable = {
  And: and,
  Or: or,
  not: sql`(NOT ${0})`,
  Equal: { write: equal },
  EqualPlain: sql`${0} = ${1}`,
  NotEqual: { write: notEqual },
  LessThan: sql`(${0} < ${1})`,
  LessThanOrEqual: sql`(${0} <= ${1})`,
  GreaterThan: sql`(${0} > ${1})`,
  GreaterThanOrEqual: sql`(${0} >= ${1})`,
  In: bool((call) => isIn(call, foldFor(call), false)),
  InCs: bool((call) => isIn(call, same, false)),
  InPlain: bool((call) => isIn(call, foldFor(call), true)),
  InCsPlain: bool((call) => isIn(call, same, true)),
  NotIn: bool((call) => `(NOT ${isIn(call, foldFor(call), false)})`),
  NotInCs: bool((call) => `(NOT ${isIn(call, same, false)})`),
  /** The resource itself or anything below it: how a request's resource scope restricts a table. */
  resource_in_scope: bool((call) => {
    const id = argument(call, 0).sql
    const scopes = call.args.slice(1).map((s) => `${id} = ${s.sql} OR startsWith(${id}, concat(${s.sql}, '/'))`)
    return `(${scopes.join(' OR ')})`
  }),
}
