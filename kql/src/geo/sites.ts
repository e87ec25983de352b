// Snapping of edges to few corners, as the S2 library does it (S2Builder with the identity as snap function): some corners become
// sites, no two of them closer than the radius, and every edge becomes the chain of the sites whose regions it passes.
import { s2 } from 's2js'
import { closestOnEdge, type Edge } from './edges.ts'
import { add, angleBetween, cross, dot, edgeNormal, norm, onSphere, type Point, scaled, type Vector } from './points.ts'
import { side } from './predicates.ts'
import { OpenRing } from './rings.ts'

/** How far a snapped edge may lie from its original: this times the radius. */
const deviationRatio = 1.1
/** How close a site may come to an edge that does not pass it. */
export const separationRatio = 0.5

export interface Snapping {
  readonly sites: Point[]
  /** For each edge the sites near it, in the order of their distance from its start. */
  readonly near: number[][]
}

const { cellid } = s2

/** Whether two points can be as close as this; says no only if they are not. */
const mayReach = (a: Vector, b: Vector, distance: number): boolean =>
  distance > 3 || dot(a, b) > Math.cos(distance) - 1e-14

function chosen(corners: readonly Point[], radius: number): Point[] {
  const order = corners.map((p, i) => ({ p, i, cell: cellid.fromPoint(p) }))
  order.sort((a, b) => (a.cell < b.cell ? -1 : a.cell > b.cell ? 1 : a.i - b.i))
  const sites: Point[] = []
  for (const { p } of order)
    if (sites.every((s) => !mayReach(s, p, radius) || angleBetween(s, p) > radius)) sites.push(p)
  return sites
}

const distanceTo = (p: Point, e: Edge): number => angleBetween(p, closestOnEdge(p, e))

function nearby(sites: readonly Point[], e: Edge, radius: number): number[] {
  const reach = radius * (deviationRatio + separationRatio)
  const far = reach + angleBetween(e.a, e.b)
  const near: { readonly id: number; readonly from: number }[] = []
  sites.forEach((s, id) => {
    if (mayReach(s, e.a, far) && distanceTo(s, e) <= reach) near.push({ id, from: angleBetween(e.a, s) })
  })
  return near.sort((a, b) => a.from - b.from).map((n) => n.id)
}

interface Interval {
  readonly low: number
  readonly high: number
}

/** The part of the great circle of an edge that lies within the radius of a point, as angles from the start of the edge. */
function coverage(p: Point, e: Edge, radius: number): Interval {
  const normal = onSphere(edgeNormal(e.a, e.b))
  const off = Math.asin(Math.max(-1, Math.min(1, dot(p, normal))))
  const at = Math.atan2(dot(p, cross(normal, e.a)), dot(p, e.a))
  const half = Math.acos(Math.min(1, Math.cos(radius) / Math.cos(off)))
  return { low: at - half, high: at + half }
}

/** Which of two sites has no region of its own along an edge; `first` is closer to the start of the edge. */
function excluded(first: Point, second: Point, e: Edge, radius: number): 'first' | 'second' | undefined {
  if (angleBetween(e.b, first) < angleBetween(e.b, second)) return 'second'
  const [a, b] = [coverage(first, e, radius), coverage(second, e, radius)]
  if (a.low >= b.low) return 'first'
  return b.high <= a.high ? 'second' : undefined
}

/** Of which side of an edge the centre of the circle through three points is. */
function circleSide(e: Edge, a: Point, b: Point, c: Point): number {
  const towards = (from: Vector, to: Vector): Vector => add(to, scaled(from, -1))
  const centre = scaled(cross(towards(a, b), towards(a, c)), side(a, b, c))
  const turned = dot(edgeNormal(e.a, e.b), centre)
  return turned > 0 ? 1 : turned < 0 ? -1 : 0
}

