// Calls of every function of Microsoft's tables, with arguments that its signatures allow.
import { language } from '../src/kusto/load.ts'
import { items } from '../src/kusto/syntax.ts'

type Signature = Kusto.Language.Symbols.Signature
type Parameter = Kusto.Language.Symbols.Parameter

/** Name of a column of each type. */
export const byType: Readonly<Record<string, string>> = {
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
const special: Readonly<Record<string, readonly string[]>> = {
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
  parse_user_agent: ["parse_user_agent(s, 'browser')", "parse_user_agent(s, dynamic(['os', 'device']))"],
  parse_command_line: ["parse_command_line(s, 'windows')"],
  series_outliers: ['series_outliers(a)', "series_outliers(a, 'tukey')"],
  geo_distance_2points: ['geo_distance_2points(r, r, r, r)'],
  geo_polygon_to_h3cells: ['geo_polygon_to_h3cells(o)', 'geo_polygon_to_h3cells(o, 5)'],
  geo_line_locate_point: ['geo_line_locate_point(o, r, r)'],
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
function shortestAndLongest(name: string, signature: Signature): string[] {
  const parameters = items<Parameter>(signature.Parameters)
  const required = parameters.filter((p) => p.MinOccurring > 0)
  const call = (list: readonly Parameter[]): string => `${name}(${list.map(sample).join(', ')})`
  return [...new Set([call(required), call(parameters)])]
}

/** Calls of a function over columns that are named by one letter: `byType`, and `o` for a bag. */
export const callsOf = (symbol: Kusto.Language.Symbols.FunctionSymbol): readonly string[] => {
  const name = symbol.Name ?? ''
  return special[name] ?? items<Signature>(symbol.Signatures).flatMap((s) => shortestAndLongest(name, s))
}
