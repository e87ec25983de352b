// Union and intersection of two regions: edges are cut where they cross, every piece is known to lie inside or outside of the other
// region by the side on which it leaves its first point, and the pieces that bound the result are linked to rings.

import { closePairs, crossingPoint, type Edge } from './edges.ts'
import { angleBetween, type Point, pointKey } from './points.ts'
import { edgesCross, isCounterclockwise, side } from './predicates.ts'
import { type Container, containerOf, type Region, regionEdges } from './region.ts'
import { linkedRings } from './rings.ts'

/** A piece of an edge between two neighbouring cuts. */
export interface Piece {
  readonly a: Point
  readonly b: Point
  /** Place of the whole edge in the order of all edges. */
  readonly order: number
  readonly where: 'inside' | 'outside' | 'same' | 'opposite'
}

interface Cut {
  readonly at: Point
  readonly distance: number
  /** Whether behind the cut the edge is inside of the other region; undefined where the other has no inside (a line). */
  readonly enters: boolean
}

export const edgeKey = (a: Point, b: Point): string => `${pointKey(a)} ${pointKey(b)}`

/** The cuts of each edge of two lists, where they cross. */
export function cutsBetween(first: readonly Edge[], second: readonly Edge[]): readonly [Cut[][], Cut[][]] {
  const cuts = [first.map((): Cut[] => []), second.map((): Cut[] => [])] as const
  closePairs(first, second, (i, j) => {
    const [e, f] = [first[i] as Edge, second[j] as Edge]
    if (!edgesCross(e.a, e.b, f.a, f.b)) return
    const at = crossingPoint(e, f)
    cuts[0][i]?.push({ at, distance: angleBetween(e.a, at), enters: side(f.a, f.b, e.b) > 0 })
    cuts[1][j]?.push({ at, distance: angleBetween(f.a, at), enters: side(e.a, e.b, f.b) > 0 })
  })
  for (const list of cuts) for (const own of list) own.sort((a, b) => a.distance - b.distance)
  return cuts
}

/** The edges of a region that meet in each of its corners. */
interface Fan {
  readonly outgoing: Point[]
  readonly incoming: Point[]
}

function fansOf(edges: readonly Edge[]): ReadonlyMap<string, Fan> {
  const fans = new Map<string, Fan>()
  const at = (p: Point): Fan => {
    const known = fans.get(pointKey(p)) ?? { outgoing: [], incoming: [] }
    fans.set(pointKey(p), known)
    return known
  }
  for (const { a, b } of edges) {
    at(a).outgoing.push(b)
    at(b).incoming.push(a)
  }
  return fans
}

/** Whether the way from a corner of a region towards b starts inside: the next edge clockwise from it leaves the corner. */
function startsInside(corner: Point, b: Point, fan: Fan): boolean {
  const spokes = [...fan.outgoing.map((p) => ({ p, leaves: true })), ...fan.incoming.map((p) => ({ p, leaves: false }))]
  const nearest = spokes.reduce((best, s) => (isCounterclockwise(best.p, s.p, b, corner) ? s : best))
  return nearest.leaves
}

/** What pieces of edges are placed against: a region with its edges. */
export interface Against {
  readonly edges: readonly Edge[]
  readonly container: Container
  readonly fans: ReadonlyMap<string, Fan>
  readonly keys: ReadonlySet<string>
}

export function against(region: Region): Against {
  const edges = regionEdges(region)
  return {
    edges,
    container: containerOf(region),
    fans: fansOf(edges),
    keys: new Set(edges.map((e) => edgeKey(e.a, e.b))),
  }
}

/** An edge cut to pieces, each with its place relative to a region. */
export function piecesOf(edge: Edge, cuts: readonly Cut[], other: Against, order: number): Piece[] {
  const { a, b } = edge
  if (other.keys.has(edgeKey(a, b))) return [{ a, b, order, where: 'same' }]
  if (other.keys.has(edgeKey(b, a))) return [{ a, b, order, where: 'opposite' }]
  const fan = other.fans.get(pointKey(a))
  const starts = fan ? startsInside(a, b, fan) : other.container.contains(a)
  const ordered = alternating(cuts, starts)
  const ends = [...ordered.map((c) => c.at), b]
  return ends.map((end, i): Piece => {
    const inside = i === 0 ? starts : (ordered[i - 1]?.enters ?? false)
    return { a: i === 0 ? a : (ends[i - 1] as Point), b: end, order, where: inside ? 'inside' : 'outside' }
  })
}

/**
 * An edge that is inside can only leave, and one that is outside only enter: of cuts too close to each other for their distances to
 * tell the order, this does.
 */
function alternating(cuts: readonly Cut[], starts: boolean): readonly Cut[] {
  const left = [...cuts]
  const ordered: Cut[] = []
  for (let inside = starts; left.length > 0; inside = !inside) {
    const fitting = left.findIndex((c) => c.enters !== inside)
    ordered.push(...left.splice(Math.max(0, fitting), 1))
  }
  return ordered
}

export interface Overlaid {
  readonly first: readonly Piece[]
  readonly second: readonly Piece[]
}

export function overlay(first: Region, second: Region): Overlaid {
  const [a, b] = [against(first), against(second)]
  const cuts = cutsBetween(a.edges, b.edges)
  const pieces = (own: Against, other: Against, list: readonly Cut[][], from: number): Piece[] =>
    own.edges.flatMap((e, i) => piecesOf(e, list[i] ?? [], other, from + i))
  return { first: pieces(a, b, cuts[0], 0), second: pieces(b, a, cuts[1], a.edges.length) }
}

const keptIn = (found: Overlaid, where: 'inside' | 'outside'): Piece[] => [
  ...found.first.filter((p) => p.where === where || p.where === 'same'),
  ...found.second.filter((p) => p.where === where),
]

export function union(first: Region, second: Region): Region {
  return linkedRings(keptIn(overlay(first, second), 'outside'))
}

interface Sized {
  readonly region: Region
  readonly size: number
}

const bySize = (a: Sized, b: Sized): number => a.size - b.size

/** The union of many: the two with the fewest corners first, as the S2 library goes about it. Throws OpenRing. */
export function unionOf(regions: readonly Region[]): Region {
  const corners = (r: Region): number => r.rings.reduce((sum, ring) => sum + ring.length, 0)
  const queue = regions.map((region): Sized => ({ region, size: corners(region) })).sort(bySize)
  while (queue.length > 1) {
    const [a, b] = queue.splice(0, 2) as [Sized, Sized]
    const made: Sized = { region: union(a.region, b.region), size: a.size + b.size }
    const at = queue.findIndex((q) => q.size > made.size)
    queue.splice(at < 0 ? queue.length : at, 0, made)
  }
  return queue[0]?.region ?? { rings: [] }
}

export interface Common {
  readonly region: Region
  /** Edges that the two share, each on its own side. */
  readonly shared: readonly Edge[]
  /** Corners that they share, in no edge of the region or shared. */
  readonly points: readonly Point[]
}

export function intersection(first: Region, second: Region): Common {
  const found = overlay(first, second)
  const kept = keptIn(found, 'inside')
  const shared = found.first.filter((p) => p.where === 'opposite')
  const used = new Set([...kept, ...shared].flatMap((p) => [pointKey(p.a), pointKey(p.b)]))
  const corners = new Map(second.rings.flat().map((p) => [pointKey(p), p]))
  const points = first.rings.flat().filter((p) => corners.has(pointKey(p)) && !used.has(pointKey(p)))
  return { region: linkedRings(kept), shared, points: [...new Map(points.map((p) => [pointKey(p), p])).values()] }
}
