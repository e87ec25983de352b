// Cases without an engine: the SQL that queries compile to, and what is said of wrong ones. UPDATE=1 rewrites the SQL.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { codes } from '../src/diagnostics.ts'
import { compile, type Diagnostic, lineColumn } from '../src/index.ts'
import { type Case, parseCases, withSql } from './case-file.ts'
import { catalog, now } from './fixture.ts'

const folder = new URL('cases/', import.meta.url)

/** Warnings about tables, rows and databases that are not there, which have tests of their own. */
const ofSurroundings: ReadonlySet<string> = new Set([codes.noRowsToLearnFrom, codes.noPlaces, 'KS205'])

interface Outcome {
  readonly sql?: string
  readonly columns?: string
  readonly warnings?: readonly string[]
  readonly error?: readonly string[]
}

function outcome(c: Case): Outcome {
  const made = compile(c.query, { catalog, now })
  if (!made.ok) {
    // Its columns depend on the data: see cases.engine.test.ts.
    if (made.needs && !c.error) return c.columns === undefined ? {} : { columns: c.columns }
    return { error: said(c, made.diagnostics) }
  }
  const result = made.compiled.results[0]
  return {
    sql: result?.sql ?? '',
    warnings: said(
      c,
      made.compiled.warnings.filter((d) => !ofSurroundings.has(d.code)),
    ),
    columns: (result?.columns ?? []).map((x) => `${x.name}:${x.type}`).join(', '),
  }
}

function said({ query }: Case, diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map((d) => {
    const { line, column } = lineColumn(query, d.start)
    return `${d.code} ${line}:${column} ${d.message}${d.hint ? ` (${d.hint})` : ''}`
  })
}

for (const name of readdirSync(folder).sort()) {
  const file = new URL(name, folder)
  const text = readFileSync(file, 'utf8')
  const cases = parseCases(text)
  if (process.env.UPDATE)
    writeFileSync(
      file,
      withSql(text, (n) => outcome(cases.find((c) => c.name === n) as Case).sql),
    )
  describe(name, () => {
    it('has a name of its own for each case', () => {
      expect(new Set(cases.map((c) => c.name)).size).toBe(cases.length)
    })
    it.each(cases)('$name', (c) => {
      const made = outcome(c)
      expect(made.error ?? []).toEqual(c.error ?? [])
      expect(made.warnings ?? []).toEqual(c.warnings)
      if (c.sql !== undefined && !process.env.UPDATE) expect(made.sql).toBe(c.sql)
      if (c.columns !== undefined) expect(made.columns).toBe(c.columns)
      expect(c.sql !== undefined || c.columns !== undefined || c.rows !== undefined || c.error !== undefined).toBe(true)
    })
  })
}
