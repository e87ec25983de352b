// Times and spans of the query API: ISO 8601 text to 100 ns ticks since 0001-01-01 (as .NET and Kusto count) and back.
// https://learn.microsoft.com/azure/azure-monitor/logs/api/timeouts and …/logs/api/request-format (timespan)
import { unixEpochTicks } from './clock.ts'

export interface TimeRange {
  /** Inclusive. */
  readonly start?: bigint
  /** Exclusive. */
  readonly end?: bigint
}

const ticksPerSecond = 10_000_000n
const ticksPerMinute = 60n * ticksPerSecond
const ticksPerHour = 60n * ticksPerMinute
const ticksPerDay = 24n * ticksPerHour
const maxTicks = 3_155_378_975_999_999_999n

const part = (unit: string) => `(?:(\\d+(?:[.,]\\d+)?)${unit})?`
const durationShape = new RegExp(
  `^P(?=[\\dT])${part('Y')}${part('M')}${part('W')}${part('D')}(?:T(?=\\d)${part('H')}${part('M')}${part('S')})?$`,
  'i',
)
/** Months count 30 days and years 365, as .NET reads durations. */
const durationUnits = [
  365n * ticksPerDay,
  30n * ticksPerDay,
  7n * ticksPerDay,
  ticksPerDay,
  ticksPerHour,
  ticksPerMinute,
  ticksPerSecond,
]

/** Ticks of an ISO 8601 duration (`PT1H`, `P1DT2H`, `P7D`); undefined when it is not one. */
export function parseDuration(text: string): bigint | undefined {
  const match = durationShape.exec(text.trim())
  if (!match) return undefined
  let ticks = 0n
  for (const [index, unit] of durationUnits.entries()) ticks += scaled(match[index + 1], unit)
  return ticks
}

function scaled(amount: string | undefined, unit: bigint): bigint {
  if (amount === undefined) return 0n
  const [whole = '0', fraction = ''] = amount.split(/[.,]/)
  const digits = fraction.slice(0, 9)
  return BigInt(whole) * unit + (digits ? (BigInt(digits) * unit) / 10n ** BigInt(digits.length) : 0n)
}

const instantShape =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+\- ]\d\d:?\d\d)?$/i

/**
 * Ticks of an ISO 8601 time, of which everything after the day may be missing; without an offset it is UTC.
 * A blank before the offset stands for the `+` that an unescaped URL loses.
 */
export function parseInstant(text: string): bigint | undefined {
  const match = instantShape.exec(text.trim())
  if (!match) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((t) => Number(t ?? 0))
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined
  const local =
    BigInt(date.getTime()) * 10_000n +
    unixEpochTicks +
    BigInt(hour) * ticksPerHour +
    BigInt(minute) * ticksPerMinute +
    BigInt(second) * ticksPerSecond +
    BigInt((match[7] ?? '').slice(0, 7).padEnd(7, '0'))
  const ticks = local - offsetTicks(match[8])
  return ticks < 0n || ticks > maxTicks ? undefined : ticks
}

function offsetTicks(zone: string | undefined): bigint {
  if (!zone || zone.toUpperCase() === 'Z') return 0n
  const digits = zone.slice(1).replace(':', '')
  const ticks = BigInt(digits.slice(0, 2)) * ticksPerHour + BigInt(digits.slice(2)) * ticksPerMinute
  return zone.startsWith('-') ? -ticks : ticks
}

/** A `timespan`: a duration up to now, `start/end`, `start/duration` or `duration/end`. Undefined when unreadable or backwards. */
export function parseTimespan(text: string, now: bigint): TimeRange | undefined {
  const parts = text.trim().split('/')
  if (parts.length === 1) {
    const duration = parseDuration(parts[0] ?? '')
    return duration === undefined ? undefined : { start: floorZero(now - duration), end: now }
  }
  if (parts.length !== 2) return undefined
  const [first = '', second = ''] = parts
  const start = parseInstant(first)
  const end = parseInstant(second)
  if (start !== undefined && end !== undefined) return start > end ? undefined : { start, end }
  if (start !== undefined) return withDuration(parseDuration(second), (d) => ({ start, end: start + d }))
  if (end !== undefined) return withDuration(parseDuration(first), (d) => ({ start: floorZero(end - d), end }))
  return undefined
}

function withDuration(duration: bigint | undefined, range: (duration: bigint) => TimeRange): TimeRange | undefined {
  return duration === undefined ? undefined : range(duration)
}

function floorZero(ticks: bigint): bigint {
  return ticks < 0n ? 0n : ticks
}

/** What lies in both. */
export function intersect(a: TimeRange | undefined, b: TimeRange | undefined): TimeRange | undefined {
  if (!a || !b) return a ?? b
  const start = later(a.start, b.start)
  const end = a.end === undefined || (b.end !== undefined && b.end < a.end) ? b.end : a.end
  return { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) }
}

function later(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a
}

/** `2024-05-01T10:00:00.1234567Z`, always seven digits. */
export function formatInstant(ticks: bigint): string {
  const sinceEpoch = ticks - unixEpochTicks
  const fraction = ((sinceEpoch % ticksPerSecond) + ticksPerSecond) % ticksPerSecond
  const seconds = (sinceEpoch - fraction) / ticksPerSecond
  const text = new Date(Number(seconds) * 1000).toISOString()
  return `${text.slice(0, -5)}.${fraction.toString().padStart(7, '0')}Z`
}

/** `[-][d.]hh:mm:ss[.fffffff]`, as .NET writes a time span. */
export function formatTimespan(ticks: bigint | number): string {
  const value = BigInt(ticks)
  const size = value < 0n ? -value : value
  const fraction = Number(size % ticksPerSecond)
  // Whole seconds always fit into a number, and its arithmetic is faster.
  const seconds = Number(size / ticksPerSecond)
  const days = Math.floor(seconds / 86_400)
  const two = (amount: number) => (amount < 10 ? `0${amount}` : String(amount))
  const clock = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  const tail = fraction === 0 ? '' : `.${String(fraction).padStart(7, '0')}`
  return `${value < 0n ? '-' : ''}${days === 0 ? '' : `${days}.`}${clock}${tail}`
}
