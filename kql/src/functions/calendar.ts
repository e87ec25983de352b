// Calendar arithmetic as SQL over ticks and day numbers.
//
// The engine's calendar functions go wrong outside 1900 to 2299 without an error, so this is integer arithmetic over days,
// exact for the years 1 to 9999.
import type { Written } from '../sql/written.ts'
import { as, type WriteCall } from './define.ts'

/** Ticks. */
export const day = 864_000_000_000

/** The engine takes literals beyond 32 bits as unsigned, and then a negative dividend as well: sizes are written as signed. */
export const signed = (size: number): string => `toInt64(${size})`

/** Names SQL that a formula uses several times: WriteCall.share. */
export type Share = (sql: string) => string

/** An argument as a datetime that can be written several times. */
export const datetime = (call: WriteCall, i: number): Written => {
  const made = as('datetime', i)(call)
  return { sql: call.share(made.sql), nullable: made.nullable, type: 'datetime' }
}

/** Whole days since 1970-01-01, negative before. */
export const dayNumber = (ticks: string): string =>
  `intDiv(${ticks} - positiveModulo(${ticks}, ${signed(day)}), ${signed(day)})`

/** Year, month and day of a day number: Hinnant's civil_from_days, in integers. */
export function civil(
  days: string,
  share: Share,
): { readonly year: string; readonly month: string; readonly dayOfMonth: string } {
  const z = share(`(${days} + 719468)`)
  const era = `intDiv(${z} - positiveModulo(${z}, 146097), 146097)`
  const doe = share(`positiveModulo(${z}, 146097)`)
  const yoe = share(`intDiv(${doe} - intDiv(${doe}, 1460) + intDiv(${doe}, 36524) - intDiv(${doe}, 146096), 365)`)
  const doy = share(`(${doe} - (365 * ${yoe} + intDiv(${yoe}, 4) - intDiv(${yoe}, 100)))`)
  const mp = share(`intDiv(5 * ${doy} + 2, 153)`)
  const month = `if(${mp} < 10, ${mp} + 3, ${mp} - 9)`
  return {
    year: `(${yoe} + ${era} * 400 + if(${mp} < 10, 0, 1))`,
    month: `(${month})`,
    dayOfMonth: `(${doy} - intDiv(153 * ${mp} + 2, 5) + 1)`,
  }
}

/** Day number of a date: days_from_civil. */
export function dayOf(year: string, month: string, dayOfMonth: string, share: Share): string {
  const y = share(`(${year} - if(${month} <= 2, 1, 0))`)
  const era = `intDiv(${y} - positiveModulo(${y}, 400), 400)`
  const yoe = share(`positiveModulo(${y}, 400)`)
  const doy = `(intDiv(153 * (${month} + if(${month} > 2, -3, 9)) + 2, 5) + ${dayOfMonth} - 1)`
  return `(${era} * 146097 + ${yoe} * 365 + intDiv(${yoe}, 4) - intDiv(${yoe}, 100) + ${doy} - 719468)`
}
