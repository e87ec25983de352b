import type { ScalarType } from '@conshelf/kql'
import { describe, expect, test } from 'vitest'
import { jsonText, parseExact } from '../json/exact.ts'
import { canonicalGuid, coercions } from './coerce.ts'
import { engineInstant } from './instant.ts'

/** JSON text of the source -> JSON text for the engine; `refused` for what does not convert. */
const cases: Readonly<Record<ScalarType, readonly (readonly [string, string])[]>> = {
  string: [
    ['"a\\"b"', '"a\\"b"'],
    ['7', '"7"'],
    ['1.50', '"1.50"'],
    ['9007199254740993', '"9007199254740993"'],
    ['true', '"true"'],
    ['{"a":[1.0,null]}', '"{\\"a\\":[1.0,null]}"'],
    ['null', 'null'],
  ],
  bool: [
    ['true', 'true'],
    ['"False"', 'false'],
    ['"1"', 'true'],
    ['0', 'false'],
    ['""', 'null'],
    ['2', 'refused'],
    ['"yes"', 'refused'],
    ['[true]', 'refused'],
  ],
  int: [
    ['7', '7'],
    ['"78"', '78'],
    ['" 78 "', '78'],
    ['"+5"', '5'],
    ['78.0', '78'],
    ['1e3', '1000'],
    ['""', 'null'],
    ['"-"', 'null'],
    ['2147483647', '2147483647'],
    ['2147483648', 'refused'],
    ['1.5', 'refused'],
    ['"x"', 'refused'],
    ['true', 'refused'],
    ['{}', 'refused'],
  ],
  long: [
    ['9007199254740993', '9007199254740993'],
    ['"9223372036854775807"', '9223372036854775807'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['9223372036854775808', 'refused'],
    ['1e400', 'refused'],
  ],
  real: [
    ['1.5', '1.5'],
    ['"0.000"', '0'],
    ['"-.5e2"', '-50'],
    ['1e400', '"inf"'],
    ['"NaN"', '"nan"'],
    ['"-Infinity"', '"-inf"'],
    ['"1,5"', 'refused'],
    ['"0x10"', 'refused'],
    ['[]', 'refused'],
  ],
  decimal: [
    ['1.10', '"1.10"'],
    ['"123456789012345678901.12345678901234567"', '"123456789012345678901.12345678901234567"'],
    ['"1234567890123456789012"', 'refused'],
    ['1e5', 'refused'],
  ],
  datetime: [
    ['"2024-05-01T10:00:00Z"', '"2024-05-01 10:00:00.0000000"'],
    ['""', 'null'],
    ['"yesterday"', 'refused'],
    ['1714557600', 'refused'],
  ],
  timespan: [
    ['"1.02:03:04.5"', '937845000000'],
    ['"-00:00:01"', '-10000000'],
    ['"PT1M"', '600000000'],
    ['"1.5h"', '54000000000'],
    ['"200ms"', '2000000'],
    ['"99999999.23:59:59.9999999"', 'refused'],
    ['"25:00:00"', 'refused'],
    ['60', 'refused'],
  ],
  guid: [
    ['"{AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE}"', '"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"'],
    ['"aaaaaaaabbbbccccddddeeeeeeeeeeee"', '"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"'],
    ['"361DA5D4-A47A-4C79-AFDD-XXXXXXXXXXXX"', 'refused'],
    ['7', 'refused'],
  ],
  dynamic: [
    ['{"a":1.0,"b":[9007199254740993,null],"c":{}}', '"{\\"a\\":1.0,\\"b\\":[9007199254740993,null],\\"c\\":{}}"'],
    ['"{\\"a\\": 1}"', '"{\\"a\\": 1}"'],
    ['"text"', '"\\"text\\""'],
    ['"[no json]"', '"\\"[no json]\\""'],
    ['7', '"7"'],
    ['null', 'null'],
  ],
}

describe.each(Object.entries(cases))('%s', (type, values) => {
  test.each(values)('%s → %s', (source, wanted) => {
    const value = (parseExact(`{"v":${source}}`) as Record<string, never>).v as never
    const converted = coercions[type as ScalarType](value)
    expect(converted === undefined ? 'refused' : jsonText(converted)).toBe(wanted)
  })
})

test.each([
  ['2024-05-01T10:00:00.123456789Z', '2024-05-01 10:00:00.1234567'],
  ['2024-02-29T23:59:59.1Z', '2024-02-29 23:59:59.1000000'],
  ['2023-02-29T00:00:00Z', undefined],
  ['2021-10-14T22:17:11+00:00', '2021-10-14 22:17:11.0000000'],
  ['2021-10-14T01:17:11.5+02:30', '2021-10-13 22:47:11.5000000'],
  ['2025-11-21 19:45:18.0766240', '2025-11-21 19:45:18.0766240'],
  ['2024-05-01', '2024-05-01 00:00:00.0000000'],
  ['2024-13-01T00:00:00Z', undefined],
  ['2024-05-01T24:00:00Z', undefined],
  ['0001-01-01T00:00:00Z', '0001-01-01 00:00:00.0000000'],
  ['7/8/2019 16:08', '2019-07-08 16:08:00.0000000'],
  ['9/25/2023, 7:45:32.123 PM', '2023-09-25 19:45:32.1230000'],
  ['12/31/2023 12:00:00 AM', '2023-12-31 00:00:00.0000000'],
  ['13/31/2023 12:00:00 AM', undefined],
  ["2024-05-01T10:00:00Z'); DROP TABLE t", undefined],
  ['', undefined],
])('time %s → %s', (text, wanted) => {
  expect(engineInstant(text)).toBe(wanted)
})

test('GUIDs are told from other texts of their length', () => {
  expect(canonicalGuid('592d1649f75a8d480a3c4dc6a975309d')).toBe('592d1649-f75a-8d48-0a3c-4dc6a975309d')
  expect(canonicalGuid('16861477007022634343')).toBeUndefined()
  expect(canonicalGuid('592d1649f75a8d480a3c4dc6a975309g')).toBeUndefined()
})
