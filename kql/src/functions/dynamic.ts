// dynamic values: paths, arrays, bags. https://learn.microsoft.com/kusto/query/scalar-data-types/dynamic
import { asJson, asString, type Written } from '../sql/written.ts'
import { argument, as, fn, type FunctionTable, json, sql, type WriteCall } from './define.ts'

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
    if (expr?.kind === 'lit' && typeof expr.value === 'bigint') return String(expr.value >= 0n ? expr.value + 1n : expr.value)
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

/** Elements of an array as JSON texts. */
export function elementTexts(w: Written): string {
  if (w.strings) return `arrayMap(x -> toJSONString(x), ${w.strings})`
  const { document, keys } = w.json ?? { document: w.sql, keys: [] }
  return `JSONExtractArrayRaw(${[`ifNull(${document}, '')`, ...keys].join(', ')})`
}

/** What mv-expand makes rows of: elements of an array; members of a bag as bags or pairs; anything else is itself. */
const expandItems = fn((call) => {
  const value = asJson(argument(call, 0))
  const bags = call.exprs[1]?.kind === 'lit' ? call.exprs[1].value : 'bag'
  if (value.strings) return { sql: `arrayMap(x -> toNullable(toJSONString(x)), ${value.strings})`, type: 'dynamic', nullable: false }
  const { document, keys } = value.json ?? { document: value.sql, keys: [] }
  const path = [`ifNull(${document}, '')`, ...keys].join(', ')
  const pair = bags === 'array' ? "concat('[', toJSONString(kv.1), ',', kv.2, ']')" : "concat('{', toJSONString(kv.1), ':', kv.2, '}')"
  const members = `arrayMap(kv -> toNullable(${pair}), JSONExtractKeysAndValuesRaw(${path}))`
  const array = `arrayMap(x -> nullIf(x, 'null'), JSONExtractArrayRaw(${path}))`
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

const joinTexts = (texts: string): string => `concat('[', arrayStringConcat(${texts}, ','), ']')`

const arrayConcat = fn((call) => ({
  sql: joinTexts(`arrayConcat(${call.args.map((a) => elementTexts(asJson(a))).join(', ')})`),
  type: 'dynamic',
  nullable: false,
}))

const packArray = fn((call) => ({
  sql: `concat('[', ${call.args.map((a) => `ifNull(${asJson(a).sql}, 'null')`).join(", ',', ") || "''"}, ']')`,
  type: 'dynamic',
  nullable: false,
}))

const bagPack = fn((call) => {
  const parts: string[] = []
  for (let i = 0; i + 1 < call.args.length; i += 2) {
    const name = asString(argument(call, i)).sql
    parts.push(`${i === 0 ? '' : "',', "}toJSONString(${name}), ':', ifNull(${asJson(argument(call, i + 1)).sql}, 'null')`)
  }
  return { sql: `concat('{', ${parts.join(', ') || "''"}, '}')`, type: 'dynamic', nullable: false }
})

const strcatArray = fn((call) => {
  const value = asJson(argument(call, 0))
  const texts = value.strings ?? `arrayMap(x -> ifNull(JSONExtract(x, 'Nullable(String)'), ''), ${elementTexts(value)})`
  return { sql: `arrayStringConcat(${texts}, ${asString(argument(call, 1)).sql})`, type: 'string', nullable: false }
})

export const dynamics: FunctionTable = {
  parse_json: parseJson,
  parsejson: parseJson,
  todynamic: parseJson,
  toobject: parseJson,
  path,
  expand_items: expandItems,
  array_length: arrayLength,
  arraylength: arrayLength,
  array_concat: arrayConcat,
  pack_array: packArray,
  bag_pack: bagPack,
  pack: bagPack,
  pack_dictionary: bagPack,
  strcat_array: strcatArray,
  dynamic_to_json: sql`ifNull(${json(0)}, '')`,
  bag_keys: fn((call) => ({ sql: `if(JSONType(ifNull(${asJson(argument(call, 0)).sql}, '')) = 'Object', toJSONString(JSONExtractKeys(ifNull(${asJson(argument(call, 0)).sql}, ''))), NULL)`, type: 'dynamic', nullable: true })),
  array_slice: fn((call) => {
    const texts = elementTexts(asJson(argument(call, 0)))
    const n = `length(${texts})`
    const at = (i: number): string => {
      const v = as('long', i)(call).sql
      return `if(${v} < 0, ${v} + ${n}, ${v})`
    }
    return { sql: joinTexts(`arraySlice(${texts}, greatest(${at(1)}, 0) + 1, greatest(${at(2)} - greatest(${at(1)}, 0) + 1, 0))`), type: 'dynamic', nullable: false }
  }),
}

