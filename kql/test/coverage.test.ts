// Everything Microsoft's tables name is implemented, or refused with a reason; and nothing else is implemented.
import { describe, expect, it } from 'vitest'
import { aggregates, functions } from '../src/functions/index.ts'
import { internal, internalAggregates } from '../src/functions/internal.ts'
import { unsupportedFunctions } from '../src/functions/unsupported.ts'
import { language } from '../src/kusto/load.ts'
import { transformationsOwn } from '../src/kusto/subsets.ts'
import { aggregateNames, functionNames, operatorNames, pluginNames } from '../src/kusto/tables.ts'
import { graphFunctions } from '../src/operators/graph-values.ts'
import { operators } from '../src/operators/index.ts'
import { plugins } from '../src/operators/plugins/index.ts'
import { unsupportedOperators, unsupportedPlugins } from '../src/operators/unsupported.ts'
import { settledCalls, windowFunctions } from '../src/plan/expressions.ts'
import { sources } from '../src/plan/sources.ts'

/** Names of a scope, which build.ts reads as such; not values. */
const references = ['table', 'database']
/** Operators that end a pipe, which build.ts sees to. */
const pipeEnds = ['ForkOperator', 'FacetOperator']
/** Operators that the binder or the plan turns into others. */
const rewritten = ['Between', 'NotBetween', 'Like', 'LikeCs', 'NotLike', 'NotLikeCs', 'Search']
/** Helpers of the compiler among the families, which no query can call. */
const helpers = [
  'EqualPlain',
  'InPlain',
  'InCsPlain',
  'resource_in_scope',
  'regex_groups',
  'regex_group',
  'regex_matched',
  'path',
  'tuple_item',
  'expand_items',
  'bag_pack_filled',
  'take_any_item',
  ...transformationsOwn,
]
const isWindowHelper = (name: string): boolean => name.startsWith('window_')

const implementedFunctions = new Set([
  ...Object.keys(functions),
  ...settledCalls,
  ...windowFunctions,
  ...references,
  ...graphFunctions,
])
const own = new Set([...helpers, ...Object.keys(internal), ...Object.keys(internalAggregates)])

const syntaxOperators = Object.entries(language.Syntax).flatMap(([name, node]: [string, unknown]) =>
  typeof node === 'function' && node.prototype instanceof language.Syntax.QueryOperator ? [name] : [],
)

const kinds = [
  ['functions', functionNames, implementedFunctions, unsupportedFunctions],
  ['aggregates', aggregateNames, new Set([...Object.keys(aggregates), ...settledCalls]), unsupportedFunctions],
  ['plug-ins', pluginNames, new Set(Object.keys(plugins)), unsupportedPlugins],
  [
    'operators',
    new Set(syntaxOperators),
    new Set([...Object.keys(operators), ...Object.keys(sources), ...pipeEnds]),
    unsupportedOperators,
  ],
] as const

describe('coverage', () => {
  it.each(kinds)('%s are implemented or refused with a reason', (_kind, names, implemented, refused) => {
    const known = [...names].filter((name) => name !== '')
    expect(known.filter((name) => !implemented.has(name) && !Object.hasOwn(refused, name))).toEqual([])
    const isOther = (name: string): boolean =>
      refused === unsupportedFunctions && names === aggregateNames && functionNames.has(name)
    expect(known.filter((name) => implemented.has(name) && Object.hasOwn(refused, name) && !isOther(name))).toEqual([])
  })

  it('expression operators are implemented', () => {
    expect([...operatorNames].filter((name) => !Object.hasOwn(functions, name) && !rewritten.includes(name))).toEqual(
      [],
    )
  })

  it('refuses nothing that the language does not have', () => {
    expect(
      Object.keys(unsupportedFunctions).filter((name) => !functionNames.has(name) && !aggregateNames.has(name)),
    ).toEqual([])
    expect(Object.keys(unsupportedPlugins).filter((name) => !pluginNames.has(name))).toEqual([])
    expect(Object.keys(unsupportedOperators).filter((name) => !syntaxOperators.includes(name))).toEqual([])
  })

  it('implements nothing that the language does not have', () => {
    const extra = Object.keys(functions).filter(
      (name) => !functionNames.has(name) && !operatorNames.has(name) && !own.has(name) && !isWindowHelper(name),
    )
    expect(extra).toEqual([])
    expect(Object.keys(aggregates).filter((name) => !aggregateNames.has(name) && !own.has(name))).toEqual([])
  })

  it('docs/kql-coverage.md is current (vitest -u writes it)', async () => {
    await expect(page()).toMatchFileSnapshot('../../docs/kql-coverage.md')
  })
})

/** The gaps, as a page: what is missing by reason, of how many names. */
function page(): string {
  const sections = kinds.map(([kind, names, implemented, refused]) => {
    const known = [...names].filter((name) => name !== '')
    const missing = known.filter((name) => !implemented.has(name))
    const byReason = Map.groupBy(missing, (name) => refused[name] ?? '')
    const rows = [...byReason].map(([reason, list]) => `- ${reason}:\n  ${list.map(shown).sort().join(', ')}`)
    const title = `## ${kind[0]?.toUpperCase()}${kind.slice(1)}: ${known.length - missing.length} of ${known.length}`
    return [title, ...(rows.length > 0 ? [rows.join('\n')] : [])].join('\n\n')
  })
  return `# What KQL has and Conshelf does not

Computed from the symbol tables of Microsoft's parser. A query that uses one of these names is refused at its place, with the reason.

${sections.join('\n\n')}
`
}

const shown = (name: string): string => `\`${name.replace(/Operator$/, '')}\``
