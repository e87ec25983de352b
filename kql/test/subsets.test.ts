// What each context refuses, and where. The pages that define them stand in src/kusto/subsets.ts.
import { describe, expect, test } from 'vitest'
import { type Catalog, compile, type SubsetName } from '../src/index.ts'
import { catalog } from './fixture.ts'

/** Logs as a table of the Basic plan. */
const basic: Catalog = {
  ...catalog,
  version: 'basic',
  table: (name) => {
    const table = catalog.table(name)
    return table && name === 'Logs' ? { ...table, plan: 'basic' } : table
  },
}

/** The parts of the query that are refused. */
function refused(query: string, subset: SubsetName | undefined, of: Catalog = catalog): string[] {
  const result = compile(query, { catalog: of, now: 638_500_000_000_000_000n, ...(subset ? { subset } : {}) })
  if (result.ok) return []
  expect(result.diagnostics.every((d) => d.code === 'CS007' && d.hint)).toBe(true)
  return result.diagnostics.map((d) => query.slice(d.start, d.start + d.length))
}

const parseOf = (columns: number) =>
  `Logs | parse Message with ${Array.from({ length: columns }, (_, i) => `"${i}" c${i}`).join(' ')}`

describe.each<[SubsetName, readonly (readonly [string, ...string[]])[]]>([
  [
    'transformation',
    [
      ['Logs | where Level has "x" | extend a = iff(Count > 1, tostring(Tags.user), "") | project-away Tags'],
      ['let f = (x:long) { x + 1 }; Logs | project TimeGenerated, n = f(Count)'],
      ['Logs | summarize count() by Level', 'summarize count() by Level', 'count()'],
      ['Logs | extend a = rand() | take 5', 'rand()', 'take 5'],
      ['let f = (T:(Count:long)) { T | where Count > 1 }; f(Logs)', 'T:(Count:long)'],
      [parseOf(10)],
      [parseOf(11), parseOf(11).slice('Logs | '.length)],
    ],
  ],
  [
    'log-alert',
    [
      ['Logs | summarize AggregatedValues = count() by bin(TimeGenerated, 1h)'],
      ['Logs | summarize AggregatedValue = count()', 'AggregatedValue'],
      ['Logs | project Level, Count | evaluate pivot(Level)', 'pivot(Level)'],
    ],
  ],
  [
    'log-alert-minute',
    [
      ['Logs | summarize count() by Level'],
      ['Logs | take 5', 'take 5'],
      ['Logs | union Logs', 'union Logs'],
      ['Logs | where ingestion_time() > ago(1m)', 'ingestion_time()'],
    ],
  ],
  [
    'detection',
    [
      ['search in (Logs) "disk"'],
      ['search "disk"', 'search "disk"'],
      ['union * | where Level == "Error"', 'union *'],
      [`Logs | where Message == "${'x'.repeat(10_000)}"`, `${'x'.repeat(25)}"`],
    ],
  ],
  [
    'summary-rule',
    [
      ['Logs | summarize count() by Level | join kind=inner Logs on Level'],
      ['let f = () { Logs }; f() | count', 'let f = () { Logs }', 'f()'],
      ['Logs | evaluate narrow()', 'narrow()'],
    ],
  ],
  [
    'search-job',
    [
      ['Logs | where * has "disk" | project-keep Message | parse-where Message with * ":" rest'],
      ['union Logs | where Level == ""', 'union Logs', 'union Logs'],
      ['Logs | sort by Count', 'sort by Count'],
    ],
  ],
  [
    'resource-graph',
    [
      ['Logs | where Level =~ "error" | join kind=leftouter (Logs | project Level) on Level | limit 5'],
      ['Logs | project-rename L = Level', 'project-rename L = Level'],
      ['Logs | join kind=fullouter Logs on Level', 'fullouter'],
      ['Logs | mv-expand Tags limit 3000', '3000'],
      ['Logs | mv-expand Tags | mv-expand Tags | mv-expand Tags | mvexpand Tags | order by Level asc', 'mvexpand Tags'],
    ],
  ],
])('%s', (subset, queries) => {
  test.each(queries.map(([query, ...parts]) => ({ query, parts })))('$query', ({ query, parts }) => {
    expect(refused(query, subset)).toEqual(parts)
  })
})

test.each([
  ['Logs | where Level == "Error" | summarize count() by Level | sort by count_', []],
  ['Logs | lookup People on $left.Level == $right.Name', []],
  ['Logs | join People on $left.Level == $right.Name', ['join People on $left.Level == $right.Name']],
  [
    'People | join kind=inner (Logs) on $left.Name == $right.Level',
    ['join kind=inner (Logs) on $left.Name == $right.Level'],
  ],
  ['let f = (s:string) { toupper(s) }; Logs | extend f(Level)', ['let f = (s:string) { toupper(s) }', 'f(Level)']],
])('a query of a Basic table: %s', (query, parts) => {
  expect(refused(query, undefined, basic)).toEqual(parts)
})

test.each(['log-alert', 'detection'] as const)('%s reads no Basic table', (subset) => {
  expect(refused('Logs | where Level == "Error"', subset, basic)).toEqual(['Logs'])
  expect(refused('People | take 1', subset, basic)).toEqual([])
})
