// queries/<id>.kql: a query with the heading that published query files have, one `// Name: value` a line, then a blank line.
import { readFileSync } from 'node:fs'
import { ContentError } from '../document.ts'

export interface QueryItem {
  readonly id: string
  readonly pack: string
  readonly title: string
  readonly description: string
  /** What the query is about; lists group by it. */
  readonly topic: string
  /** Workspace of the demo environment that holds its rows. */
  readonly workspace?: string
  readonly query: string
}

const names = ['Display name', 'Description', 'Topic', 'Workspace', 'Order', 'Source'] as const
type Name = (typeof names)[number]
const isName = (text: string): text is Name => (names as readonly string[]).includes(text)

interface Heading {
  readonly values: ReadonlyMap<Name, string>
  readonly lines: number
}

function readHeading(file: string, lines: readonly string[]): Heading {
  const values = new Map<Name, string>()
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') return { values, lines: i + 1 }
    const [, name = '', value = ''] = /^\/\/ ([A-Z][a-z ]*): (.+)$/.exec(line) ?? []
    if (!isName(name))
      throw new ContentError(
        file,
        i + 1,
        1,
        `expected '// Name: value' with one of ${names.join(', ')}, or a blank line`,
      )
    values.set(name, value.trim())
  }
  throw new ContentError(file, lines.length, 1, 'a heading without a query')
}

/** The query of a file and its place among others of its pack. */
export function readQuery(
  pack: string,
  id: string,
  file: string,
): { readonly order: number; readonly item: QueryItem } {
  const lines = readFileSync(file, 'utf8').split('\n')
  const heading = readHeading(file, lines)
  const required = (name: Name): string => {
    const value = heading.values.get(name)
    if (!value) throw new ContentError(file, 1, 1, `the heading has no '// ${name}: …'`)
    return value
  }
  const query = lines.slice(heading.lines).join('\n').trim()
  if (query === '') throw new ContentError(file, lines.length, 1, 'a heading without a query')
  const workspace = heading.values.get('Workspace')
  const item = {
    id,
    pack,
    title: required('Display name'),
    description: required('Description'),
    topic: required('Topic'),
    query,
  }
  return { order: Number(heading.values.get('Order') ?? 0), item: workspace ? { ...item, workspace } : item }
}
