// bag_* : property bags. https://learn.microsoft.com/kusto/query/bag-merge-function

import { quoteString } from '../sql/quote.ts'
import { asJson, asString, type Written, written } from '../sql/written.ts'
import { literalStrings } from './arrays.ts'
import { ArgumentError, argument, constant, type FunctionTable, fn, type WriteCall } from './define.ts'
import { asElement, bagText, dynamic, elementTexts, isArray, isBag, members, plainText } from './json.ts'

const bag = (call: WriteCall, i: number): Written => {
  const json = asJson(argument(call, i))
  return json.json ? json : { ...json, sql: call.share(json.sql) }
}

/** Keys of a JSONPath (`$.a.b`, `$['a']`), or the one key that a plain text is. */
function pathOf(text: string, call: WriteCall): string[] {
  if (!text.startsWith('$')) return [text]
  const keys = [...text.slice(1).matchAll(/\.([^.[\]]+)|\[(['"])(.*?)\2\]/g)].map((m) => m[1] ?? m[3] ?? '')
  const length = [...text.slice(1).matchAll(/\.([^.[\]]+)|\[(['"])(.*?)\2\]/g)].reduce((n, m) => n + m[0].length, 0)
  if (keys.length === 0 || length !== text.length - 1)
    throw new ArgumentError(`'${call.fn}' reads paths of keys only, not '${text}'`)
  return keys
}

const textValue = (sql: string): Written => ({ sql, type: 'dynamic', nullable: false })

/** A bag's JSON text without the given paths. */
function without(text: string, paths: readonly (readonly string[])[]): string {
  const whole = paths.filter((p) => p.length === 1).map((p) => quoteString(p[0] ?? ''))
  const deeper = new Map<string, string[][]>()
  for (const [first, ...rest] of paths)
    if (first !== undefined && rest.length > 0) deeper.set(first, [...(deeper.get(first) ?? []), rest])
  const kept =
    whole.length > 0
      ? `arrayFilter($kv -> NOT has([${whole.join(', ')}], $kv.1), ${members(textValue(text))})`
      : members(textValue(text))
  if (deeper.size === 0) return bagText(kept)
  const inner = [...deeper].map(
    ([key, rest]) => `$kv.1 = ${quoteString(key)} AND JSONType($kv.2) = 'Object', ${without('$kv.2', rest)}`,
  )
  return bagText(`arrayMap($kv -> ($kv.1, multiIf(${inner.join(', ')}, $kv.2)), ${kept})`)
}

const notAPath = (key: string, call: WriteCall): string =>
  `throwIf(startsWith(${key}, '$'), ${quoteString(`${call.fn}: a path must be a literal`)})`

const removeKeys = fn((call) => {
  const b = bag(call, 0)
  const literal = literalStrings(call, 1)
  if (literal)
    return dynamic(
      `if(${isBag(b)}, ${without(
        b.sql,
        literal.map((k) => pathOf(k, call)),
      )}, NULL)`,
      true,
    )
  const keys = `arrayMap($k -> ${plainText('$k')}, ${elementTexts(asJson(argument(call, 1)))})`
  const kept = `arrayFilter($kv -> NOT has(${keys}, $kv.1) AND NOT arrayExists($k -> ${notAPath('$k', call)} = 1, ${keys}), ${members(b)})`
  return dynamic(`if(${isBag(b)}, ${bagText(kept)}, NULL)`, true)
})

/** A bag's JSON text with the value at a path; what is no bag on the way becomes one. */
function withValue(text: string, path: readonly string[], value: string): string {
  const [first = '', ...rest] = path
  const key = quoteString(first)
  const inner = rest.length === 0 ? value : withValue('$kv.2', rest, value)
  const created = rest.reduceRight((v, k) => `concat('{', ${quoteString(JSON.stringify(k))}, ':', ${v}, '}')`, value)
  const own = members(textValue(text))
  const replaced = `arrayMap($kv -> ($kv.1, if($kv.1 = ${key}, ${inner}, $kv.2)), ${own})`
  return bagText(`if(JSONHas(${text}, ${key}), ${replaced}, arrayPushBack(${own}, (${key}, ${created})))`)
}

const setKey = fn((call) => {
  const b = bag(call, 0)
  const key = constant(call, 1)
  if (typeof key !== 'string') throw new ArgumentError(`'${call.fn}' needs a literal key`)
  const text = `ifNull(${b.sql}, '')`
  return dynamic(`if(${isBag(b)}, ${withValue(text, pathOf(key, call), asElement(argument(call, 2)))}, NULL)`, true)
})

const hasKey = fn((call) => {
  const b = bag(call, 0)
  const key = constant(call, 1)
  const text = `ifNull(${b.sql}, '')`
  if (typeof key === 'string')
    return written(
      'bool',
      `if(${isBag(b)}, JSONHas(${text}, ${pathOf(key, call).map(quoteString).join(', ')}) = 1, NULL)`,
      true,
    )
  const name = asString(argument(call, 1)).sql
  return written('bool', `if(${isBag(b)}, JSONHas(${text}, ${name}) = 1 AND ${notAPath(name, call)} = 0, NULL)`, true)
})

/** The first bag's value wins. */
const merge = fn((call) => {
  const bags = call.args.map((_, i) => bag(call, i))
  const all = call.share(`arrayConcat(${bags.map(members).join(', ')})`)
  const keys = `arrayMap($kv -> $kv.1, ${all})`
  const first = `arrayFilter(($kv, $i) -> indexOf(${keys}, $kv.1) = $i, ${all}, arrayEnumerate(${all}))`
  return dynamic(`if(${bags.map(isBag).join(' OR ')}, ${bagText(first)}, NULL)`, true)
})

/** Keys that are strings, each with the value at its place. */
const zip = fn((call) => {
  const [keys, values] = [asJson(argument(call, 0)), asJson(argument(call, 1))]
  const names = call.share(elementTexts(keys))
  const texts = call.share(elementTexts(values))
  const pairs = `arrayMap(($k, $i) -> (${plainText('$k')}, if($i <= length(${texts}), ${texts}[$i], 'null')), ${names}, arrayEnumerate(${names}))`
  const named = `arrayFilter(($kv, $k) -> startsWith($k, '"'), ${pairs}, ${names})`
  return dynamic(`if(${isArray(keys)}, ${bagText(named)}, NULL)`, true)
})

/** Names and values in turn; a name is never null. */
const pack = fn((call) => {
  const parts: string[] = []
  for (let i = 0; i + 1 < call.args.length; i += 2) {
    const name = asString(argument(call, i)).sql
    parts.push(`${i === 0 ? '' : "',', "}toJSONString(${name}), ':', ${asElement(argument(call, i + 1))}`)
  }
  return dynamic(`concat('{', ${parts.join(', ') || "''"}, '}')`, false)
})

/** The same without members that are null or empty. */
const packFilled = fn((call) => {
  const pairs: string[] = []
  for (let i = 0; i + 1 < call.args.length; i += 2)
    pairs.push(`(${asString(argument(call, i)).sql}, ${asElement(argument(call, i + 1))})`)
  return dynamic(bagText(`arrayFilter($kv -> $kv.2 != 'null' AND $kv.2 != '""', [${pairs.join(', ')}])`), false)
})

export const bags: FunctionTable = {
  bag_pack_filled: packFilled,
  bag_pack: pack,
  pack,
  pack_dictionary: pack,
  bag_pack_columns: pack,
  bag_keys: fn((call) => {
    const b = bag(call, 0)
    return dynamic(`if(${isBag(b)}, toJSONString(JSONExtractKeys(ifNull(${b.sql}, ''))), NULL)`, true)
  }),
  bag_merge: merge,
  bag_remove_keys: removeKeys,
  bag_has_key: hasKey,
  bag_set_key: setKey,
  bag_zip: zip,
}
