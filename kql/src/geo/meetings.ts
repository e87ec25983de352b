// What lines have in common with lines and with regions.
import { closePairs, type Edge } from './edges.ts'
import { linkedLines } from './lines.ts'
import { against, cutsBetween, edgeKey, piecesOf } from './overlay.ts'
import { type Point, pointKey } from './points.ts'
import { edgesCross } from './predicates.ts'
import type { Region } from './region.ts'

export interface Meeting {
  readonly points: readonly Point[]
  readonly lines: readonly (readonly Point[])[]
}

const distinct = (points: readonly Point[]): Point[] => [...new Map(points.map((p) => [pointKey(p), p])).values()]
const endsOf = (edges: readonly Edge[]): Point[] => edges.flatMap((e) => [e.a, e.b])

function meeting(points: readonly Point[], edges: readonly Edge[]): Meeting {
  const covered = new Set(endsOf(edges).map(pointKey))
  return { points: distinct(points).filter((p) => !covered.has(pointKey(p))), lines: linkedLines(edges) }
}

const bothWays = (edges: readonly Edge[]): Set<string> =>
  new Set(edges.flatMap((e) => [edgeKey(e.a, e.b), edgeKey(e.b, e.a)]))

/** Edges that both have, ends that both have, and where others cross. */
export function linesMeeting(first: readonly Edge[], second: readonly Edge[]): Meeting {
  const own = bothWays(second)
  const shared = first.filter((e, i) => own.has(edgeKey(e.a, e.b)) && first.findIndex((f) => same(e, f)) === i)
  const ends = new Set(endsOf(second).map(pointKey))
  const crossings = cutsBetween(first, second)[0].flatMap((cuts) => cuts.map((c) => c.at))
  return meeting([...endsOf(first).filter((p) => ends.has(pointKey(p))), ...crossings], shared)
}

const same = (e: Edge, f: Edge): boolean =>
  edgeKey(e.a, e.b) === edgeKey(f.a, f.b) || edgeKey(e.a, e.b) === edgeKey(f.b, f.a)

/** The parts of lines that lie in a region, its border included, and single points in which they touch it. */
export function lineInRegion(edges: readonly Edge[], region: Region): Meeting {
  const border = against(region)
  const cuts = cutsBetween(edges, border.edges)[0]
  const pieces = edges.flatMap((e, i) => piecesOf(e, cuts[i] ?? [], border, i))
  const kept = pieces.filter((p) => p.where !== 'outside')
  return meeting(
    endsOf(edges).filter((p) => border.container.corners.has(pointKey(p))),
    kept,
  )
}

/** Whether edges of the two cross or share an end. */
export function edgesMeet(first: readonly Edge[], second: readonly Edge[]): boolean {
  const ends = new Set(endsOf(second).map(pointKey))
  if (endsOf(first).some((p) => ends.has(pointKey(p)))) return true
  let any = false
  closePairs(first, second, (i, j) => {
    const [e, f] = [first[i] as Edge, second[j] as Edge]
    any ||= edgesCross(e.a, e.b, f.a, f.b)
  })
  return any
}
