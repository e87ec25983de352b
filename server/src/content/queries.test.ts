// Every query that we ship binds and compiles against the tables that we ship.
import { type Catalog, compile, type TableSchema } from '@conshelf/kql'
import { expect, it } from 'vitest'
import { openContent } from './content.ts'

const content = openContent()

function schemaOf(name: string): TableSchema | undefined {
  const definition = content.table(name)
  return (
    definition && {
      name,
      columns: definition.columns,
      timeColumn: definition.timeColumn,
      plan: definition.plan,
      sources: [],
    }
  )
}

const tables = new Map<string, TableSchema | undefined>()
const catalog: Catalog = {
  version: 'content',
  table: (name) => {
    if (!tables.has(name)) tables.set(name, schemaOf(name))
    return tables.get(name)
  },
  function: () => undefined,
  tableNames: () => ['AzureDiagnostics', 'ContainerLogV2'],
  allNames: () => content.tableNames(),
  workspace: () => undefined,
}

it('ships the queries of the walkthrough', () => {
  const ids = content.queries().map((q) => q.id)
  expect(ids.filter((id) => id.startsWith('seed-'))).toHaveLength(13)
  expect(new Set(ids).size).toBe(ids.length)
})

const now = 638_501_652_000_000_000n
const day = 864_000_000_000n

it.each(content.queries().map((q) => [q.id, q.query] as const))(
  '%s compiles, and nothing in it is doubtful',
  (_id, query) => {
    const made = compile(query, { catalog, now, timeRange: { start: now - day, end: now } })
    expect(made.ok ? [] : made.diagnostics).toEqual([])
    expect(made.ok ? made.compiled.warnings.filter(({ code }) => code.startsWith('CS01')) : []).toEqual([])
  },
)
