// Everything within a distance of a shape, as polygons. Kusto documents what a result must hold and how far it may reach beyond it, not
// its corners: ours hold all that is within the radius, and nothing that is farther away than radius and tolerance.
// https://learn.microsoft.com/kusto/query/geo-line-buffer-function
import { alongEdge, type Edge } from './edges.ts'
import { unionOf } from './overlay.ts'
import { add, angleBetween, cross, edgeNormal, onSphere, type Point, scaled, type Vector } from './points.ts'
import type { Region } from './region.ts'
import { OpenRing } from './rings.ts'

/** Lengths in radians. */
interface Offset {
  /** How far corners are from what they surround. */
  readonly corner: number
  /** Between neighbouring corners of a circle, so that the edge between them stays outside of the radius. */
  readonly turn: number
  /** Between neighbouring corners beside an edge, so that the edge between them stays inside of radius and tolerance. */
  readonly step: number
}

function offsetOf(radius: number, tolerance: number, share: number): Offset {
  const corner = radius + tolerance * share
  const turn = 2 * Math.acos(Math.tan(radius) / Math.tan(corner))
  const step = 2 * Math.acos(Math.tan(corner) / Math.tan(radius + tolerance * 0.99))
  return { corner, turn: (2 * Math.PI) / Math.max(4, Math.ceil((2 * Math.PI) / turn)), step }
}

interface Compass {
  readonly at: Point
  readonly north: Vector
  readonly west: Vector
}

/** Directions around a point, the same whatever asks for them, so that circles around it have the same corners. */
function compassAt(at: Point): Compass {
  const axis = Math.abs(at.x) < 0.6 ? { x: 1, y: 0, z: 0 } : { x: 0, y: 1, z: 0 }
  const north = onSphere(cross(at, axis))
  return { at, north, west: onSphere(cross(at, north)) }
}

const towards = ({ at, north, west }: Compass, angle: number, distance: number): Point => {
  const direction = add(scaled(north, Math.cos(angle)), scaled(west, Math.sin(angle)))
  return onSphere(add(scaled(at, Math.cos(distance)), scaled(direction, Math.sin(distance))))
}

const angleOf = ({ north, west }: Compass, v: Vector): number =>
  Math.atan2(v.x * west.x + v.y * west.y + v.z * west.z, v.x * north.x + v.y * north.y + v.z * north.z)

/** Corners of the circle strictly between two angles, counterclockwise. */
function arc(compass: Compass, from: number, to: number, o: Offset): Point[] {
  const end = to > from ? to : to + 2 * Math.PI
  const room = o.turn * 1e-6
  const corners: Point[] = []
  for (let n = Math.floor(from / o.turn); n * o.turn < end - room; n++) {
    if (n * o.turn > from + room) corners.push(towards(compass, wrapped(n, o.turn) * o.turn, o.corner))
  }
  return corners
}

/** The same corner by the same number. */
function wrapped(n: number, turn: number): number {
  const all = Math.round((2 * Math.PI) / turn)
  return ((n % all) + all) % all
}

/** Around one edge: along its right side, around its end, back along its left side and around its start. */
function edgeBuffer({ a, b }: Edge, o: Offset): Region {
  const length = angleBetween(a, b)
  const left = onSphere(edgeNormal(a, b))
  const right = scaled(left, -1)
  const [start, end] = [compassAt(a), compassAt(b)]
  const aside = (p: Point, direction: Vector): Point =>
    onSphere(add(scaled(p, Math.cos(o.corner)), scaled(direction, Math.sin(o.corner))))
  const count = Math.max(1, Math.ceil(length / o.step))
  const along = Array.from({ length: count + 1 }, (_, i) =>
    i === 0 ? a : i === count ? b : alongEdge({ a, b }, (length * i) / count),
  )
  return {
    rings: [
      [
        ...along.map((p) => aside(p, right)),
        ...arc(end, angleOf(end, right), angleOf(end, left), o),
        ...along.reverse().map((p) => aside(p, left)),
        ...arc(start, angleOf(start, left), angleOf(start, right), o),
      ],
    ],
  }
}

/** Where corners lie between radius and tolerance; another place, if with one of them edges meet too closely. */
const shares = [0.5, 0.47, 0.53, 0.44, 0.56]

/** Around all edges, and all of a region that they bound. */
export function edgesBuffer(edges: readonly Edge[], radius: number, tolerance: number, inside?: Region): Region {
  for (const share of shares) {
    const offset = offsetOf(radius, tolerance, share)
    try {
      return unionOf([...edges.map((e) => edgeBuffer(e, offset)), ...(inside ? [inside] : [])])
    } catch (error) {
      if (!(error instanceof OpenRing)) throw error
    }
  }
  throw new OpenRing()
}

export function pointBuffer(at: Point, radius: number, tolerance: number): Region {
  const offset = offsetOf(radius, tolerance, 0.5)
  const compass = compassAt(at)
  const count = Math.round((2 * Math.PI) / offset.turn)
  return { rings: [Array.from({ length: count }, (_, n) => towards(compass, n * offset.turn, offset.corner))] }
}
