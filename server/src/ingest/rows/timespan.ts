// Time spans as sources write them -> 100 ns ticks, as the engine stores them.
// https://learn.microsoft.com/kusto/query/scalar-data-types/timespan
import { parseDuration } from '../../core/time-range.ts'

const clockShape = /^(-)?(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7})\d*)?)?$/
const literalShape = /^(-)?(\d+)(?:\.(\d{1,9}))?\s*(d|h|m|s|ms|microseconds?|ticks?)$/i

const unitTicks: Readonly<Record<string, bigint>> = {
  d: 864_000_000_000n,
  h: 36_000_000_000n,
  m: 600_000_000n,
  s: 10_000_000n,
  ms: 10_000n,
  microsecond: 10n,
  tick: 1n,
}

const most = 2n ** 63n - 1n

/** Ticks of `[-][d.]hh:mm[:ss[.fffffff]]`, `1.5h` or an ISO 8601 duration; undefined when it is none, or too long. */
export function timespanTicks(text: string): bigint | undefined {
  const trimmed = text.trim()
  const ticks = clockTicks(trimmed) ?? literalTicks(trimmed) ?? parseDuration(trimmed)
  return ticks === undefined || ticks > most || ticks < -most ? undefined : ticks
}

function clockTicks(text: string): bigint | undefined {
  const match = clockShape.exec(text)
  if (!match) return undefined
  const [, minus, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = match
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const whole = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds)
  return signed(minus, whole * 10_000_000n + BigInt(fraction.padEnd(7, '0')))
}

function literalTicks(text: string): bigint | undefined {
  const match = literalShape.exec(text)
  if (!match) return undefined
  const [, minus, whole = '0', fraction = '', unit = ''] = match
  const ticks = unitTicks[unit.toLowerCase()] ?? unitTicks[unit.toLowerCase().replace(/s$/, '')]
  if (ticks === undefined) return undefined
  const part = fraction === '' ? 0n : (BigInt(fraction) * ticks) / 10n ** BigInt(fraction.length)
  return signed(minus, BigInt(whole) * ticks + part)
}

function signed(minus: string | undefined, ticks: bigint): bigint {
  return minus === undefined ? ticks : -ticks
}
