// IPv4 and IPv6 addresses. https://learn.microsoft.com/kusto/query/ip-prefix-notation
//
// A text may carry a prefix (`10.0.0.1/8`); comparisons use the shortest prefix given. What is no address is null.
import { asJson, asString, written } from '../sql/written.ts'
import { argument, as, type FunctionEntry, type FunctionTable, fn, type WriteCall } from './define.ts'
import { dynamic, elementStrings } from './json.ts'

/** An address as a number and its prefix length, both null where the text is no address. */
interface Address {
  readonly number: string
  readonly prefix: string
}
type Read = (text: string, share: (sql: string) => string) => Address

const head = (text: string): string => `splitByChar('/', ${text})[1]`
/** The prefix after the slash; `bits` without one, null if it is not within 0..bits. */
const suffix = (text: string, bits: number): string =>
  `if(position(${text}, '/') = 0, ${bits}, if(ifNull(toUInt16OrNull(splitByChar('/', ${text})[2]) <= ${bits}, false), toInt64OrNull(splitByChar('/', ${text})[2]), NULL))`

const v4: Read = (text, share) => {
  const t = share(text)
  const prefix = share(suffix(t, 32))
  return { number: share(`if(isNull(${prefix}), NULL, toInt64(IPv4StringToNumOrNull(${head(t)})))`), prefix }
}

/** IPv4 texts stand for ::ffff:a.b.c.d; their prefixes grow by 96. */
const v6: Read = (text, share) => {
  const t = share(text)
  const plain = share(`if(match(${t}, '^::[0-9]+\\\\.'), substring(${t}, 3), ${t})`)
  const isV4 = `(position(${plain}, ':') = 0)`
  const prefix = share(`if(${isV4}, ${suffix(plain, 32)} + 96, ${suffix(plain, 128)})`)
  return {
    number: share(`if(isNull(${prefix}), NULL, reinterpretAsUInt128(reverse(IPv6StringToNumOrNull(${head(plain)}))))`),
    prefix,
  }
}

/** What `if` leaves out is computed all the same, and shifts by negative counts throw. */
const notNegative = (prefix: string): string => `greatest(${prefix}, 0)`

interface Family {
  readonly read: Read
  readonly mask: (number: string, prefix: string) => string
  readonly bits: number
}
const four: Family = {
  read: v4,
  bits: 32,
  mask: (n, p) => `bitAnd(${n}, 4294967296 - bitShiftLeft(toInt64(1), 32 - ${p}))`,
}
const six: Family = {
  read: v6,
  bits: 128,
  mask: (n, p) =>
    `bitAnd(${n}, if(${p} = 0, toUInt128(0), bitShiftLeft(toUInt128('340282366920938463463374607431768211455'), 128 - ${p})))`,
}

/** Addresses and an optional prefix argument, masked to the shortest prefix of all. */
function masked(call: WriteCall, family: Family): { readonly a: string; readonly b: string } {
  const [a, b] = [0, 1].map((i) => family.read(asString(argument(call, i)).sql, call.share)) as [Address, Address]
  const given = call.args.length > 2 ? `, ${as('long', 2)(call).sql}` : ''
  const prefix = call.share(`least(${a.prefix}, ${b.prefix}${given})`)
  const valid = given === '' ? '' : `ifNull(${prefix} BETWEEN 0 AND ${family.bits}, false)`
  const one = (n: string): string =>
    call.share(valid === '' ? family.mask(n, prefix) : `if(${valid}, ${family.mask(n, notNegative(prefix))}, NULL)`)
  return { a: one(a.number), b: one(b.number) }
}

const compare = (family: Family): FunctionEntry =>
  fn((call) => {
    const { a, b } = masked(call, family)
    return written(
      'long',
      `if(isNull(${a}) OR isNull(${b}), NULL, toInt64(multiIf(${a} < ${b}, -1, ${a} > ${b}, 1, 0)))`,
      true,
    )
  })

const isMatch = (family: Family): FunctionEntry =>
  fn((call) => {
    const { a, b } = masked(call, family)
    return written('bool', `(${a} = ${b})`, true)
  })

/** In one of the ranges, which are texts or arrays of them; null only if the address is none. */
const inAnyRange = (family: Family): FunctionEntry =>
  fn((call) => {
    const ip = family.read(asString(argument(call, 0)).sql, call.share)
    const ranges = `arrayConcat(${call.args
      .slice(1)
      .map((a) => (a.type === 'dynamic' ? elementStrings(asJson(a)) : `[${asString(a).sql}]`))
      .join(', ')})`
    const range = family.read('$r', (sql) => sql)
    const prefix = `least(${ip.prefix}, ${range.prefix})`
    const inside = `ifNull(${family.mask(ip.number, prefix)} = ${family.mask(range.number, prefix)}, false)`
    return written('bool', `if(isNull(${ip.number}), NULL, arrayExists($r -> ${inside}, ${ranges}) = 1)`, true)
  })

const parse4 = fn((call) => {
  const ip = v4(asString(argument(call, 0)).sql, call.share)
  const prefix = call.args.length > 1 ? call.share(`least(${ip.prefix}, ${as('long', 1)(call).sql})`) : ip.prefix
  return written(
    'long',
    `if(ifNull(${prefix} BETWEEN 0 AND 32, false), ${four.mask(ip.number, notNegative(prefix))}, NULL)`,
    true,
  )
})

