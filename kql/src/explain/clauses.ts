// What one SQL text has that another has not, clause by clause, to be read and not to be run.

const keywords = /^(WITH|SELECT|FROM|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT|ARRAY JOIN)\b\s*/

interface Clause {
  readonly keyword: string
  readonly parts: readonly string[]
  readonly text: string
  /** Whether it stands in a SELECT within another. */
  readonly inner: boolean
}

const separators: Readonly<Record<string, string>> = { WITH: ', ', SELECT: ', ', WHERE: ' AND ', HAVING: ' AND ' }

/** The parts of a clause, cut where a separator stands outside of brackets and quotes. */
function cut(text: string, separator: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quote = ''
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const sign = text.charAt(i)
    if (quote !== '') {
      if (sign === '\\') i++
      else if (sign === quote) quote = ''
    } else if (sign === "'" || sign === '`') quote = sign
    else if (sign === '(' || sign === '[') depth++
    else if (sign === ')' || sign === ']') depth--
    else if (depth === 0 && text.startsWith(separator, i)) {
      parts.push(text.slice(start, i))
      start = i + separator.length
    }
  }
  return [...parts, text.slice(start)]
}

function clausesOf(sql: string): Clause[] {
  return sql.split('\n').map((line) => {
    // A SELECT in brackets ends with the next part of the clause that has it.
    const text = line
      .trim()
      .replace(/^\)(?: AS `\w+`)?\s*/, '')
      .replace(/\($/, '(…)')
      .replace(/^FROM \(SELECT .* FROM (\w+)\)$/, 'FROM $1')
    const keyword = keywords.exec(text)?.[1] ?? ''
    const rest = text.slice(keyword.length).trim()
    const separator = separators[keyword]
    return { keyword, text, inner: line.startsWith(' '), parts: separator ? cut(rest, separator) : [rest] }
  })
}

const isPlain = (part: string): boolean => /^`[^`]*`(?: AS `[^`]*`)?$/.test(part)
/** So many columns that merely pass are named. */
const named = 6

/** A list without most of the columns that merely pass. */
function shortened(parts: readonly string[]): string {
  const passing = parts.filter(isPlain)
  if (passing.length <= named + 1) return parts.join(', ')
  const shown = parts.filter((part) => !isPlain(part) || passing.indexOf(part) < named)
  return `${shown.join(', ')}, … ${passing.length - named} more`
}

/** The clause without what is there already; undefined when nothing is left. */
function reduced({ keyword, parts, text, inner }: Clause, before: readonly string[]): string | undefined {
  const separator = separators[keyword]
  if (!separator) return text === '' ? undefined : text
  const fresh = parts.filter((part) => !before.includes(part))
  if (keyword !== 'SELECT') {
    if (fresh.length === 0) return undefined
    return `${keyword} ${[...(fresh.length < parts.length ? ['…'] : []), ...fresh].join(separator)}`
  }
  if (inner && fresh.length === 0) return undefined
  const keepsAll = before.length > 0 && before.every((part) => parts.includes(part))
  if (keepsAll) return fresh.length === 0 ? undefined : `SELECT …, ${shortened(fresh)}`
  return `SELECT ${shortened(parts)}`
}

/** The clauses of `after` that `before` has not; lists and conditions without what `before` has of them. */
export function addedClauses(before: string, after: string): string[] {
  const old = before === '' ? [] : clausesOf(before)
  const known = new Set(old.map((clause) => clause.text))
  const partsOf = (keyword: string): string[] => old.filter((c) => c.keyword === keyword).flatMap((c) => c.parts)
  return clausesOf(after).flatMap((clause) => {
    if (known.has(clause.text)) return []
    const text = reduced(clause, partsOf(clause.keyword))
    return text === undefined ? [] : [text]
  })
}
