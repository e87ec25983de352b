// Column name -> the shipped tables that have it. Looks at the texts, as parsing a thousand files would take ten times longer.
import { readFileSync } from 'node:fs'
import type { ColumnPlace } from '@conshelf/kql'
import { frame, scalarTypes } from './kinds/table.ts'

const types: ReadonlySet<string> = new Set(scalarTypes)
const frameTypes = Object.entries({ ...frame.head, ...frame.tail })

/** `files`: table name -> its files. */
export function columnIndex(
  files: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly ColumnPlace[]> {
  const index = new Map<string, ColumnPlace[]>()
  for (const [table, paths] of files) {
    for (const [column, type] of columnsIn(paths.map((path) => readFileSync(path, 'utf8')))) {
      const places = index.get(column)
      const place = { table, type: type as ColumnPlace['type'] }
      if (places) places.push(place)
      else index.set(column, [place])
    }
  }
  return index
}

/** The columns that a table's files list, and those that a table has without listing them. */
function columnsIn(texts: readonly string[]): ReadonlyMap<string, string> {
  const left = new Set(texts.flatMap((text) => /^without: \[([^\]]*)\]/m.exec(text)?.[1]?.split(/,\s*/) ?? []))
  const columns = new Map<string, string>(frameTypes.filter(([name]) => !left.has(name)))
  for (const text of texts) {
    const start = /^columns:\s*$/m.exec(text)
    if (!start) continue
    const list = text.slice(start.index + start[0].length).split(/^\S/m, 1)[0] ?? ''
    for (const [, name = '', type = ''] of list.matchAll(/^ {2}([A-Za-z_]\w*):\s*(?:\{\s*type:\s*)?(\w+)/gm)) {
      if (types.has(type)) columns.set(name, type)
    }
  }
  return columns
}
