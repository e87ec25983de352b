// Which piece of time the demo generates next. Pure: demo.ts runs it.
import { hour, minute, slotMillis } from './time.ts'

/** How much history there is at the start, and how long a pause is filled afterwards. */
export const historyMillis = 48 * hour

/** A piece of time that is generated and stored as one; its bounds are multiples of a slot. */
export interface Batch {
  readonly from: number
  readonly to: number
  readonly thinned: boolean
}

/** The last hour has the full density of the agents, older time is thinned. */
const fullMillis = hour
const thinnedBatch = 2 * hour
const fullBatch = 10 * minute

export function slotStart(time: number): number {
  return floorTo(time, slotMillis)
}

/** The oldest piece that is missing when everything before `done` exists; undefined while the current slot is not over. */
export function nextBatch(done: number, now: number): Batch | undefined {
  const end = slotStart(now)
  const from = Math.max(done, end - historyMillis)
  if (from >= end) return undefined
  // No inventory of thinned time falls on this border twice: all intervals meet there.
  const border = floorTo(end - fullMillis, fullBatch)
  if (from < border) return { from, to: Math.min(border, floorTo(from, thinnedBatch) + thinnedBatch), thinned: true }
  return { from, to: Math.min(end, floorTo(from, fullBatch) + fullBatch), thinned: false }
}

function floorTo(time: number, unit: number): number {
  return Math.floor(time / unit) * unit
}
