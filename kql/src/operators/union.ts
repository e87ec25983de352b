// union, and how several tables become one. https://learn.microsoft.com/kusto/query/union-operator
import { CompileError, codes } from '../diagnostics.ts'
import { tablesInReach } from '../kusto/symbols.ts'
import { columnsOf, type Expression, elements, is, parametersOf, span, text, word } from '../kusto/syntax.ts'
import type { Column } from '../model.ts'
import { type Environment, isAllowed, type Lowering } from '../plan/context.ts'
import { unsupported } from '../plan/expressions.ts'
import { stringLit } from '../plan/literals.ts'
import type { ColumnId, NamedColumn, Relation } from '../plan/nodes.ts'
import { wildcardPattern } from '../regex.ts'
import { operator } from './define.ts'

/** One input of a union, under the name that withsource= prints. */
export interface Leg {
  readonly name: string
  readonly relation: Relation
}

/** The name that an input gives itself: of a table or view, or with `as`. */
function nameOf(node: Expression, fallback: string): string {
  if (is(node, 'ParenthesizedExpression')) return nameOf(node.Expression!, fallback)
  if (is(node, 'NameReference')) return node.SimpleName ?? fallback
  if (is(node, 'PipeExpression') && is(node.Operator, 'AsOperator')) return node.Operator.Name?.SimpleName ?? fallback
  return fallback
}

/** Tables by name or wildcard, and tabular expressions. */
export function legsOf(
  node: Expression,
  index: number,
  env: Environment | undefined,
  ctx: Lowering,
  fuzzy: boolean,
): Leg[] {
  const name = text(node)
    .replace(/^\(|\)$/g, '')
    .trim()
  if (/^[\w-]*\*[\w*-]*$/.test(name)) return tableLegs(env, ctx, (t) => wildcardPattern(name).test(t))
  if (fuzzy && is(node, 'NameReference') && !node.ReferencedSymbol) return []
  const leg = (): Leg => ({ name: nameOf(node, `union_arg${index}`), relation: ctx.relation(node, env) })
  return fuzzy ? resolvable(leg) : [leg()]
}

/** With isfuzzy an input whose table does not exist is left out. */
function resolvable(leg: () => Leg): Leg[] {
  try {
    return [leg()]
  } catch (error) {
    if (error instanceof CompileError && error.diagnostic.code === codes.unknownTable) return []
    throw error
  }
}

/** Every table within reach whose name passes: the same ones that the binder looks into. */
export function tableLegs(env: Environment | undefined, ctx: Lowering, wanted: (name: string) => boolean): Leg[] {
  return tablesInReach(ctx.text, ctx.options.catalog).flatMap((name) => {
    const table = wanted(name) && isAllowed(env, name) ? ctx.options.catalog.table(name) : undefined
    return table ? [{ name, relation: ctx.scan(table, ctx.options.catalog) }] : []
  })
}

interface Output extends Column {
  /** Its name in the inputs. */
  readonly source: string
}

/** All columns of all inputs; where types differ a column for each type, `x_long` and `x_string`. */
export function outerColumns(legs: readonly Leg[]): Output[] {
  const types = new Map<string, Column['type'][]>()
  for (const leg of legs) {
    for (const c of leg.relation.columns) {
      const known = types.get(c.name) ?? []
      types.set(c.name, known.includes(c.type) ? known : [...known, c.type])
    }
  }
  const taken = new Set([...types].flatMap(([name, list]) => (list.length === 1 ? [name] : [])))
  const unique = (name: string): string => {
    let free = name
    for (let n = 1; taken.has(free); n++) free = `${name}${n}`
    taken.add(free)
    return free
  }
  return [...types].flatMap(([source, list]) =>
    list.map((type) => ({ source, type, name: list.length === 1 ? source : unique(`${source}_${type}`) })),
  )
}

export const innerColumns = (legs: readonly Leg[]): Output[] => {
  const [first, ...rest] = legs
  const everywhere = (c: Column): boolean =>
    rest.every((leg) => leg.relation.columns.some((o) => o.name === c.name && o.type === c.type))
  return (first?.relation.columns ?? []).filter(everywhere).map((c) => ({ name: c.name, type: c.type, source: c.name }))
}

/** The rows of all inputs under the columns wanted; `source` names a column for the name of the input. */
export function combined(
  legs: readonly Leg[],
  outputs: readonly Output[],
  source: string | undefined,
  ctx: Lowering,
): Relation {
  const tagged = legs.map((leg) => {
    if (source === undefined) return { rel: leg.relation.rel, tag: undefined }
    const tag = ctx.newColumn(source, 'string')
    return {
      rel: { kind: 'extend' as const, input: leg.relation.rel, columns: [{ id: tag, expr: stringLit(leg.name) }] },
      tag,
    }
  })
  const fromLeg = (o: Output, leg: Leg): ColumnId | undefined =>
    leg.relation.columns.find((c) => c.name === o.source && c.type === o.type)?.id
  const columns = outputs.map((o): NamedColumn => ({ name: o.name, type: o.type, id: ctx.newColumn(o.name, o.type) }))
  const mapped = columns.map((c, i) => ({ id: c.id, from: legs.map((leg) => fromLeg(outputs[i]!, leg)) }))
  const own =
    source === undefined ? [] : [{ name: source, type: 'string' as const, id: ctx.newColumn(source, 'string') }]
  const tags = own.map((c) => ({ id: c.id, from: tagged.map((t) => t.tag) }))
  return {
    rel: { kind: 'union', inputs: tagged.map((t) => t.rel), columns: [...tags, ...mapped] },
    columns: [...own, ...columns],
  }
}

/** Output columns under the binder's names, where it saw the same inputs (wildcards also match tables that it did not). */
function outputsOf(legs: readonly Leg[], bound: readonly Column[], inner: boolean): Output[] {
  const made = inner ? innerColumns(legs) : outerColumns(legs)
  const same = made.length === bound.length && made.every((o, i) => o.type === bound[i]?.type)
  return same ? made.map((o, i) => ({ ...o, name: bound[i]!.name })) : made
}

export const union = operator('UnionOperator', (node, input, env, ctx) => {
  const parameters = parametersOf(node)
  const source = parameters.has('withsource')
    ? word(parameters.get('withsource'))
    : parameters.has('with_source')
      ? word(parameters.get('with_source'))
      : undefined
  const kind = word(parameters.get('kind')) || 'outer'
  if (kind !== 'inner' && kind !== 'outer') return unsupported(parameters.get('kind')!, `union kind '${kind}'`)
  const fuzzy = word(parameters.get('isfuzzy')) === 'true'
  const piped = input.columns.length > 0
  const legs: Leg[] = piped ? [{ name: input.name ?? 'union_arg0', relation: input }] : []
  elements(node.Expressions).forEach((e, i) => {
    legs.push(...legsOf(e, i + (piped ? 1 : 0), env, ctx, fuzzy))
  })
  const [first] = elements(node.Expressions)
  if (legs.length === 0 && fuzzy)
    throw new CompileError(codes.unknownTable, 'None of the tables of this union exists.', span(first ?? node))
  if (legs.length === 0 && !elements(node.Expressions).some((e) => text(e).includes('*'))) {
    return unsupported(node, 'a union of nothing')
  }
  const bound = columnsOf(node.ResultType).filter((c) => c.name !== source)
  if (legs.length === 0)
    return combined(
      legs,
      bound.map((c) => ({ ...c, source: c.name })),
      source,
      ctx,
    )
  return combined(legs, outputsOf(legs, bound, kind === 'inner'), source, ctx)
})
