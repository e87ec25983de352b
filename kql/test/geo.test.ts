// Geometry by its laws: what must hold for any shapes, on shapes that a fixed sequence of numbers makes.
import { describe, expect, it } from 'vitest'
import { edgesBuffer } from '../src/geo/buffer.ts'
import { closestOnEdges, edgesOf } from '../src/geo/edges.ts'
import { hashOrder } from '../src/geo/hash-order.ts'
import { intersection, union } from '../src/geo/overlay.ts'
import { type Point, type Position, toPoint } from '../src/geo/points.ts'
import { edgesCross, side } from '../src/geo/predicates.ts'
import { areaOf, containerOf, type Region, regionEdges, regionOf, ringsCross } from '../src/geo/region.ts'
import { simplifiedRegion } from '../src/geo/simplify.ts'

/** Numbers from 0 to below 1, the same in every run. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** A star around a point, whose rays have lengths up to `size` degrees. */
function star(next: () => number, size: number, [longitude, latitude]: Position): Region {
  const corners = 5 + Math.floor(next() * 40)
  const ring = Array.from({ length: corners }, (_, i): Point => {
    const angle = (2 * Math.PI * i) / corners
    const ray = size * (0.3 + 0.7 * next())
    return toPoint([longitude + ray * Math.cos(angle), latitude + ray * Math.sin(angle)])
  })
  const region = regionOf([ring])
  if (!region) throw new Error('a star does not cross itself')
  return region
}

describe('regions', () => {
  it('have in union and intersection as much as apart', () => {
    const next = numbers(7)
    for (let i = 0; i < 60; i++) {
      const size = 10 ** (next() * 4 - 3)
      const at: Position = [next() * 300 - 150, next() * 140 - 70]
      const [a, b] = [star(next, size, at), star(next, size, [at[0] + size * next(), at[1] + size * next()])]
      const [both, common] = [union(a, b), intersection(a, b).region]
      const sum = areaOf(a) + areaOf(b)
      expect(Math.abs(areaOf(both) + areaOf(common) - sum) / sum).toBeLessThan(1e-6)
      expect(ringsCross(both.rings)).toBe(false)
    }
  })

  it('are the same united with themselves, and with neighbours that share a border', () => {
    const box = (west: number): Region =>
      regionOf([
        (
          [
            [west, 1],
            [west + 1, 1],
            [west + 1, 2],
            [west, 2],
          ] as const
        ).map(toPoint),
      ]) as Region
    expect(union(box(1), box(1)).rings).toEqual(box(1).rings)
    expect(union(box(1), box(2)).rings.map((r) => r.length)).toEqual([6])
    expect(intersection(box(1), box(2)).region.rings).toEqual([])
    expect(intersection(box(1), box(2)).shared.length).toBe(1)
  })

  it('simplified cross nothing and stay within the tolerance', () => {
    const next = numbers(11)
    for (let i = 0; i < 40; i++) {
      const size = 10 ** (next() * 3 - 3)
      const region = star(next, size, [next() * 300 - 150, next() * 120 - 60])
      const radius = ((size * Math.PI) / 180) * 10 ** (-0.5 - next() * 2)
      const made = simplifiedRegion(regionEdges(region), radius)
      expect(ringsCross(made.rings)).toBe(false)
      for (const p of made.rings.flat())
        expect(closestOnEdges(p, regionEdges(region))?.distance).toBeLessThan(1.1 * radius)
    }
  })
})

describe('buffers', () => {
  it('hold what is within the radius and nothing beyond radius and tolerance', () => {
    const next = numbers(13)
    for (let i = 0; i < 30; i++) {
      const size = 10 ** (next() * 3 - 3)
      const [longitude, latitude] = [next() * 300 - 150, next() * 140 - 70]
      const any = (reach: number): Point =>
        toPoint([longitude + (next() - 0.5) * reach, latitude + (next() - 0.5) * reach])
      const edges = edgesOf(Array.from({ length: 2 + Math.floor(next() * 8) }, () => any(size)))
      const radius = ((size * Math.PI) / 180) * (0.05 + next() * 0.5)
      const tolerance = radius * 10 ** (-next() * 2.5)
      const { contains } = containerOf(edgesBuffer(edges, radius, tolerance))
      for (let n = 0; n < 100; n++) {
        const p = any(size * 2)
        const distance = closestOnEdges(p, edges)?.distance ?? Number.NaN
        if (distance < radius) expect(contains(p)).toBe(true)
        if (distance > radius + tolerance) expect(contains(p)).toBe(false)
      }
    }
  })
})

describe('sides', () => {
  it('are never undecided, and turn with the order of the points', () => {
    const equator = [0, 10, 20, 90, 180, -170].map((longitude) => toPoint([longitude, 0]))
    for (const a of equator)
      for (const b of equator)
        for (const c of equator) {
          if (a === b || b === c || c === a) continue
          expect(Math.abs(side(a, b, c))).toBe(1)
          expect(side(b, c, a)).toBe(side(a, b, c))
          expect(side(b, a, c)).toBe(-side(a, b, c))
        }
  })

  it('tell crossing edges from those that end before', () => {
    const [west, east, south, north, near] = (
      [
        [-1, 0],
        [1, 0],
        [0, -1],
        [0, 1],
        [0, -0.5],
      ] as const
    ).map(toPoint) as [Point, Point, Point, Point, Point]
    expect(edgesCross(west, east, south, north)).toBe(true)
    expect(edgesCross(west, east, south, near)).toBe(false)
    expect(edgesCross(west, east, east, north)).toBe(false)
  })
})

// https://learn.microsoft.com/kusto/query/geo-polygon-to-h3cells-function: more than 8 items, so that the set has grown.
it('lists of cells have the order of a hash set', () => {
  const cells = 'b57 a27 a2f b07 a37 b0f b17 b87 b1f b8f ba7 a07 baf'.split(' ').map((c) => `86390c${c}ffffff`)
  const documented = 'b57 b0f a27 b87 b07 a2f a37 b17 b1f b8f ba7 a07 baf'.split(' ').map((c) => `86390c${c}ffffff`)
  expect(hashOrder(cells)).toEqual(documented)
})
