// Time in the demo: slots, the smallest piece that is generated at once, and the rhythm of a day. All times are milliseconds since 1970.

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** Slots begin at multiples of this; live data arrives a slot at a time. */
export const slotMillis = 15 * second

export interface Slot {
  readonly start: number
  readonly end: number
  /** True for old history, where inventories and counters come less often than the agents really send them. */
  readonly thinned: boolean
}

/** The slots of [from, to), both multiples of the slot's length. */
export function* slots(from: number, to: number, thinned: boolean): Generator<Slot> {
  for (let start = from; start < to; start += slotMillis) yield { start, end: start + slotMillis, thinned }
}

/** The instant in the slot that is a multiple of `every` plus `offset`; for intervals no shorter than a slot. */
export function due(slot: Slot, every: number, offset = 0): number | undefined {
  const instant = Math.ceil((slot.start - offset) / every) * every + offset
  return instant < slot.end ? instant : undefined
}

/** As `due`, with the interval of the agents for full data and a longer one for thinned history. */
export function dueThinned(slot: Slot, every: number, thinned: number): number | undefined {
  return due(slot, slot.thinned ? thinned : every)
}

export function iso(time: number): string {
  return new Date(time).toISOString()
}

/** With seven digits, as most Azure services write times. */
export function iso7(time: number): string {
  return `${iso(time).slice(0, 23)}0000Z`
}

/** Whole seconds, as Kubernetes writes times. */
export function isoSeconds(time: number): string {
  return `${iso(time).slice(0, 19)}Z`
}

/** Central US without daylight saving. */
const localOffset = -6 * hour

/** How busy people are, 1 on average over a week: highest at two in the afternoon, low at night and at the weekend. */
export function rhythm(time: number): number {
  const local = time + localOffset
  const hours = (local % day) / hour
  // 1970-01-01 was a Thursday.
  const weekday = (Math.floor(local / day) + 4) % 7
  const weekend = weekday === 0 || weekday === 6
  return (1 + 0.65 * Math.cos(((hours - 14) / 24) * 2 * Math.PI)) * (weekend ? 0.7 : 1.12)
}

/** Milliseconds weighted by a weekday's rhythm since a fixed point: differences give what counters grew by. */
export function busyMillis(time: number): number {
  const turn = (2 * Math.PI) / day
  return time + (0.65 / turn) * Math.sin((time + localOffset - 14 * hour) * turn)
}
