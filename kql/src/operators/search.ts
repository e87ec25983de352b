// search and find: a predicate over many tables at once.
// https://learn.microsoft.com/kusto/query/search-operator https://learn.microsoft.com/kusto/query/find-operator
import {
  className,
  columnsOf,
  type Expression,
  elements,
  is,
  type Node,
  parametersOf,
  type SyntaxElement,
  scalarType,
  word,
} from '../kusto/syntax.ts'
import type { Column } from '../model.ts'
import type { Environment, Lowering, Scope } from '../plan/context.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import { stringLit } from '../plan/literals.ts'
import type { ColumnId, Definition, Expr, NamedColumn, Relation } from '../plan/nodes.ts'
import { operator } from './define.ts'
import { combined, type Leg, legsOf, tableLegs } from './union.ts'

function legsFor(
  clause: Node<'FindInClause'> | null,
  input: Relation,
  env: Environment | undefined,
  ctx: Lowering,
): Leg[] {
  if (clause) return elements(clause.Expressions).flatMap((e, i) => legsOf(e, i, env, ctx, false))
  if (input.columns.length > 0) return [{ name: input.name ?? '', relation: input }]
  const views: Leg[] = []
  for (let e = env; e; e = e.outer) {
    if (e.binding.kind === 'function' && e.binding.view) views.unshift({ name: e.name, relation: e.binding.view() })
  }
  return [...tableLegs(env, ctx, () => true), ...views]
}

/** The rows of a leg that meet the predicate. Columns that a table does not have are null there. */
function matching(
  leg: Leg,
  condition: Expression | null,
  env: Environment | undefined,
  search: Scope['search'],
  ctx: Lowering,
): Leg {
  if (!condition) return leg
  const scope: Scope = { env, columns: leg.relation.columns, lenient: true, ...(search ? { search } : {}) }
  const predicate = convert(ctx.expr(condition, scope), 'bool')
  return { ...leg, relation: { ...leg.relation, rel: { kind: 'filter', input: leg.relation.rel, predicate } } }
}

/** Output columns by the binder's names; a column whose types differ among the tables carries its type in its name. */
function outputsFor(bound: readonly Column[], legs: readonly Leg[]): (Column & { source: string })[] {
  return bound.map((c) => {
    const has = (name: string): boolean =>
      legs.some((leg) => leg.relation.columns.some((o) => o.name === name && o.type === c.type))
    const bare = c.name.replace(new RegExp(`_${c.type}\\d*$`), '')
    return { ...c, source: has(c.name) ? c.name : has(bare) ? bare : c.name }
  })
}

export const search = operator('SearchOperator', (node, input, env, ctx) => {
  const kind = word(parametersOf(node).get('kind')) || 'default'
  const caseSensitive = kind === 'case_sensitive'
  const legs = legsFor(node.InClause, input, env, ctx).map((leg) =>
    matching(leg, node.Condition, env, { caseSensitive }, ctx),
  )
  const [source, ...bound] = columnsOf(node.ResultType)
  return combined(legs, outputsFor(bound, legs), source?.name ?? '$table', ctx)
})

/** What is left of a row, as a bag: columns that the result has no place for, those without a value left out. */
function packed(leg: Leg, shown: readonly Column[], name: string, ctx: Lowering): { leg: Leg; id: ColumnId } {
  const rest = leg.relation.columns.filter((c) => !shown.some((s) => s.name === c.name && s.type === c.type))
  const id = ctx.newColumn(name, 'dynamic')
  const args = rest.flatMap((c): Expr[] => [stringLit(c.name), { kind: 'col', id: c.id, type: c.type }])
  const definition: Definition = { id, expr: { kind: 'call', fn: 'bag_of_values', args, type: 'dynamic' } }
  const column: NamedColumn = { name, id, type: 'dynamic' }
  const relation: Relation = {
    rel: { kind: 'extend', input: leg.relation.rel, columns: [definition] },
    columns: [...leg.relation.columns, column],
  }
  return { leg: { ...leg, relation }, id }
}

/** The columns that a condition names; undefined where it looks into all of them. */
function columnsNamed(node: SyntaxElement, found: Set<string> = new Set()): ReadonlySet<string> | undefined {
  if (is(node, 'StarExpression')) return undefined
  if (is(node, 'LiteralExpression') && scalarType(node.ResultType) === 'bool' && typeof node.LiteralValue === 'string')
    return undefined
  if (is(node, 'NameReference') && node.ReferencedSymbol && className(node.ReferencedSymbol) === 'ColumnSymbol')
    found.add(node.SimpleName ?? '')
  for (let i = 0; i < node.ChildCount; i++) {
    const child = node.GetChild(i)
    if (child && !columnsNamed(child, found)) return undefined
  }
  return found
}

/** find leaves out tables that have none of the columns which the condition names. */
function concerned(legs: readonly Leg[], condition: Expression | null): readonly Leg[] {
  const names = condition ? columnsNamed(condition) : undefined
  if (!names || names.size === 0) return legs
  return legs.filter((leg) => leg.relation.columns.some((c) => names.has(c.name)))
}

export const find = operator('FindOperator', (node, input, env, ctx) => {
  if (node.ProjectAway) return unsupported(node.ProjectAway, 'find … project-away')
  const source = word(parametersOf(node).get('withsource')) || 'source_'
  const all = concerned(legsFor(node.InClause, input, env, ctx), node.Condition).map((leg) =>
    matching(leg, node.Condition, env, { caseSensitive: false }, ctx),
  )
  const bound = columnsOf(node.ResultType).filter((c) => c.name !== source)
  const asksToPack =
    !node.Project || elements(node.Project.Columns).some((e) => is(e, 'PackExpression') || is(e, 'StarExpression'))
  const pack = asksToPack ? bound.find((c) => c.name === 'pack_' && c.type === 'dynamic') : undefined
  const shown = outputsFor(
    bound.filter((c) => c !== pack),
    all,
  )
  const legs = pack
    ? all.map(
        (leg) =>
          packed(
            leg,
            shown.map((s) => ({ ...s, name: s.source })),
            pack.name,
            ctx,
          ).leg,
      )
    : all
  return combined(legs, [...shown, ...(pack ? [{ ...pack, source: pack.name }] : [])], source, ctx)
})
