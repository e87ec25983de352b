// The names that Azure's resources have for the types of columns, in lower case, and KQL's.
// https://learn.microsoft.com/rest/api/loganalytics/tables/create-or-update#columntypeenum
import type { ScalarType } from '@conshelf/kql'

export const columnTypes: Readonly<Record<string, ScalarType>> = {
  string: 'string',
  int: 'int',
  long: 'long',
  real: 'real',
  boolean: 'bool',
  bool: 'bool',
  datetime: 'datetime',
  guid: 'guid',
  dynamic: 'dynamic',
  timespan: 'timespan',
  decimal: 'decimal',
}

/** In any case; undefined: there is no such type among them. */
export function columnTypeOf(name: string, types: Readonly<Record<string, ScalarType>>): ScalarType | undefined {
  const lower = name.toLowerCase()
  return Object.hasOwn(types, lower) ? types[lower] : undefined
}
