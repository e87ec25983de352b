// Distances to edges, points on them and where they cross. An edge is the shortest arc between its ends.
import {
  add,
  angleBetween,
  cross,
  dot,
  edgeNormal,
  onSphere,
  type Point,
  samePoint,
  scaled,
  type Vector,
} from './points.ts'

export interface Edge {
  readonly a: Point
  readonly b: Point
}

/** The edges of a line, or with `closed` of a ring. */
export function edgesOf(points: readonly Point[], closed = false): Edge[] {
  const ends = closed ? [...points.slice(1), points[0] as Point] : points.slice(1)
  return ends.map((b, i) => ({ a: points[i] as Point, b }))
}

export const lengthOf = (points: readonly Point[], closed = false): number =>
  edgesOf(points, closed).reduce((sum, e) => sum + angleBetween(e.a, e.b), 0)

/** The point of an edge that is closest to p; an end where that is as close. */
export function closestOnEdge(p: Point, { a, b }: Edge): Point {
  if (samePoint(p, a) || samePoint(p, b)) return p
  const normal = edgeNormal(a, b)
  const size2 = dot(normal, normal)
  if (size2 > 0) {
    const foot = add(p, scaled(normal, -dot(p, normal) / size2))
    if (dot(cross(normal, a), foot) > 0 && dot(cross(b, normal), foot) > 0) return onSphere(foot)
  }
  return angleBetween(p, a) <= angleBetween(p, b) ? a : b
}

export interface Closest {
  readonly point: Point
  /** Radians. */
  readonly distance: number
  readonly edge: number
}

/** The closest point on any of the edges; the first of several that are as close. */
export function closestOnEdges(p: Point, edges: readonly Edge[]): Closest | undefined {
  let best: Closest | undefined
  edges.forEach((e, edge) => {
    const point = closestOnEdge(p, e)
    const distance = angleBetween(p, point)
    if (!best || distance < best.distance) best = { point, distance, edge }
  })
  return best
}

/** The point at a distance of `angle` from a, on the way to b. */
export function alongEdge({ a, b }: Edge, angle: number): Point {
  const normal = edgeNormal(a, b)
  const towards = cross(normal, a)
  const size = Math.sqrt(dot(towards, towards))
  return onSphere(add(scaled(a, Math.cos(angle)), scaled(towards, Math.sin(angle) / size)))
}

/** Where two crossing edges cross. */
export function crossingPoint(e: Edge, f: Edge): Point {
  const at: Vector = cross(edgeNormal(e.a, e.b), edgeNormal(f.a, f.b))
  const towards = add(add(e.a, e.b), add(f.a, f.b))
  return onSphere(dot(at, towards) < 0 ? scaled(at, -1) : at)
}

/** Pairs of edges, one of each list, that may meet: their boxes overlap. `visit` gets places in the lists. */
export function closePairs(
  first: readonly Edge[],
  second: readonly Edge[],
  visit: (i: number, j: number) => void,
): void {
  const boxes = (edges: readonly Edge[]) =>
    edges
      .map(boxOf)
      .map((box, at) => ({ box, at }))
      .sort(byStart)
  const [lefts, rights] = [boxes(first), boxes(second)]
  let [i, j] = [0, 0]
  while (i < lefts.length && j < rights.length) {
    const [l, r] = [lefts[i] as Placed, rights[j] as Placed]
    if (l.box[0] <= r.box[0]) {
      for (let k = j; k < rights.length && (rights[k] as Placed).box[0] <= l.box[3]; k++)
        if (overlap(l.box, (rights[k] as Placed).box)) visit(l.at, (rights[k] as Placed).at)
      i += 1
    } else {
      for (let k = i; k < lefts.length && (lefts[k] as Placed).box[0] <= r.box[3]; k++)
        if (overlap((lefts[k] as Placed).box, r.box)) visit((lefts[k] as Placed).at, r.at)
      j += 1
    }
  }
}

type Box = readonly [x0: number, y0: number, z0: number, x1: number, y1: number, z1: number]
interface Placed {
  readonly box: Box
  readonly at: number
}
const byStart = (a: Placed, b: Placed): number => a.box[0] - b.box[0]

/** Around the whole arc, which leaves the chord by at most its height. */
function boxOf({ a, b }: Edge): Box {
  const half = angleBetween(a, b) / 2
  const room = (half < Math.PI / 2 ? 1 - Math.cos(half) : 1) + 1e-14
  const low = (p: number, q: number): number => Math.min(p, q) - room
  const high = (p: number, q: number): number => Math.max(p, q) + room
  return [low(a.x, b.x), low(a.y, b.y), low(a.z, b.z), high(a.x, b.x), high(a.y, b.y), high(a.z, b.z)]
}

const overlap = (a: Box, b: Box): boolean =>
  a[0] <= b[3] && b[0] <= a[3] && a[1] <= b[4] && b[1] <= a[4] && a[2] <= b[5] && b[2] <= a[5]
