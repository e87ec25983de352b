// Arguments and results of geospatial functions. A missing optional one has a default; one that is null makes the result null.
import { pointText } from '../../geo/geojson.ts'
import { earthRadius, isPosition, type Point, type Position } from '../../geo/points.ts'
import type { Cell } from '../../model.ts'

/** A position from two cells, or undefined where it is outside of the map. */
export function positionAt(cells: readonly Cell[], index: number): Position | undefined {
  const [longitude, latitude] = [cells[index], cells[index + 1]]
  if (typeof longitude !== 'number' || typeof latitude !== 'number') return undefined
  return isPosition([longitude, latitude]) ? [longitude, latitude] : undefined
}

/** A number within bounds, both included; `absent` if it was not given; undefined if it is none or out of bounds. */
export function numberAt(
  cells: readonly Cell[],
  index: number,
  absent: number,
  [low, high]: readonly [number, number],
): number | undefined {
  const cell = index < cells.length ? cells[index] : absent
  return typeof cell === 'number' && cell >= low && cell <= high ? cell : undefined
}

export const textAt = (cells: readonly Cell[], index: number): string => String(cells[index] ?? '')

/** Metres by which simplifying may move a shape: at most 70 degrees, the S2 library's bound for snapping. */
export const tolerances = [0, (earthRadius * 70 * Math.PI) / 180] as const

/** Why a call that asks for them is refused. */
export const onSpheroid = 'distances on a spheroid are not supported'

/** A point of a shape, and how far it is in radians. */
interface Closest {
  readonly point: Point
  readonly distance: number
}

export const distanceOf = (found: Closest | undefined): Cell => (found ? found.distance * earthRadius : null)

export const pointOf = (found: Closest | undefined): Cell => (found ? pointText(found.point) : null)
