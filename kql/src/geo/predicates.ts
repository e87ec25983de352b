// On which side of an edge a point lies, and whether two edges cross: never undecided, and never two answers that contradict each
// other. What floating point cannot tell is computed with whole numbers; points on one great circle are moved apart in thought, each by
// an amount that depends on its place in an order of all points (simulation of simplicity), with the same order as the S2 library.
import { cross, dot, samePoint, type Vector } from './points.ts'

/** Beyond this a computed determinant of three unit vectors has the sign of the exact one. */
const surely = 8.2e-16

type Exact = readonly [x: bigint, y: bigint, z: bigint]

const view = new DataView(new ArrayBuffer(8))

/** A number times 2^1074, which makes any double whole. */
function whole(value: number): bigint {
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = (bits >> 52n) & 0x7ffn
  const fraction = bits & 0xfffffffffffffn
  const size = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n)
  return bits >> 63n ? -size : size
}

const exact = (v: Vector): Exact => [whole(v.x), whole(v.y), whole(v.z)]
const signOf = (n: bigint): number => (n > 0n ? 1 : n < 0n ? -1 : 0)

function compare(a: Vector, b: Vector): number {
  return a.x - b.x || a.y - b.y || a.z - b.z
}

/** The first of these that is not zero decides. */
const firstSign = (...terms: readonly bigint[]): number => {
  const found = terms.find((t) => t !== 0n)
  return found === undefined ? 1 : signOf(found)
}

/** For points on one great circle, in their order. */
function perturbed(a: Exact, b: Exact, c: Exact): number {
  return firstSign(
    b[0] * c[1] - b[1] * c[0],
    b[2] * c[0] - b[0] * c[2],
    b[1] * c[2] - b[2] * c[1],
    c[0] * a[1] - c[1] * a[0],
    c[0],
    -c[1],
    c[2] * a[0] - c[0] * a[2],
    c[2],
    a[0] * b[1] - a[1] * b[0],
    -b[0],
    b[1],
    a[0],
  )
}

function exactSide(a: Vector, b: Vector, c: Vector): number {
  const order: Vector[] = [a, b, c]
  let parity = 1
  for (const [i, j] of [
    [0, 1],
    [1, 2],
    [0, 1],
  ] as const) {
    const [p, q] = [order[i] as Vector, order[j] as Vector]
    if (compare(p, q) <= 0) continue
    order[i] = q
    order[j] = p
    parity = -parity
  }
  const [x, y, z] = order.map(exact) as [Exact, Exact, Exact]
  const determinant =
    x[0] * (y[1] * z[2] - y[2] * z[1]) + x[1] * (y[2] * z[0] - y[0] * z[2]) + x[2] * (y[0] * z[1] - y[1] * z[0])
  return parity * (signOf(determinant) || perturbed(x, y, z))
}

/** 1: c lies to the left of the edge from a to b (a, b, c run counterclockwise); -1: to its right; 0 only if two points are one. */
export function side(a: Vector, b: Vector, c: Vector): number {
  const determinant = dot(cross(a, b), c)
  if (determinant > surely) return 1
  if (determinant < -surely) return -1
  if (samePoint(a, b) || samePoint(b, c) || samePoint(c, a)) return 0
  return exactSide(a, b, c)
}

/** Whether the edges ab and cd cross at a point inside of both. Edges that share an end do not. */
export function edgesCross(a: Vector, b: Vector, c: Vector, d: Vector): boolean {
  const turn = side(a, c, b)
  return turn !== 0 && side(b, d, a) === turn && side(c, b, d) === turn && side(d, a, c) === turn
}

/** Whether b comes between a and c (both excluded unless b is a), going counterclockwise around o. */
export function isCounterclockwise(a: Vector, b: Vector, c: Vector, o: Vector): boolean {
  const turns = (side(b, o, a) >= 0 ? 1 : 0) + (side(c, o, b) >= 0 ? 1 : 0) + (side(a, o, c) > 0 ? 1 : 0)
  return turns >= 2
}
