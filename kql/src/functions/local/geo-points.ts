// Angles between points on the sphere. https://learn.microsoft.com/kusto/query/geo-angle-function
import { isPosition, type Position, toPoint } from '../../geo/points.ts'
import type { Cell } from '../../model.ts'
import { type FunctionTable, local } from '../define.ts'

type Vector = ReturnType<typeof toPoint>['vector']

const samePlace = (a: Vector, b: Vector): boolean => a.x === b.x && a.y === b.y && a.z === b.z
const opposite = (a: Vector, b: Vector): boolean => samePlace(a, b.mul(-1))

/** Clockwise from the line [p1, p2] to the line [p2, p3], from 0 to below 2π. */
function angle(cells: readonly Cell[]): Cell {
  const positions = [0, 2, 4].map((i): Position => [Number(cells[i] ?? Number.NaN), Number(cells[i + 1] ?? Number.NaN)])
  if (!positions.every(isPosition)) return null
  const [p1, p2, p3] = positions.map((p) => toPoint(p).vector) as [Vector, Vector, Vector]
  if (samePlace(p1, p2) || samePlace(p2, p3) || opposite(p1, p2) || opposite(p2, p3)) return null
  const [before, after] = [p1.cross(p2), p2.cross(p3).mul(-1)]
  const size = before.angle(after)
  const turned = before.cross(after).dot(p2) > 0 ? 2 * Math.PI - size : size
  return turned === 2 * Math.PI ? 0 : turned
}

export const geoPoints: FunctionTable = {
  geo_angle: local(['real'], angle),
}
