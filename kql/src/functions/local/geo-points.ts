// Angles between points on the sphere. https://learn.microsoft.com/kusto/query/geo-angle-function
import { angleBetween, cross, dot, isOpposite, samePoint, scaled, toPoint } from '../../geo/points.ts'
import type { Cell } from '../../model.ts'
import { type FunctionTable, local } from '../define.ts'
import { positionAt } from './geo-arguments.ts'

/** Clockwise from the line [p1, p2] to the line [p2, p3], from 0 to below 2π. */
function angle(cells: readonly Cell[]): Cell {
  const [a, b, c] = [positionAt(cells, 0), positionAt(cells, 2), positionAt(cells, 4)]
  if (!a || !b || !c) return null
  const [p1, p2, p3] = [toPoint(a), toPoint(b), toPoint(c)]
  if (samePoint(p1, p2) || samePoint(p2, p3) || isOpposite(p1, p2) || isOpposite(p2, p3)) return null
  const [before, after] = [cross(p1, p2), scaled(cross(p2, p3), -1)]
  const size = angleBetween(before, after)
  const turned = dot(cross(before, after), p2) > 0 ? 2 * Math.PI - size : size
  return turned === 2 * Math.PI ? 0 : turned
}

export const geoPoints: FunctionTable = {
  geo_angle: local(['real'], angle),
}
