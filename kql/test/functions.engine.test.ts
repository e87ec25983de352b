// Every function and aggregate gives on the engine the type that the binder promised, for each of its overloads.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aggregates, functions } from '../src/functions/index.ts'
import { compile } from '../src/index.ts'
import { language } from '../src/kusto/load.ts'
import { items } from '../src/kusto/syntax.ts'
import { sqlTypes } from '../src/sql/types.ts'
import { catalog, now } from './fixture.ts'
import { openTestEngine, type TestEngine } from './run-query.ts'

type Signature = Kusto.Language.Symbols.Signature
type Parameter = Kusto.Language.Symbols.Parameter

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

const byType: Readonly<Record<string, string>> = {
  string: 's',
  long: 'n',
  int: 'i',
  real: 'r',
  decimal: 'm',
  bool: 'b',
  datetime: 't',
  timespan: 'p',
  guid: 'g',
  dynamic: 'a',
}
const byKind: Readonly<Record<string, string>> = {
  DynamicArray: 'a',
  DynamicBag: 'o',
  Integer: 'n',
  RealOrDecimal: 'r',
  StringOrDynamic: 's',
  IntegerOrDynamic: 'n',
  StringOrArray: 's',
  NotBool: 'n',
  Number: 'r',
  NumberOrBool: 'r',
  Tabular: '',
}
const kindName = (kind: unknown): string =>
  Object.entries(language.Symbols.ParameterTypeKind).find(([, value]) => value === kind)?.[0] ?? ''

