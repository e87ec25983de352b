// Straight lines on the map as chains of arcs that stay close to them: planar edges are halved until they do.
// https://learn.microsoft.com/kusto/query/geo-line-densify-function
import { alongEdge } from './edges.ts'
import { angleBetween, dot, earthRadius, type Position, samePoint, toPoint } from './points.ts'

/**
 * Where on an edge the distance between map line and arc is measured, from each end, and the share of the tolerance that it may have
 * there so that it is within the tolerance everywhere: constants of the S2 library's tessellator.
 */
const place = 0.31215691082248315
const share = 0.8382999256988851

const between = (a: Position, b: Position, t: number): Position => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]

/** A longitude back between -180 and 180. */
const onMap = ([longitude, latitude]: Position): Position => [
  longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude,
  latitude,
]

function deviation(a: Position, b: Position): number {
  const [p, q] = [toPoint(a), toPoint(b)]
  if (samePoint(p, q)) return 0
  if (dot(p, q) < -1e-14) return Number.POSITIVE_INFINITY
  const length = angleBetween(p, q)
  const off = (t: number): number => angleBetween(toPoint(between(a, b, t)), alongEdge({ a: p, b: q }, length * t))
  return Math.max(off(place), off(1 - place))
}

/** Edges of one shape that may come of this. */
const most = 10_485_760

function halve(a: Position, b: Position, tolerance: number, out: Position[]): boolean {
  if (out.length > most) return false
  if (deviation(a, b) <= tolerance) {
    out.push(b)
    return true
  }
  const middle = between(a, b, 0.5)
  return halve(a, middle, tolerance, out) && halve(middle, b, tolerance, out)
}

/** `tolerance` in metres. With `wrap` edges take the shorter way, be it over the antimeridian. Undefined: too many points. */
export function densified(line: readonly Position[], tolerance: number, wrap: boolean): Position[] | undefined {
  const [first, ...others] = line
  if (!first) return []
  const out: Position[] = [first]
  const allowed = (share * tolerance) / earthRadius
  let from = first
  for (const to of others) {
    const step = to[0] - from[0]
    const target: Position = wrap && Math.abs(step) > 180 ? [to[0] - Math.sign(step) * 360, to[1]] : to
    const own: Position[] = []
    if (!halve(from, target, allowed, own)) return undefined
    for (const p of own.slice(0, -1)) out.push(onMap(p))
    out.push(to)
    from = to
  }
  return out
}
