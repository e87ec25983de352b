// Directed pieces of edges, linked to rings.
import { ArgumentError } from '../functions/define.ts'
import type { Piece } from './overlay.ts'
import { type Point, pointKey } from './points.ts'
import { isCounterclockwise } from './predicates.ts'
import type { Region } from './region.ts'

/** Shapes whose corners are so close to each other that rounding makes their edges cross: no result is better than a wrong one. */
export class OpenRing extends ArgumentError {
  constructor() {
    super('edges of these shapes are too close to each other to tell what they bound')
  }
}

/** The way out that turns left the most for who comes from `from`: rings stay as small as they can. */
function leftmost(from: Point, at: Point, ways: readonly Piece[]): Piece | undefined {
  const [first, ...others] = ways
  return others.reduce<Piece | undefined>(
    (best, way) => (best && isCounterclockwise(best.b, way.b, from, at) ? way : best),
    first,
  )
}

/** A ring starts behind the edge that came last among its input, so that it keeps the order of a ring it came from. */
function startOf(orders: readonly number[]): number {
  let at = 0
  let gap = false
  for (let i = 1; i < orders.length; i++) {
    const more = (orders[i] as number) - (orders[at] as number)
    if (more < 0) gap = true
    else if (more > 0 || !gap) {
      at = i
      gap = false
    }
  }
  return (at + 1) % orders.length
}

function turnedTo(ring: readonly Piece[]): Point[] {
  const start = startOf(ring.map((p) => p.order))
  return [...ring.slice(start), ...ring.slice(0, start)].map((p) => p.a)
}

/** Rings of pieces; where a point is passed twice they are cut into several. */
export function linkedRings(pieces: readonly Piece[]): Region {
  const ways = new Map<string, Piece[]>()
  const distinct = pieces
    .map((piece) => ({ piece, from: pointKey(piece.a), to: pointKey(piece.b) }))
    .filter((p) => p.from !== p.to)
  for (const { piece, from } of distinct) {
    const known = ways.get(from)
    if (known) known.push(piece)
    else ways.set(from, [piece])
  }
  const ends = new Map(distinct.map((p) => [p.piece, p]))
  const used = new Set<Piece>()
  const rings: { readonly ring: Point[]; readonly order: number }[] = []
  for (const start of distinct) {
    const path: Piece[] = []
    /** Where on the path each of its points is. */
    const places = new Map<string, number>()
    for (let piece: Piece | undefined = used.has(start.piece) ? undefined : start.piece; piece; ) {
      const { from, to } = ends.get(piece) as (typeof distinct)[number]
      used.add(piece)
      places.set(from, path.length)
      path.push(piece)
      const end: Piece = piece
      const back = places.get(to)
      if (back !== undefined) {
        const ring = path.splice(back)
        for (const p of ring) places.delete((ends.get(p) as (typeof distinct)[number]).from)
        if (ring.length > 2)
          rings.push({ ring: turnedTo(ring), order: ring.reduce((least, p) => Math.min(least, p.order), end.order) })
      }
      const open = (ways.get(to) ?? []).filter((p) => !used.has(p))
      piece = leftmost(end.a, end.b, open)
    }
    if (path.length > 0) throw new OpenRing()
  }
  return { rings: rings.sort((a, b) => a.order - b.order).map((r) => r.ring) }
}
