// Random expressions of a wanted type over the columns in scope, with the functions of Microsoft's tables.
import { aggregates, functions } from '../../src/functions/index.ts'
import type { Column, ScalarType } from '../../src/index.ts'
import { language } from '../../src/kusto/load.ts'
import { items } from '../../src/kusto/syntax.ts'
import { byType, callsOf } from '../calls.ts'
import type { Random } from '../random.ts'

export type Scope = readonly Column[]

const literals: Readonly<Record<ScalarType, readonly string[]>> = {
  string: ["''", "'abc'", "'Info'", "'10.0.0.1'", "'x\\'y'", "'ä–“'", '\'{"k":[1,2]}\'', "'2024-05-01'", "'%_\\\\'"],
  long: ['0', '1', '-1', '7', '1000', '9223372036854775807', 'long(null)', '-9223372036854775808'],
  int: ['int(0)', 'int(3)', 'int(-2147483648)', 'int(null)'],
  real: ['0.0', '1.5', '-2.25', '1e308', 'real(nan)', 'real(+inf)', 'real(null)'],
  decimal: ['decimal(0)', 'decimal(1.5)', 'decimal(-12345678901234567890.5)', 'decimal(null)'],
  bool: ['true', 'false', 'bool(null)'],
  datetime: [
    'datetime(2024-05-01)',
    'datetime(2024-02-29 23:59:59.9999999)',
    'now()',
    'ago(1h)',
    'datetime(null)',
    'datetime(0001-01-01)',
  ],
  timespan: ['1h', '0s', '-3d', '1tick', 'timespan(1.02:03:04.5)', 'timespan(null)'],
  guid: ['guid(74be27de-1e4e-49d9-b579-fe0b331d3642)', 'guid(null)'],
  dynamic: ['dynamic([1,2,4])', "dynamic({'k':1,'user':{'name':'x'}})", 'dynamic(null)', "dynamic('a')", 'dynamic([])'],
}

const conversions: Readonly<Record<ScalarType, string>> = {
  string: 'tostring',
  long: 'tolong',
  int: 'toint',
  real: 'toreal',
  decimal: 'todecimal',
  bool: 'tobool',
  datetime: 'todatetime',
  timespan: 'totimespan',
  guid: 'toguid',
  dynamic: 'todynamic',
}

const typeOfLetter = new Map(Object.entries(byType).map(([type, letter]) => [letter, type as ScalarType]))
typeOfLetter.set('o', 'dynamic')

const called = (list: object | null | undefined, table: object): readonly string[] =>
  items<Kusto.Language.Symbols.FunctionSymbol>(list)
    .filter((f) => Object.hasOwn(table, f.Name ?? ''))
    .flatMap(callsOf)
const scalarCalls = called(language.GlobalState.Default?.Functions, functions)
const aggregateCalls = called(language.GlobalState.Default?.Aggregates, aggregates)

export const typeNames = Object.keys(literals) as readonly ScalarType[]
export const nameOf = (column: Column): string => `['${column.name.replace(/[\\']/g, '\\$&')}']`

export function expression(random: Random, type: ScalarType, scope: Scope, depth: number): string {
  const columns = scope.filter((c) => c.type === type)
  if (depth <= 0 || random.chance(0.25)) {
    return columns.length > 0 && random.chance(0.75) ? nameOf(random.pick(columns)) : random.pick(literals[type])
  }
  const inner = (t: ScalarType) => expression(random, t, scope, depth - 1)
  if (random.chance(0.4)) return `${conversions[type]}(${filled(random.pick(scalarCalls), random, scope, depth)})`
  if (random.chance(0.15)) return `iff(${inner('bool')}, ${inner(type)}, ${inner(type)})`
  if (random.chance(0.1)) return `coalesce(${inner(type)}, ${inner(type)})`
  return operation(random, type, inner)
}

/** An operator of the language, where the type has some. */
function operation(random: Random, type: ScalarType, inner: (type: ScalarType) => string): string {
  switch (type) {
    case 'bool':
      return condition(random, inner)
    case 'long':
    case 'int':
    case 'real':
    case 'decimal':
      return `${conversions[type]}(${inner(type)} ${random.pick(['+', '-', '*', '/', '%'])} ${inner(type)})`
    case 'datetime':
      return `(${inner('datetime')} ${random.pick(['+', '-'])} ${inner('timespan')})`
    case 'timespan':
      return random.chance(0.5)
        ? `(${inner('datetime')} - ${inner('datetime')})`
        : `(${inner('timespan')} * ${inner('real')})`
    case 'string':
      return `strcat(${inner('string')}, ${inner(random.pick(typeNames))})`
    case 'dynamic':
      return random.pick([
        `${inner('dynamic')}.k`,
        `${inner('dynamic')}[0]`,
        `pack_array(${inner('string')}, ${inner('long')})`,
      ])
    case 'guid':
      return `toguid(${inner('string')})`
    default:
      return type satisfies never
  }
}

const textOperators = [
  'has',
  '!has',
  'has_cs',
  'contains',
  '!contains_cs',
  'startswith',
  'endswith',
  'hasprefix',
  'hassuffix',
  '=~',
  '!~',
]

function condition(random: Random, inner: (type: ScalarType) => string): string {
  const type = random.pick(typeNames)
  return random.pick([
    () => `(${inner(type)} ${random.pick(['==', '!='])} ${inner(type)})`,
    () => `(${inner('long')} ${random.pick(['<', '<=', '>', '>='])} ${inner('real')})`,
    () => `(${inner('datetime')} between (${inner('datetime')} .. ${inner('timespan')}))`,
    () => `(${inner('string')} ${random.pick(textOperators)} ${inner('string')})`,
    () => `(${inner('string')} ${random.pick(['in', '!in', 'in~', 'has_any', 'has_all'])} ('abc', ${inner('string')}))`,
    () => `(${inner('bool')} ${random.pick(['and', 'or'])} ${inner('bool')})`,
    () => `not(${inner('bool')})`,
    () => `${random.pick(['isnull', 'isnotnull', 'isempty', 'isnotempty'])}(${inner(type)})`,
  ])()
}

export function aggregate(random: Random, scope: Scope): string {
  return filled(random.pick(aggregateCalls), random, scope, 2)
}

/** A call with random expressions in the place of its one-letter columns. */
function filled(call: string, random: Random, scope: Scope, depth: number): string {
  return call.replace(/'[^']*'|\b[a-z]\b(?![(.'])/g, (token) => {
    const type = typeOfLetter.get(token)
    return type === undefined ? token : expression(random, type, scope, depth - 1)
  })
}
