// The times that syslog messages and security events begin with, as UTC text. A time without a zone is of the server's zone,
// one without a year of the year that brings it nearest to now.
import { engineInstant } from '../../rows/instant.ts'

export interface FoundTime {
  /** ISO 8601 in UTC or with offset; undefined: it is written as a time, but which one cannot be said. */
  readonly time: string | undefined
  /** Characters that it takes. */
  readonly length: number
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const monthNames =
  'Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?'

/** Hours from UTC; undefined for abbreviations that mean several zones. */
const zones: Readonly<Record<string, number | undefined>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  WET: 0,
  WEST: 1,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  JST: 9,
  AEST: 10,
  AEDT: 11,
  EST: -5,
  EDT: -4,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CST: undefined,
  IST: undefined,
  BST: undefined,
  AST: undefined,
}

const clockPart = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?: ?(?<half>[AP]M))?(?:[.,](?<fraction>\d{1,9}))?`
const zonePart = String.raw`(?: (?<zone>${Object.keys(zones).join('|')})(?=[ :]|$)| ?(?<offset>[+-]\d\d:?\d\d)(?=[ :]|$))?`
const isoShape =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[Tt](?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9})\d*)?)?(?<offset>[Zz]|[+-]\d\d:?\d\d)?(?=[ :]|$)/
const monthShape = new RegExp(
  String.raw`^[*.]?(?:(?<early>\d{4}) )?(?<name>${monthNames}) {1,2}(?<day>\d{1,2})(?: (?<year>\d{4}))? ${clockPart}(?: (?<late>(?:19|20)\d\d)(?=[ :]|$))?${zonePart}`,
)
const epochShape = /^(\d{10})(?:\.(\d{1,9}))?(?= |$)/

/** At the start of a text; undefined when it starts with no time. */
export function leadingTime(text: string, now: number): FoundTime | undefined {
  const iso = isoShape.exec(text)
  if (iso) return { time: timeOf(iso.groups ?? {}, Number(iso.groups?.month) - 1, now), length: iso[0].length }
  const named = monthShape.exec(text)
  if (named) {
    const name = (named.groups?.name ?? '').slice(0, 3).toLowerCase()
    return { time: timeOf(named.groups ?? {}, months.indexOf(name), now), length: named[0].length }
  }
  const epoch = epochShape.exec(text)
  if (!epoch) return undefined
  return { time: withFraction(Number(epoch[1]) * 1000, epoch[2]), length: epoch[0].length }
}

/** A text that is a time as a whole: as above, or milliseconds since 1970. */
export function wholeTime(text: string, now: number): string | undefined {
  const trimmed = text.trim()
  if (/^\d{13}$/.test(trimmed)) return withFraction(Number(trimmed), undefined)
  const found = leadingTime(trimmed.replace(/ GMT([+-]\d\d:\d\d)$/, ' $1'), now)
  if (found && found.length >= trimmed.replace(/ GMT([+-]\d\d:\d\d)$/, ' $1').length) return found.time
  return engineInstant(trimmed) === undefined || /^\d+$/.test(trimmed) ? undefined : trimmed
}

type Parts = Readonly<Record<string, string | undefined>>

function timeOf(parts: Parts, month: number, now: number): string | undefined {
  const year = parts.year ?? parts.early ?? parts.late
  const fields = [month, Number(parts.day), hourOf(parts), Number(parts.minute), Number(parts.second ?? 0)] as const
  const millis = year === undefined ? nearestYear(fields, parts, now) : instantOf(Number(year), fields, parts)
  return millis === undefined ? undefined : withFraction(millis, parts.fraction)
}

function hourOf({ hour, half }: Parts): number {
  if (half === undefined) return Number(hour)
  return (Number(hour) % 12) + (half === 'PM' ? 12 : 0)
}

type Fields = readonly [month: number, day: number, hour: number, minute: number, second: number]

/** Undefined for a day that is not there and for a zone that nobody knows. */
function instantOf(year: number, [month, day, hour, minute, second]: Fields, parts: Parts): number | undefined {
  if (month < 0 || month > 11 || hour > 23 || minute > 59 || second > 60) return undefined
  const utc = Date.UTC(year, month, day, hour, minute, second)
  if (new Date(Date.UTC(year, month, day)).getUTCDate() !== day) return undefined
  const { zone, offset } = parts
  if (offset !== undefined) return utc - offsetMillis(offset)
  if (zone === undefined) return new Date(year, month, day, hour, minute, second).getTime()
  const hours = zones[zone]
  return hours === undefined ? undefined : utc - hours * 3_600_000
}

function offsetMillis(offset: string): number {
  if (/^z$/i.test(offset)) return 0
  const digits = offset.slice(1).replace(':', '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000
}

/** The latest year that does not put the time more than a day ahead. */
function nearestYear(fields: Fields, parts: Parts, now: number): number | undefined {
  const year = new Date(now).getUTCFullYear()
  const candidates = [year + 1, year, year - 1].map((one) => instantOf(one, fields, parts))
  return candidates.find((millis) => millis !== undefined && millis <= now + 86_400_000)
}

function withFraction(millis: number, fraction: string | undefined): string | undefined {
  if (!Number.isFinite(millis) || Math.abs(millis) > 8.64e15) return undefined
  const text = new Date(millis).toISOString()
  return fraction === undefined ? text : `${text.slice(0, 19)}.${fraction}Z`
}
