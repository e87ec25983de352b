// Time ranges as data: presets, custom bounds, or none because the query sets its own.

export type TimeRange =
  | { readonly kind: 'last'; readonly duration: string }
  /** ISO 8601 instants, UTC; the end is exclusive. */
  | { readonly kind: 'between'; readonly start: string; readonly end: string }
  | { readonly kind: 'query' }

export const presets: readonly { readonly duration: string; readonly label: string }[] = [
  { duration: 'PT30M', label: 'Last 30 minutes' },
  { duration: 'PT1H', label: 'Last hour' },
  { duration: 'PT4H', label: 'Last 4 hours' },
  { duration: 'PT12H', label: 'Last 12 hours' },
  { duration: 'P1D', label: 'Last 24 hours' },
  { duration: 'P2D', label: 'Last 48 hours' },
  { duration: 'P3D', label: 'Last 3 days' },
  { duration: 'P7D', label: 'Last 7 days' },
]

export const defaultRange: TimeRange = { kind: 'last', duration: 'P1D' }

/** The `timespan` of a request; undefined: unbounded. */
export function toTimespan(range: TimeRange): string | undefined {
  switch (range.kind) {
    case 'last':
      return range.duration
    case 'between':
      return `${range.start}/${range.end}`
    case 'query':
      return undefined
    default:
      return range satisfies never
  }
}

/** The inverse of toTimespan, for links; what cannot be read is the default range. */
export function fromTimespan(text: string | null | undefined): TimeRange {
  if (!text) return defaultRange
  if (text === 'query') return { kind: 'query' }
  const [start = '', end] = text.split('/')
  if (end !== undefined) return isInstant(start) && isInstant(end) ? { kind: 'between', start, end } : defaultRange
  return /^P(?=.)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?)?$/.test(text) ? { kind: 'last', duration: text } : defaultRange
}

export function rangeLabel(range: TimeRange): string {
  switch (range.kind) {
    case 'last':
      return presets.find(({ duration }) => duration === range.duration)?.label ?? `Last ${range.duration}`
    case 'between':
      return `${shortInstant(range.start)} – ${shortInstant(range.end)}`
    case 'query':
      return 'Set in query'
    default:
      return range satisfies never
  }
}

/** What is wrong with custom bounds as typed, or nothing. */
export function boundsProblem(start: string, end: string): string | undefined {
  if (!isInstant(start) || !isInstant(end)) return 'Both ends need a date and a time.'
  return Date.parse(start) < Date.parse(end) ? undefined : 'The end must be after the start.'
}

/** `2024-05-01T10:00` of a date-time field, read as UTC; and back. */
export function fieldToInstant(field: string): string {
  return field === '' ? '' : new Date(`${field}Z`).toISOString()
}

export function instantToField(instant: string): string {
  return instant.slice(0, 16)
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text))
}

function shortInstant(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ')
}
