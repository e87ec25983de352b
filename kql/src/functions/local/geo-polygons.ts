// Polygons on the sphere. https://learn.microsoft.com/kusto/query/geo-point-in-polygon-function
import { densified } from '../../geo/densify.ts'
import { closestOnEdges, type Edge, lengthOf } from '../../geo/edges.ts'
import { every, parsed, pointText, polygonText, ringsAsWritten, writtenPolygons } from '../../geo/geojson.ts'
import { unionOf } from '../../geo/overlay.ts'
import { earthRadius, type Position, toPoint } from '../../geo/points.ts'
import { polygonCentroid, polygonsIn, readPolygons } from '../../geo/polygons.ts'
import { areaOf, polygonsOf, type Region, regionEdges } from '../../geo/region.ts'
import { keepsEdges, simplifiedRegion } from '../../geo/simplify.ts'
import type { Cell } from '../../model.ts'
import { ArgumentError, type FunctionTable, local } from '../define.ts'
import { distanceOf, numberAt, onSpheroid, pointOf, positionAt, tolerances } from './geo-arguments.ts'

const over =
  (make: (region: Region) => Cell) =>
  (cells: readonly Cell[]): Cell => {
    const polygons = readPolygons(cells[0])
    return polygons ? make(polygons.region) : null
  }

function inside(cells: readonly Cell[]): Cell {
  const [position, polygons] = [positionAt(cells, 0), readPolygons(cells[2])]
  return position && polygons ? polygons.container.contains(toPoint(position)) : null
}

/** The closest point of a polygon: the point itself where it is inside. */
function closest(cells: readonly Cell[]) {
  const [position, polygons] = [positionAt(cells, 0), readPolygons(cells[2])]
  if (!position || !polygons) return undefined
  const point = toPoint(position)
  if (polygons.container.contains(point)) return { point, distance: 0 }
  return closestOnEdges(point, polygons.edges)
}

function densify(cells: readonly Cell[]): Cell {
  const tolerance = numberAt(cells, 1, 10, [0.1, 10_000])
  const value = parsed(cells[0])
  const written = ringsAsWritten(value)
  if (!written || !polygonsIn(value) || tolerance === undefined) return null
  const made = every(written.polygons, (polygon) =>
    every(polygon as Position[][], (ring) => densified(ring as Position[], tolerance, cells[2] === true)),
  )
  return made ? writtenPolygons(made, written.multiple) : null
}

function simplify(cells: readonly Cell[]): Cell {
  const [found, tolerance] = [readPolygons(cells[0]), numberAt(cells, 1, 10, tolerances)]
  if (!found || tolerance === undefined) return null
  const made = tolerance === 0 ? found.region : simplifiedRegion(found.edges, tolerance / earthRadius)
  return made.rings.length > 0 ? polygonText(polygonsOf(made)) : null
}

/** Regions of all shapes of an array, or undefined if one of them is no polygon. */
export function regionsOfAll(cell: Cell | undefined): Region[] | undefined {
  const values = parsed(cell)
  const found = Array.isArray(values) ? every(values, polygonsIn) : undefined
  return found && found.length > 0 ? found.flat() : undefined
}

/** Whether one polygon comes so close to another that snapping could bring them together, or lies in it. */
function areApart(parts: readonly (readonly Edge[])[], whole: Region, radius: number): boolean {
  const corners = parts.reduce((sum, edges) => sum + edges.length, 0)
  if (regionEdges(whole).length !== corners) return false
  return parts.every((own, i) =>
    parts.every((other, j) => i === j || own.every((e) => (closestOnEdges(e.a, other)?.distance ?? 4) > 4 * radius)),
  )
}

function simplifyAll(cells: readonly Cell[]): Cell {
  const [found, tolerance] = [regionsOfAll(cells[0]), numberAt(cells, 1, 10, tolerances)]
  if (!found || tolerance === undefined) return null
  const radius = tolerance / earthRadius
  const parts = found.map(regionEdges)
  if (tolerance > 0 && !keepsEdges(parts.flat(), radius)) return null
  const whole = unionOf(found)
  if (!areApart(parts, whole, radius))
    throw new ArgumentError('whether polygons that touch each other stay apart is not documented')
  const made = tolerance === 0 ? whole : simplifiedRegion(parts.flat(), radius)
  return made.rings.length > 0 ? polygonText(polygonsOf(made)) : null
}

export const geoPolygons: FunctionTable = {
  geo_point_in_polygon: local(['real', 'real', 'dynamic'], inside, onSpheroid),
  geo_distance_point_to_polygon: local(['real', 'real', 'dynamic'], (cells) => distanceOf(closest(cells)), onSpheroid),
  geo_closest_point_on_polygon: local(['real', 'real', 'dynamic'], (cells) => pointOf(closest(cells)), onSpheroid),
  geo_polygon_area: local(
    ['dynamic'],
    over((region) => areaOf(region) * earthRadius ** 2),
    onSpheroid,
  ),
  geo_polygon_perimeter: local(
    ['dynamic'],
    over((region) => region.rings.reduce((sum, ring) => sum + lengthOf(ring, true), 0) * earthRadius),
    onSpheroid,
  ),
  geo_polygon_centroid: local(
    ['dynamic'],
    over((region) => {
      const centre = polygonCentroid(region)
      return centre ? pointText(centre) : null
    }),
  ),
  geo_polygon_densify: local(['dynamic', 'real', 'bool'], densify),
  geo_polygon_simplify: local(['dynamic', 'real'], simplify),
  geo_simplify_polygons_array: local(['dynamic', 'real'], simplifyAll),
  geo_union_polygons_array: local(['dynamic'], (cells) => {
    const found = regionsOfAll(cells[0])
    return found ? polygonText(polygonsOf(unionOf(found))) : null
  }),
}
