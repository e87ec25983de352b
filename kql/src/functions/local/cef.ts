// parse_cef_dictionary: the extension of a message in ArcSight's Common Event Format, as a bag in `Extension`.
// https://learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-transformations-kql#parse_cef_dictionary
// https://www.microfocus.com/documentation/arcsight/arcsight-smartconnectors/pdfdoc/cef-implementation-standard/cef-implementation-standard.pdf
import type { Cell } from '../../model.ts'
import { type FunctionTable, local } from '../define.ts'

/** `CEF:`, the version and six fields, each with a bar behind it that no backslash escapes. */
const header = /CEF: ?\d+(?:\.\d+)?\|(?:(?:[^\\|]|\\.)*\|){6}/s
/** A key begins the extension or stands behind a blank; the `=` behind it is not escaped. */
const key = /(?:^|\s)([\w.\-[\]]+)=/g
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r' }

const unescaped = (value: string): string =>
  value.replace(/\\([nr=\\|])/g, (_escape, mark: string) => escapes[mark] ?? mark)

function parse([message]: readonly Cell[]): Cell {
  const text = String(message ?? '')
  const found = header.exec(text)
  if (!found) return null
  const extension = text.slice(found.index + found[0].length).trim()
  const keys = [...extension.matchAll(key)]
  const pairs = keys.map((match, at): readonly [string, string] => {
    const end = keys[at + 1]?.index ?? extension.length
    return [match[1] ?? '', unescaped(extension.slice(match.index + match[0].length, end).trim())]
  })
  return JSON.stringify({ Extension: Object.fromEntries(pairs) })
}

export const cefFunctions: FunctionTable = {
  parse_cef_dictionary: local(['string'], parse),
}
