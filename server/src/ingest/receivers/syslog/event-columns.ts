// The values of a security event -> columns, as content/kinds/security-events.ts declares them. What fits no column of its
// own goes into the column of the rest, so that nothing of an event is lost.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ScalarType } from '@conshelf/kql'
import type { Content } from '../../../content/content.ts'
import { readItem } from '../../../content/document.ts'
import { type SecurityEventsItem, securityEventsKind } from '../../../content/kinds/security-events.ts'
import { coercions } from '../../rows/coerce.ts'
import type { Json } from '../../types.ts'
import type { SecurityEvent } from './event-format.ts'
import { wholeTime } from './times.ts'

export interface EventColumns {
  readonly table: string
  readonly fields: Record<string, Json>
  readonly time?: string
}

export type EventMapper = (event: SecurityEvent, now: number) => EventColumns

interface Mapping {
  readonly item: SecurityEventsItem
  readonly types: ReadonlyMap<string, ScalarType>
}

/** Reads with the first event. */
export function eventMapper(open: () => Content): EventMapper {
  const mappings = new Map<SecurityEvent['format'], Mapping>()
  const mappingOf = (format: SecurityEvent['format']): Mapping => {
    const known = mappings.get(format)
    if (known) return known
    const content = open()
    const item = readItem(securityEventsKind, mappingFile(content, format))
    const types = new Map(content.table(item.table)?.columns.map(({ name, type }) => [name, type]))
    mappings.set(format, { item, types })
    return { item, types }
  }
  return (event, now) => columnsOf(event, mappingOf(event.format), now)
}

/** The last pack that has one wins. */
function mappingFile({ packs }: Content, format: string): string {
  const files = packs.map(({ directory }) => join(directory, 'mappings', 'security-events', `${format}.yaml`))
  const file = files.findLast(existsSync)
  if (file === undefined) throw new Error(`no pack maps the security event format ${format}`)
  return file
}

function columnsOf(event: SecurityEvent, { item, types }: Mapping, now: number): EventColumns {
  const fields: Record<string, Json> = {}
  const rest: string[] = event.loose === '' ? [] : [event.loose]
  for (const [i, name] of item.header.entries()) {
    const value = event.header[i]
    if (name !== null && value !== undefined && value !== '') fields[name] = value
  }
  for (const [key, value] of event.pairs) {
    if (value === '') continue
    const columns = Object.hasOwn(item.extension, key) ? [item.extension[key] ?? []].flat() : []
    const taken = columns.filter((name) => take(fields, name, types.get(name), value, now))
    if (taken.length === 0) rest.push(`${key}=${value}`)
  }
  if (rest.length > 0) fields[item.rest] = rest.join(';')
  const time = timeOf(event, item.time, now)
  return { table: item.table, fields, ...(time !== undefined && { time }) }
}

/** Whether the column takes the value: it is empty yet, and the value is of its type. */
function take(
  fields: Record<string, Json>,
  name: string,
  type: ScalarType | undefined,
  value: string,
  now: number,
): boolean {
  if (type === undefined || fields[name] !== undefined) return false
  const converted = type === 'datetime' ? wholeTime(value, now) : coercions[type](value)
  if (converted === undefined || converted === null) return false
  fields[name] = converted
  return true
}

function timeOf(event: SecurityEvent, keys: readonly string[], now: number): string | undefined {
  for (const key of keys) {
    const value = event.pairs.find(([name]) => name === key)?.[1]
    const time = value === undefined ? undefined : wholeTime(value, now)
    if (time !== undefined) return time
  }
  return undefined
}
