// String operators against their definition, over random texts and needles: an index or a shortcut must never decide an answer.
// https://learn.microsoft.com/kusto/query/datatypes-string-operators
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Catalog, Cell } from '../src/index.ts'
import { indexedText, wideText } from '../src/sql/search.ts'
import { timeColumnType } from '../src/sql/types.ts'
import { catalog, now } from './fixture.ts'
import { type Random, seededRandom } from './random.ts'
import { openTestEngine, type TestEngine } from './run-query.ts'

let engine: TestEngine
beforeAll(() => {
  engine = openTestEngine()
})
afterAll(() => engine.close())

const pieces = [
  'ab',
  'AB',
  'a',
  'b1',
  '1',
  '-',
  '.',
  ' ',
  '_',
  ':',
  '/',
  '%',
  '\\',
  "'",
  '"',
  '[',
  '(',
  '$',
  '^',
  'é',
  'É',
  'ß',
  '漢',
  '–',
  '“',
  '\n',
  '\t',
]
const alnum = /[\p{L}\p{N}]/u

const randomText = (random: Random, length: number): string =>
  Array.from({ length }, () => random.pick(pieces)).join('')

/** A text of its own, or a piece of one of the texts. */
function needleFor(texts: readonly string[], random: Random, round: number): string {
  const source = random.pick(texts)
  const from = random.below(source.length)
  const needle =
    round % 3 === 0 ? randomText(random, 1 + random.below(3)) : source.slice(from, from + 1 + random.below(5))
  return needle.toWellFormed()
}

/** Whether the needle stands in the text with term borders at the edges that ask for one. */
function hasTerm(text: string, needle: string, start: boolean, end: boolean): boolean {
  if (needle === '') return true
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
    const before = [...text.slice(0, at)].at(-1) ?? ''
    const after = [...text.slice(at + needle.length)][0] ?? ''
    const first = [...needle][0] ?? ''
    const last = [...needle].at(-1) ?? ''
    const startsWell = !start || !alnum.test(first) || !alnum.test(before)
    const endsWell = !end || !alnum.test(last) || !alnum.test(after)
    if (startsWell && endsWell) return true
  }
  return false
}

const definitions: Readonly<Record<string, (text: string, needle: string) => boolean>> = {
  contains: (t, n) => t.includes(n),
  has: (t, n) => hasTerm(t, n, true, true),
  hasprefix: (t, n) => hasTerm(t, n, true, false),
  hassuffix: (t, n) => hasTerm(t, n, false, true),
  startswith: (t, n) => t.startsWith(n),
  endswith: (t, n) => t.endsWith(n),
}

const quoted = (s: string): string => JSON.stringify(s)

it.each(Object.keys(definitions))('%s and its cs and negated forms agree with their definition', (operator) => {
  const random = seededRandom(operator.length * 7919)
  const texts = Array.from({ length: 120 }, () => randomText(random, 1 + random.below(12)))
  const table = `datatable(i:long, s:string)[${texts.map((t, i) => `${i}, ${quoted(t)}`).join(', ')}]`
  const define = definitions[operator] as (text: string, needle: string) => boolean
  for (let round = 0; round < 25; round++) {
    const needle = needleFor(texts, random, round)
    const row = engine.run(
      `${table} | where s ${operator} ${quoted(needle)} | summarize x = make_list(i)
       | extend cs = toscalar(${table} | where s ${operator}_cs ${quoted(needle)} | summarize make_list(i)),
                no = toscalar(${table} | where s !${operator} ${quoted(needle)} | summarize count()),
                variable = toscalar(${table} | extend n = ${quoted(needle)} | where s ${operator} strcat(n, "") | summarize count())`,
      catalog,
      now,
    ).rows[0] as [string, string, number, number]
    const lower = (s: string): string => s.toLowerCase()
    const expected = texts.flatMap((t, i) => (define(lower(t), lower(needle)) ? [i] : []))
    const expectedCs = texts.flatMap((t, i) => (define(t, needle) ? [i] : []))
    const sorted = (json: string): number[] => (JSON.parse(json) as number[]).sort((a, b) => a - b)
    expect({ needle, rows: sorted(row[0]) }).toEqual({ needle, rows: expected })
    expect({ needle, rows: sorted(row[1]) }).toEqual({ needle, rows: expectedCs })
    expect({ needle, count: row[2] }).toEqual({ needle, count: texts.length - expected.length })
    expect({ needle, count: row[3] }).toEqual({ needle, count: expected.length })
  }
})

const indexed: Catalog = {
  ...catalog,
  version: 'indexed',
  table: (name) => ({
    name,
    columns: [
      { name: 'TimeGenerated', type: 'datetime' },
      { name: 'i', type: 'long' },
      { name: 's', type: 'string' },
    ],
    timeColumn: 'TimeGenerated',
    plan: 'analytics',
    sources: [
      {
        database: 'texts',
        table: 'Texts',
        columns: new Set(['TimeGenerated', 'i', 's']),
        promoted: [],
        wide: new Map([['s', 's/wide']]),
      },
    ],
  }),
}

function storeTexts(texts: readonly string[]): void {
  const index = (column: string) =>
    `INDEX \`search ${column}\` ${indexedText(`\`${column}\``)} TYPE text(tokenizer = 'splitByNonAlpha')`
  engine.command('CREATE DATABASE texts')
  engine.command(
    `CREATE TABLE texts.Texts (TimeGenerated ${timeColumnType}, i Nullable(Int64), s String, \`s/wide\` String MATERIALIZED ${wideText('s')},
     ${index('s')}, ${index('s/wide')}) ENGINE = MergeTree ORDER BY i SETTINGS allow_nullable_key = 1, index_granularity = 32`,
  )
  const rows = texts.map((s, i) => JSON.stringify({ i, s }))
  engine.command(`INSERT INTO texts.Texts (i, s) FORMAT JSONEachRow ${rows.join('\n')}`)
}

it('finds the same rows through the index of a stored column', () => {
  const random = seededRandom(4711)
  const texts = Array.from({ length: 3000 }, () => randomText(random, 1 + random.below(12)).toWellFormed())
  storeTexts(texts)
  const found = (condition: string): Cell =>
    engine.run(`Texts | where ${condition} | count`, indexed, now).rows[0]?.[0] ?? null
  const lower = (s: string): string => s.toLowerCase()
  for (let round = 0; round < 60; round++) {
    const needle = needleFor(texts, random, round)
    for (const [operator, define] of Object.entries(definitions)) {
      const expected = texts.filter((t) => define(lower(t), lower(needle))).length
      const expectedCs = texts.filter((t) => define(t, needle)).length
      const counts = [operator, `${operator}_cs`, `!${operator}`].map((o) => found(`s ${o} ${quoted(needle)}`))
      expect({ operator, needle, counts }).toEqual({
        operator,
        needle,
        counts: [expected, expectedCs, texts.length - expected],
      })
    }
  }
  const terms = ['ab', 'É', 'b1-']
  const has = (t: string) => terms.map((n) => hasTerm(lower(t), lower(n), true, true))
  expect(found('s has_any ("ab", "É", "b1-")')).toBe(texts.filter((t) => has(t).includes(true)).length)
  expect(found('s has_all ("ab", "É", "b1-")')).toBe(texts.filter((t) => !has(t).includes(false)).length)
  expect(found(`s matches regex @"[-.]ab1?AB"`)).toBe(texts.filter((t) => /[-.]ab1?AB/.test(t)).length)
  expect(found(`s matches regex @"a\\.+AB+b1"`)).toBe(texts.filter((t) => /a\.+AB+b1/.test(t)).length)
})
