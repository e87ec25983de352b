// Errors of a query as text, with the place underlined in the query.
import type { Place } from './result.ts'

/** At most this much of a line is shown. */
const shown = 110

export function underlined(query: string, place: Place): string {
  const { line, text, column } = lineOf(query, place.start)
  const length = Math.max(1, Math.min(place.length, text.length - column))
  const centred = column - Math.max(0, Math.floor((shown - length) / 2))
  const from = Math.max(0, Math.min(centred, text.length - shown))
  const visible = text.slice(from, from + shown)
  const number = String(line)
  const margin = ' '.repeat(number.length)
  const marks = ' '.repeat(column - from) + '^'.repeat(Math.min(length, shown - (column - from)))
  const hint = place.hint ? `\n${margin} = ${place.hint}` : ''
  return `${place.code}: ${place.message}\n${number} | ${visible.replaceAll('\t', ' ')}\n${margin} | ${marks}${hint}\n`
}

function lineOf(
  query: string,
  offset: number,
): { readonly line: number; readonly text: string; readonly column: number } {
  const at = Math.min(offset, query.length)
  const begin = query.lastIndexOf('\n', at - 1) + 1
  const end = query.indexOf('\n', at)
  const text = query.slice(begin, end < 0 ? undefined : end).replace(/\r$/, '')
  return { line: query.slice(0, at).split('\n').length, text, column: Math.min(at - begin, text.length) }
}
