// Regions of the sphere: rings whose inside is to their left, and what lies in it.
import { s2 } from 's2js'
import { closePairs, type Edge, edgesOf } from './edges.ts'
import { type Point, pointKey } from './points.ts'
import { edgesCross } from './predicates.ts'

/** Rings without their last point, the inside to the left of each; no two of them cross. */
export interface Region {
  readonly rings: readonly (readonly Point[])[]
}

export const emptyRegion: Region = { rings: [] }

/** The ring as a loop of the library. The points are taken over as they are. */
export const loopOf = (ring: readonly Point[]): s2.Loop => new s2.Loop([...ring])

export const regionEdges = (region: Region): Edge[] => region.rings.flatMap((r) => edgesOf(r, true))

/** Whether edges of a ring, or of different rings, cross or are the same. */
export function ringsCross(rings: readonly (readonly Point[])[]): boolean {
  const edges = rings.flatMap((r) => edgesOf(r, true))
  const seen = new Set<string>()
  for (const { a, b } of edges) {
    const [p, q] = [pointKey(a), pointKey(b)]
    const key = p < q ? `${p} ${q}` : `${q} ${p}`
    if (seen.has(key)) return true
    seen.add(key)
  }
  let any = false
  closePairs(edges, edges, (i, j) => {
    if (any || i >= j) return
    const [e, f] = [edges[i] as Edge, edges[j] as Edge]
    any = edgesCross(e.a, e.b, f.a, f.b)
  })
  return any
}

/** The smaller of the two sides of each ring; a ring inside another is a hole in it. Undefined if rings cross or share edges. */
export function regionOf(rings: readonly (readonly Point[])[]): Region | undefined {
  if (ringsCross(rings)) return undefined
  const loops = rings.map((ring) => {
    const loop = loopOf(ring)
    const ordered = loop.turningAngle() < -1e-14 ? [...ring].reverse() : [...ring]
    return { ring: ordered, loop: loopOf(ordered) }
  })
  return {
    rings: loops.map(({ ring }, i) => {
      const around = loops.filter((other, j) => j !== i && insideOf(ring, other))
      return around.length % 2 === 1 ? reversed(ring) : ring
    }),
  }
}

/** The same edges the other way round; the last one stays the last. */
const reversed = (ring: readonly Point[]): Point[] => [...ring].reverse()

/** Whether a ring that does not cross another lies inside it: its first point that they do not share tells. */
function insideOf(ring: readonly Point[], other: { readonly ring: readonly Point[]; readonly loop: s2.Loop }): boolean {
  const shared = new Set(other.ring.map(pointKey))
  const own = ring.find((p) => !shared.has(pointKey(p)))
  return own !== undefined && other.loop.containsPoint(own)
}

export interface Container {
  /** Whether a point lies inside; corners as the library has it, each in exactly one of the regions around it. */
  readonly contains: (p: Point) => boolean
  readonly corners: ReadonlySet<string>
}

export function containerOf(region: Region): Container {
  const loops = region.rings.map(loopOf)
  const holes = loops.map((l) => l.turningAngle() < 0)
  const corners = new Set(region.rings.flatMap((r) => r.map(pointKey)))
  return {
    corners,
    // Inside is where one more shell than holes is around: a hole's loop contains what is outside of the hole.
    contains: (p) => {
      let depth = 0
      loops.forEach((loop, i) => {
        if (holes[i] ? !loop.containsPoint(p) : loop.containsPoint(p)) depth += holes[i] ? -1 : 1
      })
      return depth > 0
    },
  }
}

/** Inside, on a corner, or both. */
export const containsOrCorner = (c: Container, p: Point): boolean => c.corners.has(pointKey(p)) || c.contains(p)

/** Polygons of a region: each shell with the holes in it. */
export function polygonsOf(region: Region): Point[][][] {
  const shells: { ring: readonly Point[]; loop: s2.Loop; holes: Point[][] }[] = []
  const holes: (readonly Point[])[] = []
  for (const ring of region.rings) {
    const loop = loopOf(ring)
    if (loop.turningAngle() < 0) holes.push(ring)
    else shells.push({ ring, loop, holes: [] })
  }
  for (const hole of holes) {
    const around = shells.filter((s) => insideOf(hole, s)).sort((a, b) => a.loop.area() - b.loop.area())
    around[0]?.holes.push([...hole])
  }
  return shells.map((s) => [[...s.ring], ...s.holes])
}

/** Of the unit sphere. */
export const areaOf = (region: Region): number =>
  region.rings.reduce((sum, ring) => {
    const area = loopOf(ring).area()
    return sum + (loopOf(ring).turningAngle() < 0 ? area - 4 * Math.PI : area)
  }, 0)

export function libraryPolygon(region: Region): s2.Polygon {
  return s2.Polygon.fromOrientedLoops(region.rings.map(loopOf))
}
