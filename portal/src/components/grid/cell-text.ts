// How values look in a grid cell, and what a copy of them is.
import type { Cell, ScalarType } from '../../api/types.ts'

export type TimeZone = 'utc' | 'local'

/** For the eye: one line of at most `longest` characters, times in the chosen zone to the millisecond. */
export function shownText(value: Cell, type: ScalarType, zone: TimeZone, longest: number): string {
  if (value === null) return ''
  if (type === 'datetime') return shownTime(String(value), zone, 3)
  const text = String(value)
  const start = text.length > longest ? `${text.slice(0, longest)}…` : text
  return start.includes('\n') ? start.replace(/\s*[\r\n]+\s*/g, ' ⏎ ') : start
}

/** For clipboards and files: the value itself, whole. */
export function plainText(value: Cell): string {
  return value === null ? '' : String(value)
}

/** `2024-05-01T10:00:00.1234567Z` as `2024-05-01 10:00:00.123`; `digits` bounds the fraction. */
export function shownTime(instant: string, zone: TimeZone, digits: number): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(instant)
  if (!parts) return instant
  const fraction = (parts[3] ?? '').slice(0, digits).padEnd(Math.min(digits, 3), '0')
  if (zone === 'utc') return `${parts[1]} ${parts[2]}.${fraction}`
  const local = new Date(`${parts[1]}T${parts[2]}Z`)
  return `${localDate(local)} ${localTime(local)}.${fraction}`
}

export function isNumeric(type: ScalarType): boolean {
  return type === 'int' || type === 'long' || type === 'real' || type === 'decimal'
}

function localDate(date: Date): string {
  return [date.getFullYear().toString().padStart(4, '0'), two(date.getMonth() + 1), two(date.getDate())].join('-')
}

function localTime(date: Date): string {
  return [two(date.getHours()), two(date.getMinutes()), two(date.getSeconds())].join(':')
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
