// Which of many shapes each of many points belongs to.
import type { Cell } from '../model.ts'
import { closestOnEdges, type Edge } from './edges.ts'
import { angleBetween, earthRadius, isPosition, type Point, type Position, toPoint } from './points.ts'
import { readLines, readPolygons } from './polygons.ts'

interface Candidate {
  readonly centre: Point
  /** No point of the shape is farther from the centre. */
  readonly reach: number
  readonly holds: (p: Point) => boolean
}

/** Around a shape with these edges. A cap of less than half the sphere that holds the ends of an edge holds the edge. */
function candidate(edges: readonly Edge[], holds: (p: Point) => boolean): Candidate | undefined {
  const centre = edges[0]?.a
  if (!centre) return undefined
  const farthest = edges.reduce((most, e) => Math.max(most, angleBetween(centre, e.b)), 0)
  return { centre, reach: farthest < Math.PI / 2 ? farthest + 1e-12 : Math.PI, holds }
}

const within = (p: Point, edges: readonly Edge[], radius: number): boolean => {
  const found = closestOnEdges(p, edges)
  return found !== undefined && found.distance * earthRadius <= radius
}

export type Kind = 'polygon' | 'line'

/** The shape of a cell; `radius` (metres) is how close a point must come, undefined: it must be inside. */
function candidateOf(shape: Cell, kind: Kind, radius: number | undefined): Candidate | undefined {
  if (kind === 'line') {
    const lines = readLines(shape)
    return lines && candidate(lines.edges, (p) => within(p, lines.edges, radius ?? 0))
  }
  const polygons = readPolygons(shape)
  if (!polygons) return undefined
  const { edges, container } = polygons
  return candidate(edges, (p) => container.contains(p) || (radius !== undefined && within(p, edges, radius)))
}

/** For each point the places of the shapes that it belongs to; a shape that is none has no points. */
export function shapesOf(
  shapes: readonly Cell[],
  kind: Kind,
  radius: number | undefined,
): (position: Position) => readonly number[] {
  const candidates = shapes.map((s) => candidateOf(s, kind, radius))
  const room = (radius ?? 0) / earthRadius
  const known = new Map<string, readonly number[]>()
  return (position) => {
    if (!isPosition(position)) return []
    const key = position.join(' ')
    const found = known.get(key)
    if (found) return found
    const point = toPoint(position)
    const own = candidates.flatMap((c, i) =>
      c && angleBetween(point, c.centre) <= c.reach + room && c.holds(point) ? [i] : [],
    )
    known.set(key, own)
    return own
  }
}
