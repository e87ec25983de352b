// From which directions one straight edge can leave a point so as to pass through some discs and past others.
import { angleBetween, cross, dot, onSphere, type Point, type Vector } from './points.ts'

/** Angles around the middle; a full circle from π on. */
interface Range {
  readonly middle: number
  readonly half: number
}

interface Avoided extends Range {
  readonly onLeft: boolean
}

const turn = 2 * Math.PI
const wrapped = (angle: number): number => angle - turn * Math.round(angle / turn)

const between = (middle: number, low: number, high: number): Range | undefined =>
  low > high ? undefined : { middle: wrapped(middle + (low + high) / 2), half: (high - low) / 2 }

function intersected(a: Range, b: Range): Range | undefined {
  if (a.half >= Math.PI) return b
  const off = wrapped(b.middle - a.middle)
  return between(a.middle, Math.max(-a.half, off - b.half), Math.min(a.half, off + b.half))
}

/**
 * A range of at most half a circle without another. What would stay on both sides of it stays on one: no edge that goes on from there
 * can be on the other.
 */
function without(a: Range, out: Avoided): Range | undefined {
  const off = wrapped(out.middle - a.middle)
  const [low, high] = [off - out.half, off + out.half]
  if (high < -a.half || low > a.half) return a
  if (low <= -a.half && high >= a.half) return undefined
  const keepsLow = low > -a.half && (high >= a.half || out.onLeft)
  return keepsLow ? between(a.middle, -a.half, low) : between(a.middle, high, a.half)
}

export interface Window {
  readonly targetDisc: (p: Point, radius: number) => boolean
  readonly avoidDisc: (p: Point, radius: number, onLeft: boolean) => boolean
  /** Whether a straight edge to this point does all of that. */
  readonly reaches: (p: Point) => boolean
}

export function directionWindow(from: Point): Window {
  const axis: Vector = Math.abs(from.x) < 0.6 ? { x: 1, y: 0, z: 0 } : { x: 0, y: 1, z: 0 }
  const east = onSphere(cross(from, axis))
  const north = onSphere(cross(from, east))
  const directionOf = (p: Point): number => Math.atan2(dot(p, north), dot(p, east))
  /** Half the angle under which a disc is seen. */
  const seen = (p: Point, radius: number): number => {
    const distance = angleBetween(from, p)
    return distance <= radius ? Math.PI : Math.asin(Math.min(1, Math.sin(radius) / Math.sin(distance)))
  }
  let window: Range | undefined = { middle: 0, half: Math.PI }
  let pending: Avoided[] = []
  const avoid = (out: Avoided): boolean => {
    window = window && without(window, out)
    return window !== undefined
  }
  return {
    targetDisc(p, radius) {
      const half = seen(p, radius)
      if (half >= Math.PI) return window !== undefined
      window = window && intersected(window, { middle: directionOf(p), half })
      const waiting = pending
      pending = []
      return waiting.every(avoid) && window !== undefined
    },
    avoidDisc(p, radius, onLeft) {
      const half = seen(p, radius)
      if (half >= Math.PI) {
        window = undefined
        return false
      }
      // The disc has to stay on its side: nothing between it and a right angle beyond it will do.
      const [low, high] = onLeft ? [-half, Math.PI / 2] : [-Math.PI / 2, half]
      const out: Avoided = { middle: wrapped(directionOf(p) + (low + high) / 2), half: (high - low) / 2, onLeft }
      if (window && window.half >= Math.PI) {
        pending.push(out)
        return true
      }
      return avoid(out)
    },
    reaches(p) {
      if (!window || angleBetween(from, p) > Math.PI / 2) return false
      return window.half >= Math.PI || Math.abs(wrapped(directionOf(p) - window.middle)) <= window.half
    },
  }
}
