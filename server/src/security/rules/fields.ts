// Readers of properties that nobody has checked: each answers the value, or refuses it with its place.
import { parseDuration } from '../../core/time-range.ts'
import { InvalidResource } from '../../resources/resource.ts'

export type Properties = Readonly<Record<string, unknown>>

export const refuse = (kind: string, path: string, reason: string): never => {
  throw new InvalidResource(kind, `/properties/${path}`, reason)
}

export interface Fields {
  fail(path: string, reason: string): never
  text(properties: Properties, path: string, most?: number): string | undefined
  needed<T>(path: string, value: T | undefined): T
  oneOf<T extends string>(properties: Properties, path: string, allowed: readonly T[]): T | undefined
  list(properties: Properties, path: string, most?: number): readonly unknown[]
  object(properties: Properties, path: string): Properties | undefined
  flag(properties: Properties, path: string): boolean | undefined
  /** Milliseconds of an ISO 8601 duration. */
  duration(properties: Properties, path: string, least: number, most: number): number | undefined
}

const last = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

export function fieldsOf(kind: string): Fields {
  const fail = (path: string, reason: string): never => refuse(kind, path, reason)
  const at = (properties: Properties, path: string): unknown => properties[last(path)] ?? undefined
  const text: Fields['text'] = (properties, path, most = Number.POSITIVE_INFINITY) => {
    const value = at(properties, path)
    if (value === undefined) return undefined
    if (typeof value !== 'string') return fail(path, 'must be a text')
    return value.length > most ? fail(path, `must not have more than ${most} characters`) : value
  }
  return {
    fail,
    text,
    needed: (path, value) => (value === undefined || value === '' ? fail(path, 'is required') : value),
    oneOf(properties, path, allowed) {
      const value = text(properties, path)
      if (value === undefined) return undefined
      return allowed.find((each) => each === value) ?? fail(path, `'${value}' is none of ${allowed.join(', ')}`)
    },
    list(properties, path, most = Number.POSITIVE_INFINITY) {
      const value = at(properties, path) ?? []
      if (!Array.isArray(value)) return fail(path, 'must be a list')
      return value.length > most ? fail(path, `must not have more than ${most} entries`) : value
    },
    object(properties, path) {
      const value = at(properties, path)
      if (value === undefined) return undefined
      return typeof value === 'object' && !Array.isArray(value)
        ? (value as Properties)
        : fail(path, 'must be an object')
    },
    flag(properties, path) {
      const value = at(properties, path)
      return value === undefined || typeof value === 'boolean' ? value : fail(path, 'must be true or false')
    },
    duration(properties, path, least, most) {
      const value = text(properties, path)
      if (value === undefined) return undefined
      const ticks = parseDuration(value)
      if (ticks === undefined) return fail(path, `'${value}' is no ISO 8601 duration`)
      const millis = Number(ticks / 10_000n)
      if (millis < least || millis > most) return fail(path, `must be between ${spoken(least)} and ${spoken(most)}`)
      return millis
    },
  }
}

function spoken(millis: number): string {
  const [minutes, hours, days] = [millis / 60_000, millis / 3_600_000, millis / 86_400_000]
  return days >= 1 ? `${days} days` : hours >= 1 ? `${hours} hours` : `${minutes} minutes`
}
