// Queries that are asked again are bound from memory: never from one of what has changed meanwhile.
import { expect, it } from 'vitest'
import { type Catalog, type Column, compile } from '../src/index.ts'
import { catalog, now } from './fixture.ts'

const time: Column = { name: 'TimeGenerated', type: 'datetime' }

/** A catalog with one table, which grows. */
const grown = (columns: number): Catalog => ({
  ...catalog,
  version: `${columns} columns`,
  table: (name) =>
    name === 'Growing'
      ? {
          name,
          columns: [time, ...Array.from({ length: columns }, (_, n): Column => ({ name: `c${n}`, type: 'string' }))],
          timeColumn: time.name,
          plan: 'analytics',
          sources: [],
        }
      : undefined,
})

const columnsOf = (query: string, of: Catalog): readonly string[] | string => {
  const made = compile(query, { catalog: of, now })
  return made.ok ? (made.compiled.results[0]?.columns.map((c) => c.name) ?? []) : (made.diagnostics[0]?.code ?? '')
}

it('a table that grew shows its new column', () => {
  expect(columnsOf('Growing | project c1', grown(1))).toBe('KS142')
  expect(columnsOf('Growing | project c1', grown(2))).toEqual(['c1'])
})

it('so does one of a workspace that the query names, while its own workspace stays as it is', () => {
  let other = grown(1)
  const home: Catalog = { ...catalog, version: 'home', workspace: () => other }
  const query = 'workspace("other").Growing | project c1'
  expect(columnsOf(query, home)).toBe('KS142')
  other = grown(2)
  expect(columnsOf(query, home)).toEqual(['c1'])
  expect(columnsOf(query, home)).toEqual(['c1'])
})
