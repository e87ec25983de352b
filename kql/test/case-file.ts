// Text cases: many in a file, each a query with what must come of it.
//
//   === name
//   the query
//   --- sql        the SQL of its result (UPDATE=1 rewrites it; read the difference before you commit)
//   --- columns    name:type, …
//   --- rows       one JSON array a line, in order; cells as kql/src/model.ts has them (`--- rows any order`: as a set)
//   --- warnings   the same of each warning; none without the section
//   --- error      code, line:column and message of each diagnostic, a line each
import { readFileSync } from 'node:fs'

export interface Case {
  readonly name: string
  readonly query: string
  readonly sql?: string
  readonly columns?: string
  readonly rows?: readonly string[]
  readonly anyOrder: boolean
  readonly error?: readonly string[]
  readonly warnings: readonly string[]
}

export function parseCases(text: string): Case[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((block) => {
      const [head = '', ...sections] = block.split(/^--- /m)
      const lineEnd = head.indexOf('\n')
      const found = new Map(
        sections.map((s) => [s.slice(0, s.indexOf('\n')).trim(), s.slice(s.indexOf('\n') + 1).trimEnd()]),
      )
      const lines = (name: string): readonly string[] | undefined =>
        found
          .get(name)
          ?.split('\n')
          .filter((l) => l !== '')
      const rows = lines('rows') ?? lines('rows any order')
      const [sql, columns, error] = [found.get('sql'), found.get('columns'), lines('error')]
      return {
        name: head.slice(0, lineEnd).trim(),
        query: head.slice(lineEnd + 1).trim(),
        anyOrder: found.has('rows any order'),
        warnings: lines('warnings') ?? [],
        ...(sql === undefined ? {} : { sql }),
        ...(columns === undefined ? {} : { columns }),
        ...(rows === undefined ? {} : { rows }),
        ...(error === undefined ? {} : { error }),
      }
    })
}

export const readCases = (file: URL): Case[] => parseCases(readFileSync(file, 'utf8'))

/** The file's text with the SQL of its cases replaced. */
export function withSql(text: string, sqlOf: (name: string) => string | undefined): string {
  return text.replace(/^=== (.*)\n([\s\S]*?)(?=^=== |$(?![\s\S]))/gm, (block, name: string) => {
    const sql = sqlOf(name.trim())
    return sql === undefined
      ? block
      : block.replace(/^--- sql\n[\s\S]*?(?=^--- |^=== |$(?![\s\S]))/m, () => `--- sql\n${sql}\n\n`)
  })
}