/** Calls whose arguments must be constants or have a form of their own. */
const calls: Readonly<Record<string, readonly string[]>> = {
  datetime_add: ["datetime_add('month', n, t)"],
  datetime_diff: ["datetime_diff('hour', t, t)"],
  datetime_part: ["datetime_part('year', t)"],
  datepart: ["datepart('year', t)"],
  datetime_local_to_utc: ["datetime_local_to_utc(t, 'Europe/Paris')"],
  datetime_utc_to_local: ["datetime_utc_to_local(t, 'Europe/Paris')"],
  format_datetime: ["format_datetime(t, 'yyyy')"],
  format_timespan: ["format_timespan(p, 'd')"],
  format_bytes: ['format_bytes(r)', "format_bytes(r, 1, 'KB')"],
  bag_set_key: ["bag_set_key(o, '$.k', n)"],
  extract: ["extract('(b)', 1, s)", "extract('(b)', 1, s, typeof(long))"],
  extract_all: ["extract_all('(b)', s)"],
  extractall: ["extractall('(b)', s)"],
  extract_json: ["extract_json('$.k', s)", "extract_json('$.k', s, typeof(long))"],
  extractjson: ["extractjson('$.k', s)", "extractjson('$.k', s, typeof(real))"],
  indexof_regex: ["indexof_regex(s, 'b')"],
  replace_strings: ["replace_strings(s, dynamic(['a']), dynamic(['b']))"],
  assert: ["assert(1 == 1, 'no')"],
  bin: ['bin(n, n)', 'bin(i, i)', 'bin(r, r)', 'bin(t, p)', 'bin(p, p)', 'bin(t, 1h)'],
  floor: ['floor(n, n)', 'floor(t, p)'],
  bin_at: ['bin_at(n, n, n)', 'bin_at(r, r, r)', 'bin_at(t, p, t)', 'bin_at(p, p, p)'],
  strcat_delim: ['strcat_delim(s, s, n)', "strcat_delim('-', s, n)"],
  indexof: ['indexof(s, s)', "indexof(s, 'b', 1, 2)", 'indexof(s, s, 0, -1, 2)'],
  replace: ["replace('b', 'x', s)"],
  replace_regex: ["replace_regex(s, 'b', 'x')"],
  trim: ["trim('a', s)"],
  trim_start: ["trim_start('a', s)"],
  trim_end: ["trim_end('a', s)"],
  countof: ['countof(s, s)', "countof(s, 'b', 'regex')"],
  array_index_of: ['array_index_of(a, n)', 'array_index_of(a, n, 0, -1, 1)'],
  array_sort_asc: ['array_sort_asc(a)', 'array_sort_asc(a, false)', 'array_sort_asc(a, o)'],
  array_sort_desc: ['array_sort_desc(a)', 'array_sort_desc(a, false)', 'array_sort_desc(a, a)'],
  zip: ['zip(a, o)'],
  set_union: ['set_union(a, a)'],
  set_intersect: ['set_intersect(a, a)'],
  set_difference: ['set_difference(a, o)'],
  bag_merge: ['bag_merge(o, a)'],
  jaccard_index: ['jaccard_index(a, a)'],
  tdigest_merge: ['tdigest_merge(a, a)'],
  merge_tdigest: ['merge_tdigest(a, a)'],
  hll_merge: ['hll_merge(a, a)'],
  series_stats: ['series_stats(a)', 'series_stats(a, true)'],
  series_stats_dynamic: ['series_stats_dynamic(a)', 'series_stats_dynamic(a, true)'],
  round: ['round(r)', 'round(r, 2)', 'round(n)', 'round(m, 1)'],
  coalesce: ['coalesce(n, n)', 'coalesce(s, s)', 'coalesce(t, t)'],
  max_of: ['max_of(n, n)', 'max_of(i, n)', 'max_of(r, n)', 'max_of(t, t)'],
  min_of: ['min_of(n, n)', 'min_of(p, p)'],
  around: ['around(n, n, n)', 'around(t, t, p)'],
  percentile: ['percentile(n, 50)', 'percentile(r, 50)', 'percentile(t, 50)', 'percentile(p, 50)'],
  percentilew: ['percentilew(r, n, 50)'],
  percentiles: ['percentiles(n, 5, 50)'],
  percentilesw: ['percentilesw(n, n, 50)'],
  percentiles_array: ['percentiles_array(n, 5, 50)', 'percentiles_array(t, dynamic([5]))'],
  percentilesw_array: ['percentilesw_array(n, n, 50)'],
  percentile_tdigest: ['percentile_tdigest(a, 50)', 'percentile_tdigest(a, 50, typeof(long))'],
  percentrank_tdigest: [],
  make_list: ['make_list(n)', 'make_list(s, 5)'],
  makelist: ['makelist(n)'],
  make_list_if: ['make_list_if(n, b)'],
  make_set: ['make_set(n)', 'make_set(a, 5)'],
  makeset: ['makeset(n)'],
  make_set_if: ['make_set_if(n, b)'],
  make_bag: ['make_bag(o)', 'make_bag(o, 5)'],
  make_bag_if: ['make_bag_if(o, b)'],
  make_dictionary: ['make_dictionary(o)'],
  dcount: ['dcount(s)', 'dcount(n, 2)'],
  dcountif: ['dcountif(s, b)'],
  bag_pack: ["bag_pack('k', n)"],
  pack: ["pack('k', n)"],
  pack_dictionary: ["pack_dictionary('k', n)"],
  convert_angle: ["convert_angle(r, 'Degree', 'Radian')"],
  convert_energy: ["convert_energy(r, 'Joule', 'Erg')"],
  convert_force: ["convert_force(r, 'Newton', 'Dyn')"],
  convert_length: ["convert_length(r, 'Meter', 'Foot')"],
  convert_mass: ["convert_mass(r, 'Gram', 'Pound')"],
  convert_speed: ["convert_speed(r, 'Knot', 'MilePerHour')"],
  convert_temperature: ["convert_temperature(r, 'Kelvin', 'DegreeCelsius')"],
  convert_volume: ["convert_volume(r, 'Liter', 'UsGallon')"],
  prev: [],
  next: [],
  row_number: [],
  row_cumsum: [],
}

function sample(parameter: Parameter): string {
  const declared = items<Kusto.Language.Symbols.TypeSymbol>(parameter.DeclaredTypes)[0]?.Name
  return (declared && byType[declared]) || byKind[kindName(parameter.TypeKind)] || 'n'
}

/** The shortest and the longest call of a signature. */
function callsOf(name: string, signature: Signature): string[] {
  const parameters = items<Parameter>(signature.Parameters)
  const required = parameters.filter((p) => p.MinOccurring > 0)
  const call = (list: readonly Parameter[]): string => `${name}(${list.map(sample).join(', ')})`
  return [...new Set([call(required), call(parameters)])]
}

const known = (list: object | null | undefined, table: object): [string, string[]][] =>
  items<Kusto.Language.Symbols.FunctionSymbol>(list)
    .filter((f) => Object.hasOwn(table, f.Name ?? ''))
    .map((f) => [
      f.Name ?? '',
      [...(calls[f.Name ?? ''] ?? items<Signature>(f.Signatures).flatMap((s) => callsOf(f.Name ?? '', s)))],
    ])

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
    const types = engine
      .text(`DESCRIBE TABLE (${result?.sql})`)
      .split('\n')
      .map((line) => line.split('\t')[1] ?? '')
    engine.run(query, catalog, now)
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
