// Cells of S2, and neighbours of all kinds of cells. https://learn.microsoft.com/kusto/query/geo-point-to-s2cell-function
import {
  type Covered,
  geohashNeighbors,
  h3Filling,
  h3Neighbors,
  h3Rings,
  isH3Cell,
  nearEdges,
  s2Cell,
  s2CellAt,
  s2Center,
  s2Corners,
  s2Covering,
  s2Neighbors,
} from '../../geo/cells.ts'
import { lineRegions } from '../../geo/cover.ts'
import { parsed, pointText, polygonText, ringsAsWritten } from '../../geo/geojson.ts'
import { earthRadius } from '../../geo/points.ts'
import { readLines, readPolygons } from '../../geo/polygons.ts'
import { areaOf } from '../../geo/region.ts'
import type { Cell } from '../../model.ts'
import { ArgumentError, type FunctionTable, local } from '../define.ts'
import { numberAt, positionAt, textAt } from './geo-arguments.ts'

const levels = [0, 30] as const
const radii = [0, Number.MAX_VALUE] as const

const list = (texts: readonly unknown[] | undefined): Cell => (texts ? JSON.stringify(texts) : null)

const ofS2 =
  (make: (cell: bigint) => Cell) =>
  (cells: readonly Cell[]): Cell => {
    const cell = s2Cell(textAt(cells, 0))
    return cell === undefined ? null : make(cell)
  }

/** A covering, with a radius also of what is that close to the edges. */
function covering(cells: readonly Cell[], shape: Covered, near: (radius: number) => Covered['meets']): Cell {
  const level = numberAt(cells, 1, 11, levels)
  const radius = numberAt(cells, 2, 0, radii)
  if (level === undefined || radius === undefined) return null
  if (radius === 0) return list(s2Covering(shape, level))
  const close = near(radius / earthRadius)
  return list(s2Covering({ holds: shape.holds, meets: (cell) => shape.meets(cell) || close(cell) }, level))
}

function polygonCovering(cells: readonly Cell[]): Cell {
  const polygons = readPolygons(cells[0])
  if (!polygons) return null
  const { library, edges } = polygons
  const shape: Covered = { meets: (c) => library.intersectsCell(c), holds: (c) => library.containsCell(c) }
  return covering(cells, shape, (radius) => nearEdges(edges, radius))
}

function lineCovering(cells: readonly Cell[]): Cell {
  const lines = readLines(cells[0])
  if (!lines) return null
  const regions = lineRegions(lines.lines)
  const shape: Covered = { meets: (c) => regions.some((r) => r.intersectsCell(c)), holds: () => false }
  return covering(cells, shape, (radius) => nearEdges(lines.edges, radius))
}

function h3Cells(cells: readonly Cell[]): Cell {
  const [level, radius] = [numberAt(cells, 1, 6, [0, 15]), numberAt(cells, 2, 0, radii)]
  const polygons = readPolygons(cells[0])
  const written = ringsAsWritten(parsed(cells[0]))
  if (level === undefined || radius === undefined || !polygons || !written) return null
  if (radius > 0)
    throw new ArgumentError('how far Kusto enlarges a polygon before it asks for cells is not documented exactly')
  return list(h3Filling(written.polygons, level, areaOf(polygons.region) * earthRadius ** 2))
}

const ofH3 =
  (make: (cell: string, cells: readonly Cell[]) => readonly unknown[] | undefined) => (cells: readonly Cell[]) => {
    const cell = textAt(cells, 0).toLowerCase()
    return isH3Cell(cell) ? list(make(cell, cells)) : null
  }

export const geoCells: FunctionTable = {
  geo_point_to_s2cell: local(['real', 'real', 'long'], (cells) => {
    const [position, level] = [positionAt(cells, 0), numberAt(cells, 2, 11, levels)]
    return position && level !== undefined ? s2CellAt(position, level) : null
  }),
  geo_s2cell_to_central_point: local(
    ['string'],
    ofS2((cell) => pointText(s2Center(cell))),
  ),
  geo_s2cell_to_polygon: local(
    ['string'],
    ofS2((cell) => polygonText([[s2Corners(cell)]])),
  ),
  geo_s2cell_neighbors: local(
    ['string'],
    ofS2((cell) => list(s2Neighbors(cell))),
  ),
  geo_polygon_to_s2cells: local(['dynamic', 'long', 'real'], polygonCovering),
  geo_line_to_s2cells: local(['dynamic', 'long', 'real'], lineCovering),
  geo_geohash_neighbors: local(['string'], (cells) => list(geohashNeighbors(textAt(cells, 0)))),
  geo_h3cell_neighbors: local(['string'], ofH3(h3Neighbors)),
  geo_h3cell_rings: local(
    ['string', 'long'],
    ofH3((cell, cells) => {
      const distance = numberAt(cells, 1, -1, [0, 142])
      return distance === undefined ? undefined : h3Rings(cell, distance)
    }),
  ),
  geo_polygon_to_h3cells: local(
    ['dynamic', 'long'],
    h3Cells,
    'a radius is not supported; geo_polygon_buffer() enlarges a polygon',
  ),
}
