// dynamic values: paths, arrays, bags. https://learn.microsoft.com/kusto/query/scalar-data-types/dynamic
import { asJson, asString } from '../sql/written.ts'
import { argument, type FunctionTable, fn, json, sql, type WriteCall } from './define.ts'

/** Text that is no JSON is a string; nothing is null. */
const parseJson = fn((call) => {
  const value = argument(call, 0)
  if (value.type !== 'string') return asJson(value)
  const text = value.sql
  return {
    sql: `multiIf(isValidJSON(${text}), nullIf(trimBoth(${text}), 'null'), ${text} = '', NULL, toJSONString(${text}))`,
    type: 'dynamic',
    nullable: true,
    json: { document: text, keys: [] },
  }
})

/** Keys of a path: names as they are, positions counted from 1 (negative ones from the end, as in KQL). */
function pathKeys(call: WriteCall): string[] {
  return call.args.slice(1).map((key, i) => {
    const expr = call.exprs[i + 1]
    if (key.type === 'string') return key.sql
    if (expr?.kind === 'lit' && typeof expr.value === 'bigint')
      return String(expr.value >= 0n ? expr.value + 1n : expr.value)
    if (key.type === 'dynamic') return asString(key).sql
    return `if(${key.sql} >= 0, ${key.sql} + 1, ${key.sql})`
  })
}

const path = fn((call) => {
  const base = argument(call, 0)
  const keys = pathKeys(call)
  const first = call.args[1]
  if (base.strings && call.args.length === 2 && first && first.type !== 'string' && first.type !== 'dynamic') {
    const value = `arrayElementOrNull(${base.strings}, ${keys[0]})`
    return { sql: `toJSONString(${value})`, type: 'dynamic', nullable: true, text: value }
  }
  const { document, keys: outer } = base.json ?? { document: base.sql, keys: [] }
  const all = [...outer, ...keys]
  return {
    sql: `nullIf(nullIf(JSONExtractRaw(${[document, ...all].join(', ')}), ''), 'null')`,
    type: 'dynamic',
    nullable: true,
    json: { document, keys: all },
  }
})

/** What mv-expand makes rows of: elements of an array; members of a bag as bags or pairs; anything else is itself. */
const expandItems = fn((call) => {
  const value = asJson(argument(call, 0))
  const bags = call.exprs[1]?.kind === 'lit' ? call.exprs[1].value : 'bag'
  if (value.strings)
    return { sql: `arrayMap($e -> toNullable(toJSONString($e)), ${value.strings})`, type: 'dynamic', nullable: false }
  const { document, keys } = value.json ?? { document: value.sql, keys: [] }
  const path = [`ifNull(${document}, '')`, ...keys].join(', ')
  const pair =
    bags === 'array'
      ? "concat('[', toJSONString($kv.1), ',', $kv.2, ']')"
      : "concat('{', toJSONString($kv.1), ':', $kv.2, '}')"
  const members = `arrayMap($kv -> toNullable(${pair}), JSONExtractKeysAndValuesRaw(${path}))`
  const array = `arrayMap($e -> nullIf($e, 'null'), JSONExtractArrayRaw(${path}))`
  return {
    sql: `multiIf(JSONType(${path}) = 'Array', ${array}, JSONType(${path}) = 'Object', ${members}, [${value.sql}])`,
    type: 'dynamic',
    nullable: false,
  }
})

const arrayLength = fn((call) => {
  const value = asJson(argument(call, 0))
  if (value.strings) return { sql: `toInt64(length(${value.strings}))`, type: 'long', nullable: false }
  const { document, keys } = value.json ?? { document: value.sql, keys: [] }
  const at = [`ifNull(${document}, '')`, ...keys].join(', ')
  return { sql: `if(JSONType(${at}) = 'Array', toInt64(JSONLength(${at})), NULL)`, type: 'long', nullable: true }
})

export const dynamics: FunctionTable = {
  parse_json: parseJson,
  parsejson: parseJson,
  todynamic: parseJson,
  toobject: parseJson,
  path,
  /** One column of a call that makes several. */
  tuple_item: fn((call) => {
    const index = call.exprs[1]?.kind === 'lit' ? Number(call.exprs[1].value) : 0
    return {
      sql: `tupleElement(${call.share(argument(call, 0).sql)}, ${index + 1})`,
      type: call.type,
      nullable: call.type !== 'string',
    }
  }),
  expand_items: expandItems,
  array_length: arrayLength,
  arraylength: arrayLength,
  dynamic_to_json: sql`ifNull(${json(0)}, '')`,
}
