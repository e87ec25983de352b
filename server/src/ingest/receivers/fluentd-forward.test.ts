import { gzipSync } from 'node:zlib'
import { ExtData, encode } from '@msgpack/msgpack'
import { describe, expect, test } from 'vitest'
import { MalformedBody, type TableRow } from '../types.ts'
import { decodeForward, fluentdForward } from './fluentd-forward.ts'
import { MsgpackCutter } from './msgpack/cut.ts'
import { decode } from './testing.ts'

const seconds = 1_772_359_200
const record = { message: 'hi', n: 7, nested: { a: [1, null] } }
const eventTime = new ExtData(0, Uint8Array.from([0x69, 0xa4, 0x0e, 0xa0, 0, 0, 0, 5]))

function rowsOf(message: unknown): TableRow[] {
  const decoded = decodeForward(Buffer.from(encode(message, { useBigInt64: true })))
  return [...(decoded?.rows() ?? [])].map((row) => {
    if ('rejected' in row) throw new Error(row.rejected)
    return row
  })
}

const packed = Buffer.concat([encode([seconds, record]), encode([seconds + 1, record])])
const row = { table: 'app_web_CL', time: '2026-03-01T10:00:00.000000000Z', fields: record, misfits: 'leave out' }

describe('modes', () => {
  test.each<[string, unknown[], number]>([
    ['Message', ['app.web', seconds, record], 1],
    ['Message with option', ['app.web', seconds, record, { chunk: 'c1' }], 1],
    [
      'Forward',
      [
        'app.web',
        [
          [seconds, record],
          [seconds, record],
        ],
        { size: 2 },
      ],
      2,
    ],
    ['PackedForward', ['app.web', new Uint8Array(packed), {}], 2],
    ['CompressedPackedForward', ['app.web', new Uint8Array(gzipSync(packed)), { compressed: 'gzip' }], 2],
    [
      'several gzip members',
      [
        'app.web',
        new Uint8Array(Buffer.concat([gzipSync(encode([seconds, record])), gzipSync(packed)])),
        { compressed: 'gzip' },
      ],
      3,
    ],
    ['Fluent Bit with metadata', ['app.web', [[[seconds, { m: 1 }], record]]], 1],
  ])('%s', (_mode, message, count) => {
    const rows = rowsOf(message)
    expect(rows).toHaveLength(count)
    expect(rows[0]).toMatchObject(row)
    expect(rows[0]?.raw).toBe('{"message":"hi","n":7,"nested":{"a":[1,null]}}')
  })

  test('chunks', () => {
    const chunk = (message: unknown) => decodeForward(Buffer.from(encode(message)))?.chunk
    expect(chunk(['t', [[1, {}]], { chunk: 'a b/=' }])).toBe('a b/=')
    expect(chunk(['t', 1, {}, { chunk: 'c' }])).toBe('c')
    expect(chunk(['t', 1, {}])).toBeUndefined()
    expect(decodeForward(Buffer.from(encode(null)))).toBeUndefined()
  })

  test.each<[unknown, string | undefined]>([
    [eventTime, '2026-03-01T10:02:08.000000005Z'],
    [seconds + 0.25, '2026-03-01T10:00:00.250000000Z'],
    [BigInt(seconds), '2026-03-01T10:00:00.000000000Z'],
    [0, undefined],
    [1e300, undefined],
  ])('time %s', (time, text) => expect(rowsOf(['t', time, record])[0]?.time).toBe(text))

  test('values keep what they are', () => {
    const fields = {
      big: 2n ** 63n,
      bytes: new Uint8Array([0xe4, 0x62]),
      none: null,
      'a.b': 1,
      a_b: 2,
      Type: 'mine',
      'lone \ud800': 'x',
    }
    expect(rowsOf(['t', 1, fields])[0]?.fields).toEqual({
      big: 2n ** 63n,
      bytes: 'äb',
      none: null,
      a_b: 1,
      a_b_: 2,
      Type_: 'mine',
      lone__: 'x',
    })
  })
})

