// Every function and aggregate gives on the engine the type that the binder promised, for each of its overloads.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aggregates, functions } from '../src/functions/index.ts'
import { compile } from '../src/index.ts'
import { language } from '../src/kusto/load.ts'
import { items } from '../src/kusto/syntax.ts'
import { sqlTypes } from '../src/sql/types.ts'
import { callsOf } from './calls.ts'
import { catalog, now } from './fixture.ts'
import { openTestEngine, type TestEngine } from './run-query.ts'

let engine: TestEngine
beforeAll(() => {
  engine = openTestEngine()
  engine.command('CREATE DATABASE scratch')
})
afterAll(() => engine.close())

/** A column of each type, with a row of values and one of nulls. */
const input =
  'datatable(s:string, n:long, i:int, r:real, m:decimal, b:bool, t:datetime, p:timespan, g:guid, a:dynamic, o:dynamic)' +
  "['abc', 3, 2, 1.5, decimal(2.5), true, datetime(2024-05-01), 1h, guid(74be27de-1e4e-49d9-b579-fe0b331d3642), dynamic([1,2,4]), dynamic({'k':1})," +
  " '', long(null), int(null), real(null), decimal(null), bool(null), datetime(null), timespan(null), guid(null), dynamic(null), dynamic(null)]"

const known = (list: object | null | undefined, table: object): [string, string[]][] =>
  items<Kusto.Language.Symbols.FunctionSymbol>(list)
    .filter((f) => Object.hasOwn(table, f.Name ?? ''))
    .map((f) => [f.Name ?? '', [...callsOf(f)]])

const bare = (type: string): string =>
  type
    .replace(/^LowCardinality\((.*)\)$/, '$1')
    .replace(/^Nullable\((.*)\)$/, '$1')
    .replace(/^UInt8$/, 'Bool')

/** What is wrong with the types of a query's columns; the query runs too, on values and on nulls. */
function wrongTypes(query: string): string[] {
  const made = compile(query, { catalog, now })
  if (!made.ok)
    return made.diagnostics
      .filter((d) => d.severity === 'error')
      .map((d) => `${query.slice(input.length)}: ${d.code} ${d.message}`)
  const result = made.compiled.results[0]
  try {
    engine.run(query, catalog, now)
    // What this process computes comes back through a table of the promised types.
    if (made.compiled.stages.length > 0) return []
    const types = engine
      .text(`DESCRIBE TABLE (${result?.sql})`)
      .split('\n')
      .map((line) => line.split('\t')[1] ?? '')
    return (result?.columns ?? []).flatMap((c, i) => {
      const type = types[i] ?? ''
      const fits = bare(type) === bare(sqlTypes[c.type]) && !(c.type === 'string' && type.startsWith('Nullable'))
      return fits ? [] : [`${query.slice(input.length)}: ${c.type} promised, ${type} made`]
    })
  } catch (error) {
    return [`${query.slice(input.length)}: ${String(error).slice(0, 300)}`]
  }
}

/** Some names are both a function of several values and an aggregate of one. */
const asAggregate = ([name, queries]: [string, string[]]): [string, string[]] => [
  name,
  /_merge$|^merge_/.test(name) ? [`${name}(a)`] : queries,
]

it.each(known(language.GlobalState.Default?.Functions, functions))('%s', (_name, queries) => {
  expect(queries.flatMap((q) => wrongTypes(`${input} | project x = ${q}`))).toEqual([])
})

it.each(known(language.GlobalState.Default?.Aggregates, aggregates).map(asAggregate))(
  'aggregate %s',
  (_name, queries) => {
    expect(queries.flatMap((q) => wrongTypes(`${input} | summarize x = ${q}`))).toEqual([])
  },
)
