// `set` statements: what they say to the compiler and to the server. https://learn.microsoft.com/kusto/query/set-statement
import type { CompileOptions } from '../index.ts'
import { type Expression, is, type Statement, text, word } from '../kusto/syntax.ts'
import { parseLiteral } from './literals.ts'

/** Values by name in lower case; a name alone is true. */
export function setOptions(statements: readonly Statement[]): Record<string, string | number | boolean> {
  const found: Record<string, string | number | boolean> = {}
  for (const statement of statements) {
    if (!is(statement, 'SetOptionStatement')) continue
    const name = statement.Name?.SimpleName ?? ''
    const value = statement.ValueClause?.Expression
    const raw = value ? word(value) : ''
    found[name.toLowerCase()] = !value
      ? true
      : /^-?\d+$/.test(raw)
        ? Number(raw)
        : /^(true|false)$/.test(raw)
          ? raw === 'true'
          : raw
  }
  return found
}

/** The values of `set` statements as they are written, names in lower case. */
export function settings(statements: readonly Statement[]): ReadonlyMap<string, Expression> {
  return new Map(
    statements.flatMap((s): [string, Expression][] => {
      const value = is(s, 'SetOptionStatement') ? s.ValueClause?.Expression : undefined
      return is(s, 'SetOptionStatement') && value ? [[s.Name?.SimpleName?.toLowerCase() ?? '', value]] : []
    }),
  )
}

/** `set query_now = datetime(…)` is what now() answers. https://learn.microsoft.com/kusto/query/set-statement */
export function atQueryNow(statements: readonly Statement[], options: CompileOptions): CompileOptions {
  const found = statements.find((s) => is(s, 'SetOptionStatement') && s.Name?.SimpleName?.toLowerCase() === 'query_now')
  const value = is(found, 'SetOptionStatement') ? found.ValueClause?.Expression : undefined
  const now = value ? parseLiteral('datetime', text(value)) : undefined
  return typeof now === 'bigint' ? { ...options, now } : options
}