describe('what makes no sense is one rejected record', () => {
  const deep = (depth: number): unknown => (depth === 0 ? 1 : { n: deep(depth - 1) })
  test.each<[string, Uint8Array, string]>([
    ['a map', encode({ a: 1 }), 'an array of a tag and entries is expected'],
    ['a tag that is none', encode([7, 1, {}]), 'the tag is no text'],
    [
      'an unknown compression',
      encode(['t', new Uint8Array(3), { compressed: 'br' }]),
      "the compression 'br' is not known",
    ],
    ['broken gzip', encode(['t', new Uint8Array(3), { compressed: 'gzip' }]), 'no message of the forward protocol'],
    ['a record that is none', encode(['t', 1, 'x']), 'the record is no map'],
    ['an entry that is none', encode(['t', [7]]), 'an entry is an array'],
    ['nesting', encode(['t', 1, deep(1000)], { maxDepth: 2000 }), 'nested too deep'],
    ['a forbidden key', encode(['t', 1, Object.fromEntries([['__proto__', 1]])]), '__proto__'],
  ])('%s', (_name, message, reason) => {
    const [only, ...more] = [...(decodeForward(Buffer.from(message))?.rows() ?? [])]
    expect(only).toMatchObject({ rejected: expect.stringContaining(reason) })
    expect(more).toEqual([])
  })

  test('packed entries before a cut are kept', () => {
    const message = encode(['t', new Uint8Array(packed.subarray(0, packed.length - 3))])
    const rows = [...(decodeForward(Buffer.from(message))?.rows() ?? [])]
    expect(rows).toMatchObject([{ table: 't_CL' }, { rejected: 'the packed entries end inside an entry' }])
  })
})

describe('cutting', () => {
  const values = [
    null,
    true,
    1,
    -1,
    300,
    70_000,
    -70_000,
    1.5,
    2n ** 40n,
    'a',
    'b'.repeat(40),
    'c'.repeat(300),
    'd'.repeat(70_000),
  ]
  const all = [
    ...values,
    new Uint8Array(300),
    [values, values],
    { a: values, b: { c: [] } },
    eventTime,
    new ExtData(5, new Uint8Array(300)),
    Array(20).fill(1),
    Array(70_000).fill(1),
    Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, i])),
  ]
  const bytes = all.map((value) => Buffer.from(encode(value, { useBigInt64: true })))

  test.each([1, 3, 1000, 10_000_000])('every type, in pieces of %i bytes', (size) => {
    const cutter = new MsgpackCutter(1_000_000)
    const stream = Buffer.concat(bytes)
    const found: Buffer[] = []
    for (let at = 0; at < stream.length; at += size) found.push(...cutter.push(stream.subarray(at, at + size)))
    expect(found.map((one) => one.toString('hex'))).toEqual(bytes.map((one) => one.toString('hex')))
    expect(cutter.held).toBe(0)
  })

  test('claims cost nothing, and what is too long is refused before it comes', () => {
    const cutter = new MsgpackCutter(1000)
    expect(cutter.push(Buffer.from('ddffffffff', 'hex'))).toEqual([])
    expect(() => new MsgpackCutter(1000).push(Buffer.from('c6ffffffff', 'hex'))).toThrow('longer than 1000 bytes')
    expect(() => new MsgpackCutter(1000).push(Buffer.from('c1', 'hex'))).toThrow('0xc1 is no type')
  })
})

test('as a body', async () => {
  const body = Buffer.concat([encode(['a', 1, record]), encode(null), encode(['b', [[1, record]]])])
  expect((await decode(fluentdForward, body)).map((one) => 'table' in one && one.table)).toEqual(['a_CL', 'b_CL'])
  await expect(decode(fluentdForward, body.subarray(0, -1))).rejects.toThrow(MalformedBody)
})
