// Cells of S2, H3 and geohash: texts in, texts and shapes out.
import * as h3 from 'h3-js'
import { s1, s2 } from 's2js'
import type { Edge } from './edges.ts'
import { hashOrder } from './hash-order.ts'
import { type Point, type Position, toPoint } from './points.ts'

const { cellid } = s2

/** Cells that a list may have. https://learn.microsoft.com/kusto/query/geo-polygon-to-s2cells-function */
const mostS2Cells = 65_536
/** https://learn.microsoft.com/kusto/query/geo-polygon-to-h3cells-function */
const mostH3Cells = 61_680

export const s2CellAt = (p: Position, level: number): string =>
  cellid.toToken(cellid.parent(cellid.fromPoint(toPoint(p)), level))

/** The cell of a token, or undefined for what is none. */
export function s2Cell(token: string): bigint | undefined {
  if (!/^[0-9a-f]{1,16}$/i.test(token)) return undefined
  const id = cellid.fromToken(token.toLowerCase())
  return cellid.valid(id) ? id : undefined
}

export const s2Center = (cell: bigint): Point => cellid.point(cell)
export const s2Corners = (cell: bigint): Point[] => {
  const area = s2.Cell.fromCellID(cell)
  return [0, 1, 2, 3].map((k) => area.vertex(k))
}

export function s2Neighbors(cell: bigint): string[] {
  const own = cellid.toToken(cell)
  return hashOrder(cellid.allNeighbors(cell, cellid.level(cell)).map(cellid.toToken)).filter((t) => t !== own)
}

/** What a covering covers. `holds`: all of a cell is in it; may say no though it is so. */
export interface Covered {
  readonly meets: (cell: s2.Cell) => boolean
  readonly holds: (cell: s2.Cell) => boolean
}

/** All cells of a level that a shape meets, as tokens; undefined if they are too many. */
export function s2Covering(shape: Covered, level: number): string[] | undefined {
  let cells = [0, 1, 2, 3, 4, 5].map((face) => s2.Cell.fromCellID(cellid.fromFace(face))).filter(shape.meets)
  // Every cell that meets the shape has a child that does, so that counts never fall from level to level.
  for (let at = 0; at < level; at++) {
    cells = cells.flatMap((cell) => (shape.holds(cell) ? cell.children() : cell.children().filter(shape.meets)))
    if (cells.length > mostS2Cells) return undefined
  }
  return hashOrder(cells.map((c) => cellid.toToken(c.id)))
}

/** Whether a cell comes as close as `radius` (radians) to one of the edges. */
export function nearEdges(edges: readonly Edge[], radius: number): (cell: s2.Cell) => boolean {
  const most = s1.chordangle.fromAngle(radius)
  return (cell) => edges.some(({ a, b }) => cell.distanceToEdge(a, b) <= most)
}

export const isH3Cell = (cell: string): boolean => h3.isValidCell(cell)

export const h3Neighbors = (cell: string): string[] => hashOrder(h3.gridDisk(cell, 1).slice(1))

/** Cells by their distance; around pentagons some may be missing. */
export const h3Rings = (cell: string, distance: number): string[][] => h3.gridDiskDistances(cell, distance)

/** Cells whose centres are inside; undefined if they are too many. `area` in square metres. */
export function h3Filling(
  polygons: readonly (readonly (readonly Position[])[])[],
  level: number,
  area: number,
): string[] | undefined {
  if (area / h3.getHexagonAreaAvg(level, h3.UNITS.m2) > 4 * mostH3Cells) return undefined
  const cells = polygons.flatMap((rings) =>
    h3.polygonToCells(
      rings.map((r) => r.map((p) => [...p])),
      level,
      true,
    ),
  )
  const distinct = hashOrder(cells)
  return distinct.length > mostH3Cells ? undefined : distinct
}

const letters = '0123456789bcdefghjkmnpqrstuvwxyz'

function geohashText(longitude: bigint, latitude: bigint, length: number): string {
  const bits = length * 5
  const [longitudeBits, latitudeBits] = [Math.ceil(bits / 2), Math.floor(bits / 2)]
  let text = ''
  let letter = 0
  for (let i = 0; i < bits; i++) {
    const [value, size] = i % 2 === 0 ? [longitude, longitudeBits] : [latitude, latitudeBits]
    letter = letter * 2 + Number((value >> BigInt(size - 1 - (i >> 1))) & 1n)
    if (i % 5 === 4) {
      text += letters[letter]
      letter = 0
    }
  }
  return text
}

/** Which of 2^bits equal parts of an axis a value lies in: halved as long as there are bits. */
function partOf(value: number, size: number, bits: number): bigint {
  let [low, high, part] = [-size, size, 0n]
  for (let i = 0; i < bits; i++) {
    const middle = (low + high) / 2
    part *= 2n
    if (value < middle) high = middle
    else {
      low = middle
      part += 1n
    }
  }
  return part
}

export const geohashAt = ([longitude, latitude]: Position, length: number): string =>
  geohashText(
    partOf(longitude, 180, Math.ceil((length * 5) / 2)),
    partOf(latitude, 90, Math.floor((length * 5) / 2)),
    length,
  )

/** Steps of longitude and latitude to the cells around, clockwise from the north-west. */
const around = [
  [-1n, 1n],
  [0n, 1n],
  [1n, 1n],
  [1n, 0n],
  [1n, -1n],
  [0n, -1n],
  [-1n, -1n],
  [-1n, 0n],
] as const

/** The cells around a geohash, across the antimeridian but not across the poles; undefined for what is none. */
export function geohashNeighbors(hash: string): string[] | undefined {
  const text = hash.toLowerCase()
  if (text.length < 1 || text.length > 18 || [...text].some((c) => !letters.includes(c))) return undefined
  const bits = [...text].flatMap((c) => [4, 3, 2, 1, 0].map((i) => BigInt((letters.indexOf(c) >> i) & 1)))
  const [longitude, latitude] = [0, 1].map((axis) =>
    bits.filter((_, i) => i % 2 === axis).reduce((value, bit) => value * 2n + bit, 0n),
  ) as [bigint, bigint]
  const [wide, high] = [1n << BigInt(Math.ceil(bits.length / 2)), 1n << BigInt(Math.floor(bits.length / 2))]
  return hashOrder(
    around.flatMap(([east, north]) => {
      const row = latitude + north
      return row < 0n || row >= high ? [] : [geohashText((longitude + east + wide) % wide, row, text.length)]
    }),
  ).filter((t) => t !== text)
}
