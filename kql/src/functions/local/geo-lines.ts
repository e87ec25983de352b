// Lines on the sphere. https://learn.microsoft.com/kusto/query/geo-distance-point-to-line-function
import { densified } from '../../geo/densify.ts'
import { closestOnEdges, edgesOf, lengthOf } from '../../geo/edges.ts'
import { every, lines, linesAsWritten, lineText, parsed, pointText, writtenLines } from '../../geo/geojson.ts'
import { interpolated, lineCentroid, linesUnion, located } from '../../geo/lines.ts'
import { earthRadius, type Position, toPoint } from '../../geo/points.ts'
import { readLines } from '../../geo/polygons.ts'
import { simplifiedLines } from '../../geo/simplify.ts'
import { fromWkt } from '../../geo/wkt.ts'
import type { Cell } from '../../model.ts'
import { type FunctionTable, local } from '../define.ts'
import { distanceOf, numberAt, onSpheroid, pointOf, positionAt, textAt, tolerances } from './geo-arguments.ts'

function closest(cells: readonly Cell[]) {
  const [position, found] = [positionAt(cells, 0), readLines(cells[2])]
  return position && found ? closestOnEdges(toPoint(position), found.edges) : undefined
}

/** The points of what is one line and no multi-line. */
function singleLine(cell: Cell | undefined) {
  const written = linesAsWritten(parsed(cell))
  return written && !written.multiple ? readLines(cell)?.lines[0] : undefined
}

function densify(cells: readonly Cell[]): Cell {
  const tolerance = numberAt(cells, 1, 10, [0.1, 10_000])
  const value = parsed(cells[0])
  const written = linesAsWritten(value)
  if (!written || !lines(value) || tolerance === undefined) return null
  const made = every(written.lines, (l) => densified(l as Position[], tolerance, cells[2] === true))
  return made ? writtenLines(made, written.multiple) : null
}

function simplify(cells: readonly Cell[]): Cell {
  const [found, tolerance] = [readLines(cells[0]), numberAt(cells, 1, 10, tolerances)]
  if (!found || tolerance === undefined) return null
  const whole = linesUnion(found.lines)
  if (tolerance === 0) return lineText(whole)
  const made = simplifiedLines(
    whole.flatMap((l) => edgesOf(l)),
    tolerance / earthRadius,
  )
  return made.length > 0 ? lineText(made) : null
}

/** Lines of all shapes of an array, or undefined if one of them is no line. */
export function linesOfAll(cell: Cell | undefined) {
  const values = parsed(cell)
  const found = Array.isArray(values) ? every(values, (v) => lines(v)) : undefined
  return found && found.length > 0 ? found.flat() : undefined
}

export const geoLines: FunctionTable = {
  geo_from_wkt: local(['string'], (cells) => fromWkt(textAt(cells, 0)) ?? null),
  geo_distance_point_to_line: local(['real', 'real', 'dynamic'], (cells) => distanceOf(closest(cells)), onSpheroid),
  geo_closest_point_on_line: local(['real', 'real', 'dynamic'], (cells) => pointOf(closest(cells)), onSpheroid),
  geo_line_centroid: local(['dynamic'], (cells) => {
    const found = readLines(cells[0])
    const centre = found && lineCentroid(linesUnion(found.lines))
    return centre ? pointText(centre) : null
  }),
  geo_line_densify: local(['dynamic', 'real', 'bool'], densify),
  geo_line_interpolate_point: local(
    ['dynamic', 'real'],
    (cells) => {
      const [line, fraction] = [singleLine(cells[0]), numberAt(cells, 1, -1, [0, 1])]
      return line && fraction !== undefined ? pointText(interpolated(line, fraction)) : null
    },
    onSpheroid,
  ),
  geo_line_locate_point: local(
    ['dynamic', 'real', 'real'],
    (cells) => {
      const [line, position] = [singleLine(cells[0]), positionAt(cells, 1)]
      return line && position ? located(line, toPoint(position)) : null
    },
    onSpheroid,
  ),
  geo_line_length: local(['dynamic'], (cells) => {
    const found = readLines(cells[0])
    return found ? linesUnion(found.lines).reduce((sum, l) => sum + lengthOf(l), 0) * earthRadius : null
  }),
  geo_line_simplify: local(['dynamic', 'real'], simplify),
  geo_union_lines_array: local(['dynamic'], (cells) => {
    const found = linesOfAll(cells[0])
    return found ? lineText(linesUnion(found)) : null
  }),
}
