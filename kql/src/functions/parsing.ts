// Texts of known formats taken apart: URLs, paths, versions, CSV records, JSON by a path.

import { convertWritten } from '../sql/convert.ts'
import { quoteString } from '../sql/quote.ts'
import { asJson, asString, type Written, written } from '../sql/written.ts'
import { ArgumentError, argument, as, constant, type FunctionTable, fn, type WriteCall } from './define.ts'
import { bagText, dynamic } from './json.ts'

const text = (call: WriteCall, i = 0): string => call.share(asString(argument(call, i)).sql)

const bag = (members: readonly (readonly [string, string])[]): string =>
  `concat('{', ${members.map(([key, json], i) => `${quoteString(`${i === 0 ? '' : ','}${JSON.stringify(key)}:`)}, ${json}`).join(', ')}, '}')`

/** `a=1&b=2` as a bag. */
function queryParameters(query: string): string {
  const pairs = `arrayFilter($p -> $p != '', splitByChar('&', ${query}))`
  const pair = `($p -> (splitByChar('=', $p)[1], toJSONString(if(position($p, '=') = 0, '', substring($p, position($p, '=') + 1)))))`
  return bagText(`arrayMap${pair.slice(0, -1)}, ${pairs})`)
}

const url =
  '^(?:([A-Za-z][A-Za-z0-9+.\\-]*):(?://)?)?(?:([^:@/?#]*)(?::([^@/?#]*))?@)?(\\[[^\\]]*\\]|[^:/?#]*)(?::([0-9]*))?/?([^?#]*)(?:\\?([^#]*))?(?:#(.*))?$'

/** https://learn.microsoft.com/kusto/query/parse-url-function */
const parseUrl = fn((call) => {
  const groups = call.share(`extractGroups(${text(call)}, ${quoteString(url)})`)
  const part = (i: number): string => `toJSONString(${groups}[${i}])`
  const made = bag([
    ['Scheme', part(1)],
    ['Host', part(4)],
    ['Port', part(5)],
    ['Path', part(6)],
    ['Username', part(2)],
    ['Password', part(3)],
    ['Query Parameters', queryParameters(`${groups}[7]`)],
    ['Fragment', part(8)],
  ])
  return dynamic(made, false)
})

const parseUrlQuery = fn((call) =>
  dynamic(bag([['Query Parameters', queryParameters(`trimLeft(${text(call)}, '?')`)]]), false),
)

/** https://learn.microsoft.com/kusto/query/parse-path-function */
const parsePath = fn((call) => {
  const groups = call.share(
    `extractGroups(${text(call)}, ${quoteString('^(?:([A-Za-z][A-Za-z0-9+.\\-]+)://)?((?:[A-Za-z]:)?)((?s:.*))$')})`,
  )
  const rest = call.share(`${groups}[3]`)
  const slash = call.share(`length(${rest}) - position(reverse(replaceAll(${rest}, '\\\\', '/')), '/') + 1`)
  const has = `(position(replaceAll(${rest}, '\\\\', '/'), '/') > 0)`
  const last = call.share(`if(${has}, substring(${rest}, ${slash} + 1), ${rest})`)
  const directory = call.share(`concat(${groups}[2], if(${has}, substring(${rest}, 1, ${slash} - 1), ''))`)
  const file = call.share(`splitByChar(':', ${last})[1]`)
  const dot = `position(reverse(${file}), '.')`
  const made = bag([
    ['Scheme', `toJSONString(${groups}[1])`],
    ['RootPath', `toJSONString(${groups}[2])`],
    ['DirectoryPath', `toJSONString(${directory})`],
    ['DirectoryName', `toJSONString(splitByRegexp('[/\\\\\\\\]', ${directory})[-1])`],
    ['Filename', `toJSONString(${file})`],
    ['Extension', `toJSONString(if(${dot} = 0, '', substring(${file}, length(${file}) - ${dot} + 2)))`],
    [
      'AlternateDataStreamName',
      `toJSONString(if(position(${last}, ':') = 0, '', substring(${last}, position(${last}, ':') + 1)))`,
    ],
  ])
  return dynamic(made, false)
})

