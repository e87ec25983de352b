// A database of one network, written by hand after https://maxmind.github.io/MaxMind-DB
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openPlaces } from './places.ts'

type Value = string | number | { readonly double: number } | readonly Value[] | { readonly map: Record<string, Value> }

const control = (type: number, size: number): Buffer =>
  type < 8 ? Buffer.from([(type << 5) | size]) : Buffer.from([size, type - 7])

function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'number') return Buffer.concat([control(6, 4), uint32(value)])
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)])
  if ('double' in value) {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(value.double)
    return Buffer.concat([control(3, 8), bytes])
  }
  const members = Object.entries('map' in value ? value.map : {})
  return Buffer.concat([control(7, members.length), ...members.flatMap(([k, v]) => [encode(k), encode(v)])])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Eight nodes lead to 20.0.0.0/8; every other branch is empty. Records have 24 bits. */
function database(entry: Value): Buffer {
  const nodes = [0, 0, 0, 1, 0, 1, 0, 0].flatMap((bit, depth) => {
    const next = depth === 7 ? 8 + 16 : depth + 1
    return bit === 0 ? [next, 8] : [8, next]
  })
  const tree = Buffer.concat(nodes.map((record) => uint32(record).subarray(1)))
  const metadata = {
    map: {
      node_count: 8,
      record_size: 24,
      ip_version: 4,
      database_type: 'GeoLite2-City',
      languages: ['en'],
      binary_format_major_version: 2,
      binary_format_minor_version: 0,
      build_epoch: 1,
      description: { map: { en: 'one network' } },
    },
  }
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')])
  return Buffer.concat([tree, Buffer.alloc(16), encode(entry), marker, encode(metadata)])
}

const named = (name: string): Value => ({ map: { names: { map: { en: name } } } })
const folder = mkdtempSync(join(tmpdir(), 'conshelf-places-'))
afterAll(() => rmSync(folder, { recursive: true }))

function open(entry: Value) {
  const path = join(folder, 'places.mmdb')
  writeFileSync(path, database(entry))
  return openPlaces(path)
}

test('an address in a network of the database', () => {
  const places = open({
    map: {
      country: named('Australia'),
      subdivisions: [named('New South Wales')],
      city: named('Sydney'),
      location: { map: { latitude: { double: -33.8715 }, longitude: { double: 151.2006 } } },
    },
  })
  expect(places('20.53.203.50')).toEqual({
    country: 'Australia',
    state: 'New South Wales',
    city: 'Sydney',
    latitude: -33.8715,
    longitude: 151.2006,
  })
})

test('addresses of no network, and texts that are no addresses, have no place', () => {
  const places = open({ map: { country: named('Australia') } })
  expect(places('20.1.1.1')).toEqual({ country: 'Australia' })
  expect(places('21.1.1.1')).toBeUndefined()
  expect(places('20.1.1')).toBeUndefined()
  expect(places('')).toBeUndefined()
})
