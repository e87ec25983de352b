// What shapes have in common. https://learn.microsoft.com/kusto/query/geo-intersection-2polygons-function
import { collectionText } from '../../geo/geojson.ts'
import { linkedLines } from '../../geo/lines.ts'
import { edgesMeet, lineInRegion, linesMeeting } from '../../geo/meetings.ts'
import { intersection } from '../../geo/overlay.ts'
import type { Point } from '../../geo/points.ts'
import { type Lines, type Polygons, readLines, readPolygons } from '../../geo/polygons.ts'
import { polygonsOf } from '../../geo/region.ts'
import type { Cell } from '../../model.ts'
import { type FunctionTable, local } from '../define.ts'

type Read<T> = (cell: Cell | undefined) => T | undefined

/** A function of two shapes, null where one of them is none. */
const over = <A, B>(first: Read<A>, second: Read<B>, make: (a: A, b: B) => Cell) =>
  local(['dynamic', 'dynamic'], (cells) => {
    const [a, b] = [first(cells[0]), second(cells[1])]
    return a && b ? make(a, b) : null
  })

const anyInside = (points: readonly (Point | undefined)[], { container }: Polygons): boolean =>
  points.some((p) => p !== undefined && container.contains(p))

/** A point of each ring or line: where nothing crosses, they tell whether all of it is inside. */
const firsts = (lines: readonly (readonly Point[])[]): readonly (Point | undefined)[] => lines.map((l) => l[0])

const polygonsMeet = (a: Polygons, b: Polygons): boolean =>
  edgesMeet(a.edges, b.edges) || anyInside(firsts(a.region.rings), b) || anyInside(firsts(b.region.rings), a)

const lineMeetsPolygon = (line: Lines, polygons: Polygons): boolean =>
  edgesMeet(line.edges, polygons.edges) || anyInside(firsts(line.lines), polygons)

function commonPolygons(a: Polygons, b: Polygons): Cell {
  const { points, shared, region } = intersection(a.region, b.region)
  return collectionText(points, linkedLines(shared), polygonsOf(region))
}

export const geoOverlays: FunctionTable = {
  geo_intersects_2lines: over(readLines, readLines, (a, b) => edgesMeet(a.edges, b.edges)),
  geo_intersects_2polygons: over(readPolygons, readPolygons, polygonsMeet),
  geo_intersects_line_with_polygon: over(readLines, readPolygons, lineMeetsPolygon),
  geo_intersection_2lines: over(readLines, readLines, (a, b) => {
    const { points, lines } = linesMeeting(a.edges, b.edges)
    return collectionText(points, lines, [])
  }),
  geo_intersection_line_with_polygon: over(readLines, readPolygons, (line, polygons) => {
    const { points, lines } = lineInRegion(line.edges, polygons.region)
    return collectionText(points, lines, [])
  }),
  geo_intersection_2polygons: over(readPolygons, readPolygons, commonPolygons),
}
