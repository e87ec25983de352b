// Frequent patterns against their definition, over random rows: every subset of every row is a pattern that may be frequent.
import { expect, it } from 'vitest'
import { compile, type Row } from '../src/index.ts'
import { closedPatterns, coded } from '../src/local/patterns.ts'
import { catalog, now } from './fixture.ts'
import { type Random, seededRandom } from './random.ts'

const columns = 4
const randomRows = (random: Random): Row[] =>
  Array.from({ length: 2 + random.below(20) }, () => [
    ...Array.from({ length: columns }, (_, c) => `${random.below(1 + c)}`),
    random.below(4),
  ])

/** Text of each frequent pattern -> its weight, of those alone that no pattern with as many rows narrows. */
function byDefinition(rows: readonly Row[], least: number): Map<string, number> {
  const found = new Map<string, { weight: number; size: number }>()
  for (let mask = 1; mask < 2 ** columns; mask++) {
    for (const row of rows) {
      const of = row.slice(0, columns).map((v, c) => (mask & (1 << c) ? v : undefined))
      const matching = rows.filter((r) => of.every((v, c) => v === undefined || v === r[c]))
      const weight = matching.reduce((sum, r) => sum + Number(r[columns]), 0)
      const counting = matching.filter((r) => Number(r[columns]) > 0)
      const isClosed = of.every((v, c) => v !== undefined || new Set(counting.map((r) => r[c])).size > 1)
      if (weight >= least && weight > 0 && isClosed) found.set(of.map((v) => v ?? '*').join(), { weight, size: mask })
    }
  }
  return new Map([...found].map(([key, { weight }]) => [key, weight]))
}

it('finds the closed frequent patterns, and no others', () => {
  const random = seededRandom(11)
  for (let round = 0; round < 300; round++) {
    const rows = randomRows(random)
    const all = rows.reduce((sum, r) => sum + Number(r[columns]), 0)
    const least = all * [0.05, 0.2, 0.5][random.below(3)]!
    const data = coded(rows, columns, 1)
    const patterns = closedPatterns(data, ([count = 0]) => count >= least, columns)
    const got = patterns.map((p): [string, number] => [
      p.values.map((v) => (v === undefined ? '*' : data.cells[v])).join(),
      p.totals[0] ?? 0,
    ])
    expect(new Map(got)).toEqual(byDefinition(rows, least))
    expect(got).toHaveLength(new Set(got.map(([key]) => key)).size)
  }
})

it('refuses a weight below 0', () => {
  const made = compile("datatable(a:string, n:long)[] | evaluate basket('~', n)", { catalog, now })
  const stage = made.ok ? made.compiled.stages.find((s) => s.kind === 'local') : undefined
  expect(stage?.run([['x', 1]])).toEqual([[0, 1, 100, 'x', null]])
  expect(() => stage?.run([['x', -1]])).toThrow('a weight is less than 0')
})