/** The fields of the first record; quotes are doubled inside of quotes. */
const parseCsv = fn((call) => {
  const record = call.share(`regexpExtract(${text(call)}, ${quoteString('(?s)^((?:"(?:[^"]|"")*"|[^"\\r\\n])*)')}, 1)`)
  const fields = `extractAllGroupsVertical(concat(${record}, ','), ${quoteString('(?s)(?:[ ]*"((?:[^"]|"")*)"[^,]*|([^,]*)),')})`
  const field = `if(startsWith($f[1], '') AND $f[1] != '', replaceAll($f[1], '""', '"'), $f[2])`
  return dynamic(`toJSONString(arrayMap($f -> ${field}, ${fields}))`, false)
})

/**
 * One to four parts of up to eight digits. Kusto's decimal has 34 digits, ours 21 before the point: the number is Kusto's
 * times 10^-12, which keeps every comparison of versions.
 */
const parseVersion = fn((call) => {
  const source = text(call)
  const part = (i: number): string => `leftPad(splitByChar('.', ${source})[${i}], 8, '0')`
  const digits = `concat(${[1, 2, 3, 4].map(part).join(', ')})`
  const number = `toDecimal128OrNull(concat(substring(${digits}, 1, 20), '.', substring(${digits}, 21)), 17)`
  return written('decimal', `if(match(${source}, '^[0-9]{1,8}(\\\\.[0-9]{1,8}){0,3}$'), ${number}, NULL)`, true)
})

/** Keys of a JSONPath as SQL: names, and positions counted from 1. */
function jsonPathKeys(path: string, call: WriteCall): string[] {
  const body = path.startsWith('$') ? path.slice(1) : undefined
  const steps = [...(body ?? '').matchAll(/\.([^.[\]]+)|\[(?:(['"])(.*?)\2|(\d+))\]/g)]
  if (body === undefined || steps.reduce((n, m) => n + m[0].length, 0) !== body.length) {
    throw new ArgumentError(`'${call.fn}' reads paths of names and positions only, not '${path}'`)
  }
  return steps.map((m) => (m[4] !== undefined ? String(Number(m[4]) + 1) : quoteString(m[1] ?? m[3] ?? '')))
}

/** https://learn.microsoft.com/kusto/query/extract-json-function */
const extractJson = fn((call) => {
  const path = constant(call, 0)
  if (typeof path !== 'string') throw new ArgumentError(`'${call.fn}' needs a literal path`)
  const source = argument(call, 1)
  const document = source.type === 'dynamic' ? `ifNull(${asJson(source).sql}, '')` : asString(source).sql
  const keys = jsonPathKeys(path, call)
  const raw = keys.length === 0 ? document : `JSONExtractRaw(${[document, ...keys].join(', ')})`
  const value: Written = {
    sql: `nullIf(nullIf(${raw}, ''), 'null')`,
    type: 'dynamic',
    nullable: true,
    json: { document, keys },
  }
  return convertWritten(value, call.type, call.share)
})

const sizes = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB'] as const

/** https://learn.microsoft.com/kusto/query/format-bytes-function */
const formatBytes = fn((call) => {
  const value = call.share(as('real', 0)(call).sql)
  const precision = call.args.length > 1 ? `toInt64(ifNull(${as('long', 1)(call).sql}, 0))` : '0'
  const base = constant(call, 3) === 10n ? 1000 : 1024
  const units = call.args.length > 2 ? constant(call, 2) : ''
  if (typeof units !== 'string') throw new ArgumentError(`'${call.fn}' needs literal units`)
  const fixed = sizes.findIndex((s) => s.toLowerCase() === units.toLowerCase())
  if (units !== '' && fixed < 0) throw new ArgumentError(`'${units}' is no unit of '${call.fn}': ${sizes.join(', ')}`)
  const power =
    units === ''
      ? `toUInt8(least(5, floor(log(greatest(abs(${value}), 1)) / log(${base}) + 1e-12)))`
      : `toUInt8(${fixed})`
  const exponent = call.share(power)
  const made = `concat(toString(round(${value} / pow(${base}, ${exponent}), ${precision})), ' ', [${sizes.map(quoteString).join(', ')}][${exponent} + 1])`
  return written('string', `ifNull(${made}, '')`, false)
})

export const parsing: FunctionTable = {
  parse_url: parseUrl,
  parseurl: parseUrl,
  parse_urlquery: parseUrlQuery,
  parseurlquery: parseUrlQuery,
  parse_path: parsePath,
  parse_csv: parseCsv,
  parse_version: parseVersion,
  extract_json: extractJson,
  extractjson: extractJson,
  format_bytes: formatBytes,
}
