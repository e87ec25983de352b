// Times as sources write them -> the text the engine takes. Of one width, so that texts compare as the times do.
// https://learn.microsoft.com/kusto/query/scalar-data-types/datetime
import { formatInstant, parseInstant } from '../../core/time-range.ts'

const plainShape = /^\d{4}-(\d\d)-(\d\d)[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z?$/
const zeros = '0000000'

/** `YYYY-MM-DD hh:mm:ss.fffffff` in UTC; undefined when it is no time. Digits beyond 100 ns are cut. */
export function engineInstant(text: string): string | undefined {
  const plain = plainShape.exec(text)
  if (plain && isSafeDay(plain[1] as string, plain[2] as string)) {
    const end = text.endsWith('Z') ? text.length - 1 : text.length
    const fraction = text.slice(20, Math.min(end, 27))
    return `${text.slice(0, 10)} ${text.slice(11, 19)}.${fraction}${zeros.slice(fraction.length)}`
  }
  const ticks = parseInstant(shortened(text))
  return ticks === undefined ? americanInstant(text.trim()) : engineText(ticks)
}

/** The engine's text for .NET ticks. */
export function engineText(ticks: bigint): string {
  return formatInstant(ticks).replace('T', ' ').slice(0, -1)
}

/** Days that every month has; the others take the slow way. */
function isSafeDay(month: string, day: string): boolean {
  return month >= '01' && month <= '12' && day >= '01' && day <= '28'
}

/** With at most nine digits of a second. */
function shortened(text: string): string {
  return text.replace(/(\.\d{9})\d+/, '$1')
}

const americanShape =
  /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:,? +(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: *([AP])M)?)?(?: *(?:Z|UTC))?$/i

/** `9/25/2023, 7:45:32.123 PM`, as exports of query results write times. */
function americanInstant(text: string): string | undefined {
  const match = americanShape.exec(text)
  if (!match) return undefined
  const [, month = '', day = '', year = '', hour = '0', minute = '00', second = '00', fraction = '0', half] = match
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return undefined
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0)
  const two = (part: string | number) => String(part).padStart(2, '0')
  const ticks = parseInstant(`${year}-${two(month)}-${two(day)}T${two(hours)}:${minute}:${second}.${fraction}Z`)
  return ticks === undefined ? undefined : engineText(ticks)
}
