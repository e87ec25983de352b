// GeoJSON shapes in and out. What breaks Kusto's rules for a shape is none, which makes a function's result null.
// https://learn.microsoft.com/kusto/query/geo-point-in-polygon-function (definition and constraints)
import type { Cell } from '../model.ts'
import {
  isOpposite,
  isPosition,
  type Point,
  type Position,
  pointKey,
  samePoint,
  toPoint,
  toPosition,
} from './points.ts'

interface Shape {
  readonly type: string
  readonly coordinates: unknown
}

export function parsed(cell: Cell | undefined): unknown {
  if (typeof cell !== 'string') return undefined
  try {
    return JSON.parse(cell)
  } catch {
    return undefined
  }
}

function shapeOf(value: unknown): Shape | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  const type: unknown = Reflect.get(value, 'type')
  return typeof type === 'string'
    ? { type: type.toLowerCase(), coordinates: Reflect.get(value, 'coordinates') }
    : undefined
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function position(value: unknown): Position | undefined {
  const [longitude, latitude] = list(value)
  if (typeof longitude !== 'number' || typeof latitude !== 'number') return undefined
  return isPosition([longitude, latitude]) ? [longitude, latitude] : undefined
}

/** Every item read, or undefined if one cannot be. */
export function every<T>(values: readonly unknown[], read: (value: unknown) => T | undefined): T[] | undefined {
  const made: T[] = []
  for (const value of values) {
    const item = read(value)
    if (item === undefined) return undefined
    made.push(item)
  }
  return made
}

function linePositions(value: unknown): Position[] | undefined {
  const found = every(list(value), position)
  return found && found.length >= 2 ? found : undefined
}

function ringPositions(value: unknown): Position[] | undefined {
  const found = every(list(value), position)
  const [first, last] = [found?.[0], found?.at(-1)]
  if (!found || found.length < 4 || !first || !last) return undefined
  return first[0] === last[0] && first[1] === last[1] ? found : undefined
}

/** A line or the lines of a multi-line, as written. */
export function linesAsWritten(
  value: unknown,
): { readonly lines: Position[][]; readonly multiple: boolean } | undefined {
  const shape = shapeOf(value)
  if (shape?.type !== 'linestring' && shape?.type !== 'multilinestring') return undefined
  const multiple = shape.type === 'multilinestring'
  const parts = multiple ? list(shape.coordinates) : [shape.coordinates]
  const lines = every(parts, linePositions)
  return lines && lines.length > 0 ? { lines, multiple } : undefined
}

/** A polygon's rings or those of each polygon of a multi-polygon, as written. */
export function ringsAsWritten(
  value: unknown,
): { readonly polygons: Position[][][]; readonly multiple: boolean } | undefined {
  const shape = shapeOf(value)
  if (shape?.type !== 'polygon' && shape?.type !== 'multipolygon') return undefined
  const multiple = shape.type === 'multipolygon'
  const parts = multiple ? list(shape.coordinates) : [shape.coordinates]
  const polygons = every(parts, (p) => {
    const rings = every(list(p), ringPositions)
    return rings && rings.length > 0 ? rings : undefined
  })
  return polygons && polygons.length > 0 ? { polygons, multiple } : undefined
}

/** Points of a line; points that repeat the one before them say nothing. */
function linePoints(positions: readonly Position[]): Point[] | undefined {
  const points = positions.map(toPoint)
  const distinct = points.filter((p, i) => i === 0 || !samePoint(p, points[i - 1] as Point))
  if (distinct.length < 2) return undefined
  return distinct.some((p, i) => i > 0 && isOpposite(p, distinct[i - 1] as Point)) ? undefined : distinct
}

export function lines(value: unknown): Point[][] | undefined {
  const written = linesAsWritten(value)
  return written && every(written.lines, (l) => linePoints(l as Position[]))
}

/** Points of a ring, the last one not repeated: distinct, and no two neighbours opposite to each other. */
function ringPoints(positions: readonly Position[]): Point[] | undefined {
  const points = positions.slice(0, -1).map(toPoint)
  if (new Set(points.map(pointKey)).size < points.length) return undefined
  return points.some((p, i) => isOpposite(p, points.at(i - 1) as Point)) ? undefined : points
}

/** The rings of each polygon; whether they cross is for region.ts to say. */
export function rings(value: unknown): Point[][][] | undefined {
  const written = ringsAsWritten(value)
  return written && every(written.polygons, (p) => every(p as Position[][], (r) => ringPoints(r as Position[])))
}

const text = (type: string, coordinates: unknown): string => JSON.stringify({ type, coordinates })

export const pointText = (p: Point): string => text('Point', toPosition(p))

export const writtenLines = (parts: readonly (readonly Position[])[], multiple = parts.length > 1): string =>
  multiple ? text('MultiLineString', parts) : text('LineString', parts[0])

export const writtenPolygons = (
  parts: readonly (readonly (readonly Position[])[])[],
  multiple = parts.length > 1,
): string => (multiple ? text('MultiPolygon', parts) : text('Polygon', parts[0]))

const closed = (ring: readonly Point[]): Position[] => [...ring, ring[0] as Point].map(toPosition)

export const lineText = (parts: readonly (readonly Point[])[]): string =>
  writtenLines(parts.map((l) => l.map(toPosition)))

export const polygonText = (parts: readonly (readonly (readonly Point[])[])[]): string =>
  writtenPolygons(parts.map((p) => p.map(closed)))

/** What two shapes have in common: one shape, or a collection of what there is of each kind. */
export function collectionText(
  points: readonly Point[],
  found: readonly (readonly Point[])[],
  polygons: readonly (readonly (readonly Point[])[])[],
): string {
  const at = points.map(toPosition)
  const shapes = [
    ...(at.length > 1 ? [text('MultiPoint', at)] : at.length === 1 ? [text('Point', at[0])] : []),
    ...(found.length > 0 ? [lineText(found)] : []),
    ...(polygons.length > 0 ? [polygonText(polygons)] : []),
  ]
  return shapes.length === 1 && shapes[0]
    ? shapes[0]
    : `{"type":"GeometryCollection","geometries":[${shapes.join(',')}]}`
}
