// Promoted paths -> expressions over the JSON column they come from: tostring(column.path), computed as rows arrive.
// Used by ddl.ts.
import type { PromotedPath } from '@conshelf/kql'
import { quoteName, quoteString } from '@conshelf/kql/sql/quote'

export interface PromotedColumn {
  readonly name: string
  readonly sql: string
}

/** Paths of one column share one pass over its text: they are elements of one and the same tuple expression. */
export function promotedColumns(promoted: readonly PromotedPath[]): readonly PromotedColumn[] {
  return [...Map.groupBy(promoted, ({ column }) => column)].flatMap(([column, paths]) => columnsOf(column, paths))
}

const textType = 'Nullable(String)'

function columnsOf(column: string, paths: readonly PromotedPath[]): readonly PromotedColumn[] {
  for (const { stored, type } of paths) {
    if (type !== 'string') throw new Error(`the promoted path ${stored} is a ${type}; only strings can be promoted`)
  }
  const document = quoteName(column)
  const shared = paths.filter(({ path }) => path.length > 0 && !paths.some((other) => isWithin(other.path, path)))
  const tuple = `JSONExtract(${document}, ${quoteString(tupleType(shared.map(({ path }) => path)))})`
  return paths.map((promoted) => {
    const { path, stored } = promoted
    const extracted =
      shared.length > 1 && shared.includes(promoted)
        ? path.reduce((value, key) => `tupleElement(${value}, ${quoteString(key)})`, tuple)
        : `JSONExtract(${[document, ...path.map(quoteString), quoteString(textType)].join(', ')})`
    return { name: stored, sql: `ifNull(${extracted}, '')` }
  })
}

/** Whether `inner` lies below `outer`: then one of them cannot be an element of the tuple. */
function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.length > outer.length && outer.every((key, at) => inner[at] === key)
}

function tupleType(paths: readonly (readonly string[])[]): string {
  const byKey = Map.groupBy(paths, ([key]) => key ?? '')
  const elements = [...byKey].map(([key, below]) => {
    const rest = below.map((path) => path.slice(1))
    return `${quoteName(key)} ${rest.some((path) => path.length === 0) ? textType : tupleType(rest)}`
  })
  return `Tuple(${elements.join(', ')})`
}
