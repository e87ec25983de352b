// Positions of GeoJSON (longitude, latitude, in degrees) and the points of the unit sphere that they are.
import { s2 } from 's2js'

export type Position = readonly [longitude: number, latitude: number]
export type Point = s2.Point

/** Metres: the radius of Kusto's sphere. https://learn.microsoft.com/kusto/query/geo-distance-2points-function */
export const earthRadius = 6_371_010

export const isPosition = (p: Position): boolean => Math.abs(p[0]) <= 180 && Math.abs(p[1]) <= 90

export const toPoint = ([longitude, latitude]: Position): Point =>
  s2.Point.fromLatLng(s2.LatLng.fromDegrees(latitude, longitude))

const degrees = (radians: number): number => radians * (180 / Math.PI)

export function toPosition(point: Point): Position {
  const { x, y, z } = point.vector
  return [degrees(Math.atan2(y, x)), degrees(Math.atan2(z, Math.hypot(x, y)))]
}
