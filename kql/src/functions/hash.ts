// hash_*. https://learn.microsoft.com/kusto/query/hash-function
//
// hash() is xxHash64 with seed 0 over a text's UTF-8 or a number's little-endian bytes; datetimes hash as .NET ticks.
import { asString, unixTicks, type Written, written } from '../sql/written.ts'
import { argument, as, type FunctionTable, fn, sql, str } from './define.ts'

function hashedBytes(value: Written): string {
  switch (value.type) {
    case 'datetime':
      return `(${unixTicks(value.sql)} + 621355968000000000)`
    case 'dynamic':
    case 'guid':
    case 'decimal':
      return asString(value).sql
    case 'bool':
      return `toUInt8(${value.sql})`
    default:
      return value.sql
  }
}

const xxhash = fn((call) => {
  const value = argument(call, 0)
  const hash = `xxHash64(${hashedBytes(value)})`
  if (call.args.length < 2) return written('long', `reinterpretAsInt64(${hash})`, value.nullable)
  return written('long', `toInt64(${hash} % toUInt64(nullIf(abs(${as('long', 1)(call).sql}), 0)))`, true)
})

export const hashes: FunctionTable = {
  hash: xxhash,
  hash_xxhash64: xxhash,
  hash_sha256: sql`lower(hex(SHA256(${str(0)})))`,
  hash_sha1: sql`lower(hex(SHA1(${str(0)})))`,
  hash_md5: sql`lower(hex(MD5(${str(0)})))`,
}
