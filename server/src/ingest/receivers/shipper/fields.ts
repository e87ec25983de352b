// Members of records whose names may nest or have dots: `{"a":{"b":1}}` and `{"a.b":1}` are the same to log shippers.
import { isFields, type JsonFields } from '../../json/records.ts'
import type { Json } from '../../types.ts'

export function valueAt(fields: JsonFields, ...path: readonly string[]): Json | undefined {
  for (let length = path.length; length > 0; length--) {
    const name = path.slice(0, length).join('.')
    if (!Object.hasOwn(fields, name)) continue
    const value = fields[name]
    if (length === path.length) return value
    const found = isFields(value) ? valueAt(value, ...path.slice(length)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Without what is absent or empty. */
export function present(fields: Readonly<Record<string, Json | undefined>>): Record<string, Json> {
  const entries = Object.entries(fields).filter((entry): entry is [string, Json] => {
    return entry[1] !== undefined && entry[1] !== null && entry[1] !== ''
  })
  return Object.fromEntries(entries)
}
