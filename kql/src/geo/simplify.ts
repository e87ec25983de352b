// Fewer corners: edges are snapped to sites (sites.ts), and chains of the edges between these become single edges where they pass
// close enough to all original corners and on the right side of all other sites. The rules are those of the S2 library's builder.
import { directionWindow, type Window } from './direction-window.ts'
import type { Edge } from './edges.ts'
import { linkedLines } from './lines.ts'
import type { Piece } from './overlay.ts'
import { angleBetween, type Point, pointKey } from './points.ts'
import { isCounterclockwise, side } from './predicates.ts'
import type { Region } from './region.ts'
import { linkedRings } from './rings.ts'
import { separationRatio, snapped, snapping } from './sites.ts'

/** An edge between sites, with the original edges that became it; `order` is the first of them. */
interface Link {
  readonly from: number
  readonly to: number
  readonly order: number
}

interface Graph {
  readonly sites: readonly Point[]
  readonly links: readonly Link[]
  /** Original corners of each site. */
  readonly corners: ReadonlyMap<number, readonly Point[]>
  /** Sites to keep away from, by the two ends of a link in ascending order. */
  readonly near: ReadonlyMap<string, readonly number[]>
  readonly radius: number
}

const pairKey = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`)

function graphOf(edges: readonly Edge[], radius: number): Graph {
  const s = snapping(edges, cornersOf(edges), radius)
  const links: Link[] = []
  const corners = new Map<number, Point[]>()
  const near = new Map<string, readonly number[]>()
  const corner = (site: number, p: Point): void => {
    const known = corners.get(site) ?? []
    if (!known.some((k) => pointKey(k) === pointKey(p))) corners.set(site, [...known, p])
  }
  edges.forEach((e, order) => {
    const own = s.near[order] as number[]
    const chain = snapped(e, own, s.sites, radius)
    if (chain.length === 0) return
    corner(chain[0] as number, e.a)
    corner(chain.at(-1) as number, e.b)
    chain.slice(1).forEach((to, i) => {
      const from = chain[i] as number
      links.push({ from, to, order })
      const known = near.get(pairKey(from, to))
      if (!known || own.length < known.length) near.set(pairKey(from, to), own)
    })
  })
  links.sort((a, b) => a.from - b.from || a.to - b.to || a.order - b.order)
  return { sites: s.sites, links, corners, near, radius }
}

/** Ends of edges in the order of the edges, the end of one being the start of the next only once. */
const cornersOf = (edges: readonly Edge[]): Point[] =>
  edges.flatMap((e, i) => (i > 0 && edges[i - 1]?.b === e.a ? [e.b] : [e.a, e.b]))

/** Sites with two neighbours, as many links coming from each as going to the other. */
function interiorOf(links: readonly Link[]): ReadonlySet<number> {
  const around = new Map<number, Map<number, { in: number; out: number }>>()
  const count = (site: number, other: number, way: 'in' | 'out'): void => {
    const all = around.get(site) ?? new Map<number, { in: number; out: number }>()
    const known = all.get(other) ?? { in: 0, out: 0 }
    known[way] += 1
    around.set(site, all.set(other, known))
  }
  for (const l of links) {
    count(l.from, l.to, 'out')
    count(l.to, l.from, 'in')
  }
  const interior = [...around].filter(([, all]) => {
    const [a, b, ...more] = [...all.values()]
    return a && b && more.length === 0 && a.in === b.out && a.out === b.in
  })
  return new Set(interior.map(([site]) => site))
}

/** Keeps the sites near the last link of a chain on their sides. False where no single edge can. */
function avoidsSites(g: Graph, start: number, from: number, to: number, window: Window): boolean {
  const at = (i: number): Point => g.sites[i] as Point
  const [p0, p1, p2] = [at(start), at(from), at(to)]
  const [r1, r2] = [angleBetween(p0, p1), angleBetween(p0, p2)]
  if (r2 < r1 || r2 >= longest) return false
  for (const id of g.near.get(pairKey(from, to)) ?? []) {
    const p = at(id)
    const r = angleBetween(p0, p)
    if (id === from || id === to || r <= r1 || r >= r2) continue
    const onLeft = from === start ? side(p1, p2, p) > 0 : isCounterclockwise(p0, p2, p, p1)
    if (!window.avoidDisc(p, g.radius * separationRatio, onLeft)) return false
  }
  return true
}

/** Longer edges could leave their originals too far. */
const longest = 2 * Math.acos(1 / 1.1)

interface Walk {
  readonly g: Graph
  readonly interior: ReadonlySet<number>
  /** Where links from a site go, each place once. */
  readonly out: ReadonlyMap<number, readonly number[]>
  /** Orders of the links from one site to another. */
  readonly orders: ReadonlyMap<string, readonly number[]>
  readonly used: Set<string>
  readonly kept: Link[]
}

const way = (from: number, to: number): string => `${from} ${to}`

/** One link for each that runs along a chain, and for each that runs back along it. */
function keep(chain: readonly number[], w: Walk): void {
  const steps = chain.slice(1).map((to, i) => [chain[i] as number, to] as const)
  const merged = (ways: readonly (readonly number[])[], from: number, to: number): void => {
    for (let n = 0; n < Math.max(...ways.map((o) => o.length)); n++)
      w.kept.push({ from, to, order: Math.min(...ways.map((o) => o[n] ?? Number.POSITIVE_INFINITY)) })
  }
  const [first, last] = [chain[0] as number, chain.at(-1) as number]
  merged(
    steps.map(([from, to]) => w.orders.get(way(from, to)) ?? []),
    first,
    last,
  )
  merged(
    steps.map(([from, to]) => w.orders.get(way(to, from)) ?? []),
    last,
    first,
  )
  for (const [from, to] of steps) w.used.add(way(from, to)).add(way(to, from))
}

/** The chain that begins with a link, cut into as few edges as its corners and neighbours allow. */
function simplifyChain(from: number, to: number, w: Walk): void {
  const { g, interior, out } = w
  let step: readonly [number, number] | undefined = [from, to]
  while (step) {
    const start: number = step[0]
    const chain: number[] = [...step]
    const window = directionWindow(g.sites[start] as Point)
    let fits = avoidsSites(g, start, step[0], step[1], window)
    step = undefined
    for (;;) {
      const [before, at] = chain.slice(-2) as [number, number]
      if (!interior.has(at) || at === from) break
      const next = (out.get(at) ?? []).find((site) => site !== before)
      if (next === undefined) break
      fits &&=
        (g.corners.get(at) ?? []).every((p) => window.targetDisc(p, g.radius)) &&
        avoidsSites(g, start, at, next, window) &&
        window.reaches(g.sites[next] as Point)
      if (!fits) {
        step = [at, next]
        break
      }
      chain.push(next)
    }
    keep(chain, w)
  }
}

function simplifiedLinks(g: Graph): Link[] {
  const out = new Map<number, number[]>()
  const orders = new Map<string, number[]>()
  for (const { from, to, order } of g.links) {
    const known = orders.get(way(from, to))
    if (known) known.push(order)
    else {
      orders.set(way(from, to), [order])
      out.set(from, [...(out.get(from) ?? []), to])
    }
  }
  const w: Walk = { g, interior: interiorOf(g.links), out, orders, used: new Set(), kept: [] }
  for (const { from, to } of g.links)
    if (!w.interior.has(from) && !w.used.has(way(from, to))) simplifyChain(from, to, w)
  for (const { from, to } of g.links) if (!w.used.has(way(from, to))) simplifyChain(from, to, w)
  return w.kept
}

const edgeOf = (g: Graph, l: Link): Edge => ({ a: g.sites[l.from] as Point, b: g.sites[l.to] as Point })
const byOrder = (a: Link, b: Link): number => a.order - b.order

/** Lines with fewer corners, each edge once; none where they shrink to points. */
export function simplifiedLines(edges: readonly Edge[], radius: number): Point[][] {
  const g = graphOf(edges, radius)
  const kept = simplifiedLinks(g).sort(byOrder)
  const seen = new Set<string>()
  const distinct = kept.filter((l) => !seen.has(pairKey(l.from, l.to)) && seen.add(pairKey(l.from, l.to)))
  return linkedLines(distinct.filter((l) => l.from !== l.to).map((l) => edgeOf(g, l)))
}

/** A region with fewer corners. An edge that runs both ways bounds nothing; each two such are left out. */
export function simplifiedRegion(edges: readonly Edge[], radius: number): Region {
  const g = graphOf(edges, radius)
  const kept = simplifiedLinks(g)
    .sort(byOrder)
    .filter((l) => l.from !== l.to)
  const count = new Map<string, number>()
  for (const l of kept) count.set(way(l.from, l.to), (count.get(way(l.from, l.to)) ?? 0) + 1)
  const surplus = new Map<string, number>()
  for (const [key, n] of count) {
    const back = key.split(' ').reverse().join(' ')
    surplus.set(key, Math.max(0, n - (count.get(back) ?? 0)))
  }
  const pieces = kept.filter((l) => {
    const left = surplus.get(way(l.from, l.to)) ?? 0
    surplus.set(way(l.from, l.to), left - 1)
    return left > 0
  })
  return linkedRings(pieces.map((l): Piece => ({ ...edgeOf(g, l), order: l.order, where: 'same' })))
}

/** Whether edges keep any length at all when they are snapped. */
export const keepsEdges = (edges: readonly Edge[], radius: number): boolean =>
  graphOf(edges, radius).links.some((l) => l.from !== l.to)
