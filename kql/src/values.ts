// Datetimes and timespans as numbers of 100 ns ticks: reading and writing their texts. Ticks count from 0001-01-01, as Kusto's do.

export const ticksPerDay = 864_000_000_000n
const ticksPerSecond = 10_000_000n
/** 1970-01-01. */
export const unixEpochTicks = 621_355_968_000_000_000n
/** 9999-12-31T23:59:59.9999999Z. */
export const maxTicks = 3_155_378_975_999_999_999n

/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

const daysInMonth = (year: number, month: number): number =>
  new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()

function ticksOfParts(
  y: number,
  mo: number,
  d: number,
  h: number,
  mi: number,
  s: number,
  fraction: string,
): bigint | null {
  if (y < 1 || y > 9999 || mo < 1 || mo > 12 || d < 1 || d > daysInMonth(y, mo) || h > 23 || mi > 59 || s > 59)
    return null
  const seconds = BigInt(daysFromCivil(y, mo, d)) * 86_400n + BigInt(h * 3600 + mi * 60 + s)
  return seconds * ticksPerSecond + BigInt(fraction.padEnd(7, '0').slice(0, 7)) + unixEpochTicks
}

const iso =
  /^(\d{4})-(\d{1,2})(?:-(\d{1,2})(?:[T\s]+(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?)?)?$/i
const american =
  /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[\sT]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?\s*(AM|PM)?)?\s*(Z|UTC|GMT)?$/i

function offsetTicks(zone: string | undefined): bigint {
  const m = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone ?? '')
  if (!m) return 0n
  const minutes = BigInt(Number(m[2]) * 60 + Number(m[3] ?? 0))
  return (m[1] === '-' ? -minutes : minutes) * 60n * ticksPerSecond
}

/** Ticks of a datetime's text: ISO 8601 and the formats Kusto reads beside it; null when it is none. */
export function parseDatetime(text: string): bigint | null {
  const source = text.trim()
  const m = iso.exec(source)
  if (m) {
    const [y, mo, d, h, mi, s] = [m[1], m[2], m[3] ?? '1', m[4] ?? '0', m[5] ?? '0', m[6] ?? '0'].map(Number)
    const ticks = ticksOfParts(y ?? 0, mo ?? 0, d ?? 0, h ?? 0, mi ?? 0, s ?? 0, m[7] ?? '')
    return ticks === null ? null : ticks - offsetTicks(m[8])
  }
  const a = american.exec(source)
  if (a) {
    const hour = Number(a[4] ?? 0)
    const half = a[8] ? (hour % 12) + (/pm/i.test(a[8]) ? 12 : 0) : hour
    return ticksOfParts(
      Number(a[3]),
      Number(a[1]),
      Number(a[2]),
      half,
      Number(a[5] ?? 0),
      Number(a[6] ?? 0),
      a[7] ?? '',
    )
  }
  const rfc = /^[A-Za-z]{3},?\s|^[A-Za-z]{3,9}\s|^\d{1,2}\s[A-Za-z]{3}/.test(source)
    ? Date.parse(/GMT|UTC|Z$|[+-]\d{4}$/.test(source) ? source : `${source} UTC`)
    : Number.NaN
  return Number.isNaN(rfc) ? null : BigInt(rfc) * 10_000n + unixEpochTicks
}

const pad = (n: bigint | number, width: number): string => String(n).padStart(width, '0')

/** `2024-05-01T10:00:00.1234567Z`, always with seven digits. */
export function formatDatetime(ticks: bigint): string {
  const unix = ticks - unixEpochTicks
  const fraction = ((unix % ticksPerSecond) + ticksPerSecond) % ticksPerSecond
  const seconds = (unix - fraction) / ticksPerSecond
  const date = new Date(Number(seconds) * 1000)
  const day = `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`
  return `${day}T${pad(date.getUTCHours(), 2)}:${pad(date.getUTCMinutes(), 2)}:${pad(date.getUTCSeconds(), 2)}.${pad(fraction, 7)}Z`
}

const unitTicks: Readonly<Record<string, bigint>> = {
  d: ticksPerDay,
  day: ticksPerDay,
  days: ticksPerDay,
  h: 36_000_000_000n,
  hr: 36_000_000_000n,
  hrs: 36_000_000_000n,
  hour: 36_000_000_000n,
  hours: 36_000_000_000n,
  m: 600_000_000n,
  min: 600_000_000n,
  minute: 600_000_000n,
  minutes: 600_000_000n,
  s: ticksPerSecond,
  sec: ticksPerSecond,
  second: ticksPerSecond,
  seconds: ticksPerSecond,
  ms: 10_000n,
  milli: 10_000n,
  millis: 10_000n,
  millisecond: 10_000n,
  milliseconds: 10_000n,
  micro: 10n,
  micros: 10n,
  microsecond: 10n,
  microseconds: 10n,
  nanos: 0n,
  nanosecond: 0n,
  nanoseconds: 0n,
  tick: 1n,
  ticks: 1n,
}

function scaled(amount: string, unit: string): bigint | null {
  const ticks = unitTicks[unit.toLowerCase()]
  if (ticks === undefined) return null
  if (/^nano/i.test(unit)) return BigInt(Math.trunc(Number(amount) / 100))
  if (/^-?\d+$/.test(amount)) return BigInt(amount) * ticks
  return BigInt(Math.round(Number(amount) * Number(ticks)))
}

/** Ticks of a timespan's text: `1.02:03:04.5`, `12:30`, `90m`, `1.5h`, a bare number of days; null when it is none. */
export function parseTimespan(text: string): bigint | null {
  const source = text.trim()
  const clock = /^(-)?(?:(\d+)[.:](?=\d+:\d+))?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?$/.exec(source)
  if (clock) {
    const [hours, minutes, seconds] = [Number(clock[3]), Number(clock[4]), Number(clock[5] ?? 0)]
    if (hours > 23 || minutes > 59 || seconds > 59) return null
    const ticks =
      BigInt(clock[2] ?? 0) * ticksPerDay +
      BigInt(hours * 3600 + minutes * 60 + seconds) * ticksPerSecond +
      BigInt((clock[6] ?? '').padEnd(7, '0').slice(0, 7))
    return clock[1] ? -ticks : ticks
  }
  const unit = /^(-?\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(source)
  if (unit) return scaled(unit[1] ?? '', unit[2] ?? '')
  return /^-?\d+$/.test(source) ? BigInt(source) * ticksPerDay : null
}

/** `[-][d.]hh:mm:ss[.fffffff]`, as Kusto prints timespans. */
export function formatTimespan(ticks: bigint): string {
  const absolute = ticks < 0n ? -ticks : ticks
  const fraction = absolute % ticksPerSecond
  const seconds = absolute / ticksPerSecond
  const days = seconds / 86_400n
  const clock = [(seconds / 3600n) % 24n, (seconds / 60n) % 60n, seconds % 60n].map((n) => pad(n, 2)).join(':')
  return `${ticks < 0n ? '-' : ''}${days > 0n ? `${days}.` : ''}${clock}${fraction > 0n ? `.${pad(fraction, 7)}` : ''}`
}
