// Lines as such: their union, their middle, and places on them.
import { alongEdge, closestOnEdges, type Edge, edgesOf, lengthOf } from './edges.ts'
import { add, angleBetween, onSphere, type Point, pointKey, scaled, type Vector } from './points.ts'

const undirected = ({ a, b }: Edge): string => {
  const [p, q] = [pointKey(a), pointKey(b)]
  return p < q ? `${p} ${q}` : `${q} ${p}`
}

/** Edges linked to lines, which end where other than one edge comes and one goes; in the order of their first edges. */
export function linkedLines(edges: readonly Edge[]): Point[][] {
  const coming = new Map<string, number>()
  const going = new Map<string, Edge[]>()
  for (const e of edges) {
    coming.set(pointKey(e.b), (coming.get(pointKey(e.b)) ?? 0) + 1)
    going.set(pointKey(e.a), [...(going.get(pointKey(e.a)) ?? []), e])
  }
  const isPassed = (p: Point): boolean => coming.get(pointKey(p)) === 1 && going.get(pointKey(p))?.length === 1
  const order = new Map(edges.map((e, i) => [e, i]))
  const found: { readonly line: Point[]; first: number }[] = []
  const used = new Set<Edge>()
  const follow = (start: Edge): void => {
    const line = [start.a]
    let first = Number.POSITIVE_INFINITY
    for (
      let e: Edge | undefined = start;
      e && !used.has(e);
      e = isPassed(e.b) ? going.get(pointKey(e.b))?.[0] : undefined
    ) {
      used.add(e)
      line.push(e.b)
      first = Math.min(first, order.get(e) ?? 0)
    }
    found.push({ line, first })
  }
  for (const e of edges) if (!isPassed(e.a)) follow(e)
  // What is left runs in circles.
  for (const e of edges) if (!used.has(e)) follow(e)
  return found.sort((a, b) => a.first - b.first).map((f) => f.line)
}

/** All lines with each edge once, whichever way it runs. Lines that merely cross stay whole. */
export function linesUnion(lines: readonly (readonly Point[])[]): Point[][] {
  const seen = new Set<string>()
  const edges = lines
    .flatMap((l) => edgesOf(l))
    .filter((e) => {
      const key = undirected(e)
      return !seen.has(key) && seen.add(key)
    })
  return linkedLines(edges)
}

/** The centre of mass, brought up to the sphere; undefined where there is none. */
export function lineCentroid(lines: readonly (readonly Point[])[]): Point | undefined {
  let sum: Vector = { x: 0, y: 0, z: 0 }
  for (const { a, b } of lines.flatMap((l) => edgesOf(l))) {
    // The mean of an arc lies on its bisector, at sin(half)/half from the centre of the sphere.
    const middle = add(a, b)
    const half = angleBetween(a, b) / 2
    sum = add(sum, scaled(middle, Math.tan(half)))
  }
  return sum.x === 0 && sum.y === 0 && sum.z === 0 ? undefined : onSphere(sum)
}

/** The point at a share (0 to 1) of a line's length. */
export function interpolated(line: readonly Point[], fraction: number): Point {
  let left = lengthOf(line) * fraction
  for (const e of edgesOf(line)) {
    const length = angleBetween(e.a, e.b)
    if (left < length) return left <= 0 ? e.a : alongEdge(e, left)
    left -= length
  }
  return line.at(-1) as Point
}

/** The share of a line's length up to the point on it that is closest to p. */
export function located(line: readonly Point[], p: Point): number {
  const edges = edgesOf(line)
  const closest = closestOnEdges(p, edges)
  if (!closest) return 0
  const start = edges[closest.edge]?.a as Point
  const before = lengthOf(line.slice(0, closest.edge + 1)) + angleBetween(start, closest.point)
  return Math.min(1, before / lengthOf(line))
}
