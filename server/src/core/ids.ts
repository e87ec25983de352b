// Identifiers are drawn from here, so that a test can make them repeat.
import { createHash, randomUUID } from 'node:crypto'

export interface Ids {
  /** A fresh lower-case GUID. */
  guid(): string
}

export const randomIds: Ids = { guid: () => randomUUID() }

/** The same GUID for the same text, always: a version 8 UUID of its hash. */
export function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const guidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export function isGuid(text: string): boolean {
  return guidShape.test(text)
}
