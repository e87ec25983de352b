// Well-known text -> GeoJSON. https://learn.microsoft.com/kusto/query/geo-from-wkt-function
type Json = number | readonly Json[]

interface Reader {
  readonly text: string
  at: number
}

class NoShape extends Error {}

const space = /\s*/y
const number = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/iy
const word = /[a-z]+/iy

function skip(r: Reader): void {
  space.lastIndex = r.at
  space.exec(r.text)
  r.at = space.lastIndex
}

function take(r: Reader, pattern: RegExp): string {
  skip(r)
  pattern.lastIndex = r.at
  const found = pattern.exec(r.text)
  if (!found) throw new NoShape()
  r.at = pattern.lastIndex
  return found[0]
}

function accepts(r: Reader, sign: string): boolean {
  skip(r)
  if (r.text[r.at] !== sign) return false
  r.at += 1
  return true
}

function expect(r: Reader, sign: string): void {
  if (!accepts(r, sign)) throw new NoShape()
}

function position(r: Reader): Json {
  const [longitude, latitude] = [Number(take(r, number)), Number(take(r, number))]
  if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90) throw new NoShape()
  return [longitude, latitude]
}

function listOf<T>(r: Reader, item: (r: Reader) => T): T[] {
  expect(r, '(')
  const items = [item(r)]
  while (accepts(r, ',')) items.push(item(r))
  expect(r, ')')
  return items
}

const atLeast =
  (least: number, read: (r: Reader) => readonly Json[]) =>
  (r: Reader): readonly Json[] => {
    const found = read(r)
    if (found.length < least) throw new NoShape()
    return found
  }

const line = atLeast(2, (r) => listOf(r, position))
const ring = atLeast(4, (r) => {
  const found = listOf(r, position)
  if (JSON.stringify(found[0]) !== JSON.stringify(found.at(-1))) throw new NoShape()
  return found
})
const polygon = (r: Reader): Json => listOf(r, ring)

function point(r: Reader): Json {
  expect(r, '(')
  const found = position(r)
  expect(r, ')')
  return found
}

/** Points of a multi-point stand with or without parentheses. */
function loosePosition(r: Reader): Json {
  skip(r)
  return r.text[r.at] === '(' ? point(r) : position(r)
}

const kinds: Readonly<Record<string, readonly [type: string, read: (r: Reader) => Json]>> = {
  POINT: ['Point', point],
  LINESTRING: ['LineString', line],
  POLYGON: ['Polygon', polygon],
  MULTIPOINT: ['MultiPoint', (r) => listOf(r, loosePosition)],
  MULTILINESTRING: ['MultiLineString', (r) => listOf(r, line)],
  MULTIPOLYGON: ['MultiPolygon', (r) => listOf(r, polygon)],
}

function shape(r: Reader): object {
  const name = take(r, word).toUpperCase()
  if (name === 'GEOMETRYCOLLECTION') return { type: 'GeometryCollection', geometries: listOf(r, shape) }
  const kind = kinds[name]
  if (!kind) throw new NoShape()
  return { type: kind[0], coordinates: kind[1](r) }
}

/** The GeoJSON text, or undefined for what is no shape. */
export function fromWkt(text: string): string | undefined {
  const r: Reader = { text, at: 0 }
  try {
    const found = shape(r)
    skip(r)
    return r.at === text.length ? JSON.stringify(found) : undefined
  } catch (error) {
    if (error instanceof NoShape) return undefined
    throw error
  }
}