const parse6 = fn((call) => {
  const ip = v6(asString(argument(call, 0)).sql, call.share)
  const prefix = call.args.length > 1 ? call.share(`least(${ip.prefix}, ${as('long', 1)(call).sql})`) : ip.prefix
  const hexes = call.share(`leftPad(lower(hex(${six.mask(ip.number, notNegative(prefix))})), 32, '0')`)
  const groups = `arrayStringConcat(arrayMap($i -> substring(assumeNotNull(${hexes}), 4 * $i + 1, 4), range(8)), ':')`
  return written(
    'string',
    `if(isNull(${ip.number}) OR NOT ifNull(${prefix} BETWEEN 0 AND 128, false), '', ${groups})`,
    false,
  )
})

/** A text or a number as an address, written with what the prefix leaves of it. */
const format4 = (withMask: boolean): FunctionEntry =>
  fn((call) => {
    const value = argument(call, 0)
    const text = value.type === 'string' || value.type === 'dynamic'
    const ip = text
      ? v4(asString(value).sql, call.share)
      : {
          number: `if(ifNull(${value.sql} BETWEEN 0 AND 4294967295, false), toInt64(${value.sql}), NULL)`,
          prefix: '32',
        }
    const prefix = call.share(call.args.length > 1 ? `least(${ip.prefix}, ${as('long', 1)(call).sql})` : ip.prefix)
    const address = `IPv4NumToString(toUInt32(${four.mask(ip.number, prefix)}))`
    const made = withMask ? `concat(${address}, '/', toString(${prefix}))` : address
    return written('string', `ifNull(if(ifNull(${prefix} BETWEEN 0 AND 32, false), ${made}, NULL), '')`, false)
  })

const privateRanges = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const

const isPrivate = fn((call) => {
  const ip = v4(asString(argument(call, 0)).sql, call.share)
  const inside = privateRanges.map(
    ([net, bits]) =>
      `${ip.prefix} >= ${bits} AND bitShiftRight(${ip.number}, ${32 - bits}) = bitShiftRight(toInt64(IPv4StringToNum('${net}')), ${32 - bits})`,
  )
  return written('bool', `if(isNull(${ip.number}), NULL, (${inside.join(' OR ')}))`, true)
})

/** The fewest blocks that cover a range: each as large as its start's alignment and the rest allow. */
const cidrList = fn((call) => {
  const [from, to] = [0, 1].map((i) =>
    call.share(`toInt64(IPv4StringToNumOrNull(${asString(argument(call, i)).sql}))`),
  ) as [string, string]
  const align = 'if($s.1 = 0, 32, bitCount(bitXor($s.1, $s.1 - 1)) - 1)'
  const room = `toInt64(floor(log2(assumeNotNull(${to}) - $s.1 + 1)))`
  const size = `toInt64(least(${align}, ${room}))`
  const block = `concat(IPv4NumToString(toUInt32($s.1)), '/', toString(32 - ${size}))`
  const step = `if($s.1 > assumeNotNull(${to}), $s, ($s.1 + bitShiftLeft(toInt64(1), ${size}), arrayPushBack($s.2, ${block})))`
  const blocks = `arrayFold(($s, $i) -> ${step}, range(64), (assumeNotNull(${from}), emptyArrayString())).2`
  return dynamic(`if(ifNull(${from} <= ${to}, false), toJSONString(${blocks}), NULL)`, true)
})

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const border = { before: '(?:^|[^0-9A-Za-z])', after: '(?:$|[^0-9A-Za-z])' }

/** Whether a text has the address between borders that are no letters or digits. */
const hasAddress = (text: string, ip: string): string =>
  `(isNotNull(IPv4StringToNumOrNull(${ip})) AND match(${text}, concat('${border.before}', regexpQuoteMeta(${ip}), '${border.after}')))`

/** The same for a prefix: whole octets with their dot, followed by what makes an address of it. */
function hasAddressPrefix(text: string, prefix: string): string {
  const dots = `countSubstrings(${prefix}, '.')`
  const rest = `arrayStringConcat(arrayWithConstant(4 - ${dots}, '${octet}'), '\\\\.')`
  const found = `match(${text}, concat('${border.before}', regexpQuoteMeta(${prefix}), ${rest}, '${border.after}'))`
  return `if(match(${prefix}, '^(?:${octet}\\\\.){1,3}$'), ${found}, ${hasAddress(text, prefix)})`
}

const search = (test: (text: string, needle: string) => string): FunctionEntry =>
  fn((call) => {
    const text = asString(argument(call, 0)).sql
    const tests = call.args
      .slice(1)
      .map((a) =>
        a.type === 'dynamic'
          ? `(arrayExists($n -> ${test(text, '$n')}, ${elementStrings(asJson(a))}) = 1)`
          : test(text, asString(a).sql),
      )
    return written('bool', `(${tests.join(' OR ')}) = 1`, false)
  })

export const ip: FunctionTable = {
  parse_ipv4: parse4,
  parse_ipv4_mask: parse4,
  parse_ipv6: parse6,
  parse_ipv6_mask: parse6,
  format_ipv4: format4(false),
  format_ipv4_mask: format4(true),
  ipv4_compare: compare(four),
  ipv4_is_match: isMatch(four),
  ipv4_is_in_range: isMatch(four),
  ipv4_is_in_any_range: inAnyRange(four),
  ipv4_is_private: isPrivate,
  ipv4_netmask_suffix: fn((call) => {
    const ip = v4(asString(argument(call, 0)).sql, call.share)
    return written('long', `if(isNull(${ip.number}), NULL, toInt64(${ip.prefix}))`, true)
  }),
  ipv4_range_to_cidr_list: cidrList,
  ipv6_compare: compare(six),
  ipv6_is_match: isMatch(six),
  ipv6_is_in_range: isMatch(six),
  ipv6_is_in_any_range: inAnyRange(six),
  has_ipv4: search(hasAddress),
  has_any_ipv4: search(hasAddress),
  has_ipv4_prefix: search(hasAddressPrefix),
  has_any_ipv4_prefix: search(hasAddressPrefix),
}
