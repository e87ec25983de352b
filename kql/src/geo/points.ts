// Positions of GeoJSON (longitude, latitude, in degrees) and the points of the unit sphere that they are.
import { s2 } from 's2js'

export type Position = readonly [longitude: number, latitude: number]
export type Point = s2.Point
export interface Vector {
  readonly x: number
  readonly y: number
  readonly z: number
}

/** Metres: the radius of Kusto's sphere. https://learn.microsoft.com/kusto/query/geo-distance-2points-function */
export const earthRadius = 6_371_010

export const isPosition = (p: Position): boolean => Math.abs(p[0]) <= 180 && Math.abs(p[1]) <= 90

export const toPoint = ([longitude, latitude]: Position): Point =>
  s2.Point.fromLatLng(s2.LatLng.fromDegrees(latitude, longitude))

const degrees = (radians: number): number => radians * (180 / Math.PI)

export function toPosition(point: Point): Position {
  const { x, y, z } = point
  return [degrees(Math.atan2(y, x)), degrees(Math.atan2(z, Math.hypot(x, y)))]
}

export const dot = (a: Vector, b: Vector): number => a.x * b.x + a.y * b.y + a.z * b.z
export const cross = (a: Vector, b: Vector): Vector => ({
  x: a.y * b.z - a.z * b.y,
  y: a.z * b.x - a.x * b.z,
  z: a.x * b.y - a.y * b.x,
})
export const add = (a: Vector, b: Vector): Vector => ({ x: a.x + b.x, y: a.y + b.y, z: a.z + b.z })
export const scaled = (a: Vector, by: number): Vector => ({ x: a.x * by, y: a.y * by, z: a.z * by })
export const difference = (a: Vector, b: Vector): Vector => ({ x: a.x - b.x, y: a.y - b.y, z: a.z - b.z })
export const norm = (a: Vector): number => Math.sqrt(dot(a, a))
export const samePoint = (a: Vector, b: Vector): boolean => a.x === b.x && a.y === b.y && a.z === b.z
/** Half a sphere apart, so that no shortest way between them is the only one. */
export const isOpposite = (a: Vector, b: Vector): boolean => norm(add(a, b)) < 1e-15

/** Radians between two directions, exact for small and large angles alike. */
export const angleBetween = (a: Vector, b: Vector): number => Math.atan2(norm(cross(a, b)), dot(a, b))

export function onSphere(v: Vector): Point {
  const size = norm(v)
  return new s2.Point(v.x / size, v.y / size, v.z / size)
}

/** A vector at right angles to both, exact where the points are close to each other. */
export const edgeNormal = (a: Vector, b: Vector): Vector => cross(add(a, b), difference(b, a))

/** The same text for the same point. */
export const pointKey = (p: Vector): string => `${p.x + 0},${p.y + 0},${p.z + 0}`