/** Whether the new site makes the last site of a chain superfluous, or is superfluous itself. */
function verdict(chain: readonly Point[], site: Point, e: Edge, radius: number): 'drop last' | 'skip new' | 'keep' {
  const last = chain.at(-1) as Point
  if (angleBetween(last, site) >= 2 * radius) return 'keep'
  const out = excluded(last, site, e, radius)
  if (out === 'first') return 'drop last'
  if (out === 'second') return 'skip new'
  const before = chain.at(-2)
  if (!before || angleBetween(before, site) >= 2 * radius) return 'keep'
  const lastSide = side(e.a, e.b, last)
  if (side(before, last, site) === lastSide) return 'keep'
  return circleSide(e, before, last, site) === lastSide ? 'drop last' : 'keep'
}

/** The chain of sites that an edge becomes. */
export function snapped(e: Edge, near: readonly number[], sites: readonly Point[], radius: number): number[] {
  const chain: number[] = []
  for (const id of near) {
    const site = sites[id] as Point
    if (distanceTo(site, e) > radius) continue
    let wanted = true
    while (chain.length > 0) {
      const found = verdict(
        chain.map((c) => sites[c] as Point),
        site,
        e,
        radius,
      )
      if (found === 'drop last') {
        chain.pop()
        continue
      }
      wanted = found === 'keep'
      break
    }
    if (wanted) chain.push(id)
  }
  return chain
}

/** Where the great circle with this normal leaves the disc around a point, in its own direction. */
function coverageEnd(p: Point, normal: Vector, radius: number): Point {
  const size2 = dot(normal, normal)
  const off = dot(normal, p)
  const forward = cross(normal, p)
  const middle = scaled(add(scaled(p, size2), scaled(normal, -off)), Math.cos(radius))
  const rest = Math.max(0, Math.sin(radius) ** 2 * size2 - off * off)
  return onSphere(add(middle, scaled(forward, Math.sqrt(rest))))
}

/** A site on the edge that keeps its snapped form away from another site: in the gap that no site covers, as close as can be. */
function separating(avoid: Point, from: Point, to: Point, e: Edge, radius: number): Point {
  const normal = edgeNormal(e.a, e.b)
  const direction = add(e.b, scaled(e.a, -1))
  const wanted = closestOnEdge(avoid, e)
  const [low, high] = [coverageEnd(from, normal, radius), coverageEnd(to, scaled(normal, -1), radius)]
  const ahead = (p: Point, q: Point): number => dot(add(q, scaled(p, -1)), direction)
  if (ahead(low, wanted) < 0) return low
  return ahead(wanted, high) < 0 ? high : wanted
}

/** The first site that comes too close to a snapped edge without being on it, made good by a site of the edge's own. */
function extraSite(e: Edge, chain: readonly number[], s: Snapping, index: number, radius: number): Point | undefined {
  let next = 0
  for (const id of s.near[index] as number[]) {
    if (id === chain[next]) {
      next += 1
      if (next === chain.length) return undefined
      continue
    }
    if (next === 0) continue
    const [from, to] = [s.sites[chain[next - 1] as number] as Point, s.sites[chain[next] as number] as Point]
    const site = s.sites[id] as Point
    if (distanceTo(site, { a: from, b: to }) < radius * separationRatio) return separating(site, from, to, e, radius)
  }
  return undefined
}

/** Sites for edges, with those added that keep snapped edges away from sites that they do not pass. */
export function snapping(edges: readonly Edge[], corners: readonly Point[], radius: number): Snapping {
  const sites = chosen(corners, radius)
  const s: Snapping = { sites, near: edges.map((e) => nearby(sites, e, radius)) }
  // Each edge needs few; the bound only keeps rounding from going on for ever.
  const most = sites.length + edges.length * 8
  let open = new Set(edges.keys())
  while (open.size > 0) {
    if (sites.length > most) throw new OpenRing()
    const again = new Set<number>()
    for (const i of [...open].sort((a, b) => a - b)) {
      const e = edges[i] as Edge
      again.delete(i)
      const extra = extraSite(e, snapped(e, s.near[i] as number[], sites, radius), s, i, radius)
      if (!extra || norm(extra) === 0) continue
      sites.push(extra)
      edges.forEach((other, j) => {
        if (distanceTo(extra, other) > radius * (deviationRatio + separationRatio)) return
        s.near[j] = nearby(sites, other, radius)
        again.add(j)
      })
    }
    open = again
  }
  return s
}
