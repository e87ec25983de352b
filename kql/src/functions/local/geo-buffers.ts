// What is within a distance of a shape. https://learn.microsoft.com/kusto/query/geo-point-buffer-function
import { edgesBuffer, pointBuffer } from '../../geo/buffer.ts'
import { polygonText } from '../../geo/geojson.ts'
import { earthRadius, toPoint } from '../../geo/points.ts'
import { readLines, readPolygons } from '../../geo/polygons.ts'
import { polygonsOf, type Region } from '../../geo/region.ts'
import type { Cell } from '../../model.ts'
import { type FunctionTable, local } from '../define.ts'
import { numberAt, positionAt } from './geo-arguments.ts'

/** A polygon encloses at most half of the sphere. */
const mostRadius = earthRadius * 1.5
/** The least tolerance, as a share of the radius. */
const leastShare = 1e-6
/** A tolerance as wide as the radius becomes one just below it. */
const mostShare = 0.999

/** Radius and tolerance as angles. */
function distances(cells: readonly Cell[], index: number): readonly [radius: number, tolerance: number] | undefined {
  const radius = numberAt(cells, index, -1, [Number.MIN_VALUE, mostRadius])
  if (radius === undefined) return undefined
  const tolerance = numberAt(cells, index + 1, 10, [radius * leastShare, Number.MAX_VALUE])
  if (tolerance === undefined) return undefined
  const allowed = Math.min(tolerance, radius * mostShare, mostRadius - radius)
  return allowed > 0 ? [radius / earthRadius, allowed / earthRadius] : undefined
}

const shape = (region: Region): Cell => polygonText(polygonsOf(region))

export const geoBuffers: FunctionTable = {
  geo_point_buffer: local(['real', 'real', 'real', 'real'], (cells) => {
    const [position, sizes] = [positionAt(cells, 0), distances(cells, 2)]
    return position && sizes ? shape(pointBuffer(toPoint(position), ...sizes)) : null
  }),
  geo_line_buffer: local(['dynamic', 'real', 'real'], (cells) => {
    const [lines, sizes] = [readLines(cells[0]), distances(cells, 1)]
    return lines && sizes ? shape(edgesBuffer(lines.edges, ...sizes)) : null
  }),
  geo_polygon_buffer: local(['dynamic', 'real', 'real'], (cells) => {
    const [polygons, sizes] = [readPolygons(cells[0]), distances(cells, 1)]
    return polygons && sizes ? shape(edgesBuffer(polygons.edges, ...sizes, polygons.region)) : null
  }),
}
