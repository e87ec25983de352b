// Regions read from GeoJSON, remembered for a while: a query asks the same few polygons about many points.
import type { s2 } from 's2js'
import type { Cell } from '../model.ts'
import { type Edge, edgesOf } from './edges.ts'
import { every, lines, parsed, rings } from './geojson.ts'
import { unionOf } from './overlay.ts'
import { onSphere, type Point, type Vector } from './points.ts'
import {
  areaOf,
  type Container,
  containerOf,
  libraryPolygon,
  loopOf,
  type Region,
  regionEdges,
  regionOf,
} from './region.ts'

/** The last few results of a function of one text. */
function remembering<T>(make: (text: string) => T): (cell: Cell | undefined) => T | undefined {
  const most = 256
  const known = new Map<string, T>()
  return (cell) => {
    if (typeof cell !== 'string') return undefined
    if (known.has(cell)) return known.get(cell)
    if (known.size >= most) known.clear()
    const made = make(cell)
    known.set(cell, made)
    return made
  }
}

export interface Polygons {
  readonly region: Region
  /** The regions of a multi-polygon, which may overlap. */
  readonly parts: readonly Region[]
  readonly edges: readonly Edge[]
  readonly container: Container
  readonly library: s2.Polygon
}

export function polygonsIn(value: unknown): Region[] | undefined {
  const found = rings(value)
  return found && every(found, (r) => regionOf(r as Point[][]))
}

/** A polygon or multi-polygon as one region. */
export const readPolygons = remembering((text): Polygons | undefined => {
  const parts = polygonsIn(parsed(text))
  if (!parts) return undefined
  const region = unionOf(parts)
  return {
    region,
    parts,
    edges: regionEdges(region),
    container: containerOf(region),
    library: libraryPolygon(region),
  }
})

export interface Lines {
  readonly lines: readonly (readonly Point[])[]
  readonly edges: readonly Edge[]
}

/** A line or multi-line. */
export const readLines = remembering((text): Lines | undefined => {
  const found = lines(parsed(text))
  return found && { lines: found, edges: found.flatMap((l) => edgesOf(l)) }
})

/** The centre of mass, brought up to the sphere. */
export function polygonCentroid(region: Region): Point | undefined {
  let sum: Vector = { x: 0, y: 0, z: 0 }
  for (const ring of region.rings) {
    const own = loopOf(ring).centroid()
    sum = { x: sum.x + own.x, y: sum.y + own.y, z: sum.z + own.z }
  }
  return areaOf(region) === 0 ? undefined : onSphere(sum)
}
