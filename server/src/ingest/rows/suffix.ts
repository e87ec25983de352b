// The type suffix that columns of growing tables carry in their names: `statusCode_d`.
// https://learn.microsoft.com/azure/azure-monitor/logs/data-collector-api#record-type-and-properties
import type { ScalarType } from '@conshelf/kql'
import { jsonText, numberText } from '../json/exact.ts'
import type { Json } from '../types.ts'
import { canonicalGuid } from './coerce.ts'
import { engineInstant } from './instant.ts'

export type Suffix = 's' | 'd' | 'b' | 't' | 'g'

export const suffixTypes: Readonly<Record<Suffix, ScalarType>> = {
  s: 'string',
  d: 'real',
  b: 'bool',
  t: 'datetime',
  g: 'guid',
}

export interface Suffixed {
  readonly suffix: Suffix
  /** As it is stored: a GUID in lower case with dashes, structures as JSON text. */
  readonly value: Json
}

const instantShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

export function suffixedText(value: string): Suffixed {
  const guid = canonicalGuid(value)
  if (guid !== undefined) return { suffix: 'g', value: guid }
  const isInstant = value.length < 40 && instantShape.test(value) && engineInstant(value) !== undefined
  return { suffix: isInstant ? 't' : 's', value }
}

/** Of a value that is not null. */
export function suffixed(value: Exclude<Json, null>): Suffixed {
  if (typeof value === 'string') return suffixedText(value)
  if (typeof value === 'boolean') return { suffix: 'b', value }
  if (typeof value !== 'object' || numberText(value) !== undefined) return { suffix: 'd', value }
  return { suffix: 's', value: jsonText(value) }
}
