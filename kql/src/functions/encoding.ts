// Texts as bytes, code points, base64 and URL escapes. https://learn.microsoft.com/kusto/query/base64-encode-tostring-function
import { asJson, asString, type Written, written } from '../sql/written.ts'
import { argument, type FunctionTable, fn, sql, str, type WriteCall } from './define.ts'
import { dynamic, elementNumbers, isArray } from './json.ts'

const text = (call: WriteCall): string => call.share(asString(argument(call, 0)).sql)

/** Whether a text is base64 as .NET reads it: whole groups of four with padding. */
const isBase64 = (sql: string): string =>
  `match(${sql}, '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$')`

const decodeText = fn((call) => {
  const source = text(call)
  const bytes = call.share(`tryBase64Decode(${source})`)
  return written('string', `if(${isBase64(source)} AND isValidUTF8(${bytes}), ${bytes}, '')`, false)
})

const decodeArray = fn((call) => {
  const source = text(call)
  const bytes = `tryBase64Decode(${source})`
  const numbers = `arrayMap($i -> reinterpretAsUInt8(substring(${bytes}, $i, 1)), range(1, length(${bytes}) + 1))`
  return dynamic(`if(${isBase64(source)}, toJSONString(${numbers}), NULL)`, true)
})

/** Bytes from the numbers of an array; empty where one is none. */
const encodeArray = fn((call) => {
  const numbers = call.share(elementNumbers(asJson(argument(call, 0))))
  const valid = `arrayAll($e -> ifNull($e BETWEEN 0 AND 255, false), ${numbers})`
  return written(
    'string',
    `if(${valid}, base64Encode(arrayStringConcat(arrayMap($e -> char(toUInt8(assumeNotNull($e))), if(${valid}, ${numbers}, [])))), '')`,
    false,
  )
})

/** .NET keeps the first three parts of a guid with their least byte first. */
const guidOrder = [7, 5, 3, 1, 11, 9, 15, 13, 17, 19, 21, 23, 25, 27, 29, 31] as const
const reordered = (hexes: string): string =>
  `concat(${guidOrder.map((at) => `substring(${hexes}, ${at}, 2)`).join(', ')})`

const encodeGuid = fn((call) => {
  const value = argument(call, 0)
  const hexes = call.share(`replaceAll(toString(${value.sql}), '-', '')`)
  const encoded = `base64Encode(unhex(${reordered(hexes)}))`
  return written('string', value.nullable ? `ifNull(${encoded}, '')` : encoded, false)
})

const decodeGuid = fn((call) => {
  const source = text(call)
  const hexes = call.share(`hex(tryBase64Decode(${source}))`)
  const ordered = call.share(reordered(hexes))
  const parts = [1, 9, 13, 17, 21].map((at, i) => `substring(${ordered}, ${at}, ${[8, 4, 4, 4, 12][i]})`)
  return written(
    'guid',
    `if(${isBase64(source)} AND length(${hexes}) = 32, toUUIDOrNull(concat(${parts.join(", '-', ")})), NULL)`,
    true,
  )
})

const codePoints = fn((call) => {
  const wide = call.share(`convertCharset(${asString(argument(call, 0)).sql}, 'UTF-8', 'UTF-32BE')`)
  const numbers = `arrayMap($i -> reinterpretAsUInt32(reverse(substring(${wide}, 4 * $i + 1, 4))), range(intDiv(length(${wide}), 4)))`
  return dynamic(`toJSONString(${numbers})`, false)
})

/** Code points given one by one or in arrays. */
const fromCodePoints = fn((call) => {
  const numbers = call.args.map((a): string =>
    a.type === 'dynamic' ? elementsOrSelf(a) : `[toNullable(toFloat64(${a.sql}))]`,
  )
  const wide = `arrayStringConcat(arrayMap($e -> leftPad(hex(toUInt32(assumeNotNull($e))), 8, '0'), arrayFilter($e -> ifNull($e BETWEEN 0 AND 1114111, false), arrayConcat(${numbers.join(', ')}))))`
  return written('string', `convertCharset(unhex(${wide}), 'UTF-32BE', 'UTF-8')`, false)
})

function elementsOrSelf(value: Written): string {
  return `if(${isArray(value)}, ${elementNumbers(value)}, [toFloat64OrNull(ifNull(${value.sql}, ''))])`
}

/** As forms do: a blank becomes `+`, escapes are lower-case, and `-_.!*()` stay. */
const urlEncode = fn((call) => {
  const source = text(call)
  const byte = `substring(${source}, $i, 1)`
  const escaped = `multiIf(match(${byte}, '^[A-Za-z0-9_.!*()-]$'), ${byte}, ${byte} = ' ', '+', concat('%', lower(hex(${byte}))))`
  return written('string', `arrayStringConcat(arrayMap($i -> ${escaped}, range(1, length(${source}) + 1)))`, false)
})

export const encodings: FunctionTable = {
  base64_encode_tostring: sql`base64Encode(${str(0)})`,
  base64_encodestring: sql`base64Encode(${str(0)})`,
  base64_decode_tostring: decodeText,
  base64_decodestring: decodeText,
  base64_decode_toarray: decodeArray,
  base64_encode_fromarray: encodeArray,
  base64_encode_fromguid: encodeGuid,
  base64_decode_toguid: decodeGuid,
  unicode_codepoints_from_string: codePoints,
  to_utf8: codePoints,
  unicode_codepoints_to_string: fromCodePoints,
  make_string: fromCodePoints,
  url_decode: sql`decodeURLFormComponent(${str(0)})`,
  url_encode: urlEncode,
  url_encode_component: sql`encodeURLComponent(${str(0)})`,
  isascii: sql`(match(${str(0)}, '^[\\x00-\\x7F]*$') = 1)`,
  isutf8: sql`(isValidUTF8(${str(0)}) = 1)`,
}
