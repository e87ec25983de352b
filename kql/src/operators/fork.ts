// fork, facet and preview: one input, several results. https://learn.microsoft.com/kusto/query/fork-operator
// https://learn.microsoft.com/kusto/query/facet-operator
import { type Expression, elements, is, type Node, type SyntaxElement, text } from '../kusto/syntax.ts'
import { bindName, type Environment, type Lowering } from '../plan/context.ts'
import type { NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { reused } from '../plan/reuse.ts'
import { scopeOf } from './define.ts'
import { graphTables } from './graph-to-table.ts'
import { isPreview, previewResults } from './plugins/preview.ts'

export interface Branch {
  /** Undefined: the query gives it none. */
  readonly name: string | undefined
  readonly relation: Relation
}

function fork(node: Node<'ForkOperator'>, input: Relation, env: Environment | undefined, ctx: Lowering): Branch[] {
  const use = reused('fork', input, ctx)
  return elements<Node<'ForkExpression'>>(node.Expressions).map((e) => ({
    name: e.NameEquals?.Name?.SimpleName ?? undefined,
    relation: ctx.relation(e.Expression!, env, use()),
  }))
}

/** The values of a column and how often each occurs. */
function values(column: Expression, input: Relation, env: Environment | undefined, ctx: Lowering): Branch {
  const expr = ctx.expr(column, scopeOf(input, env))
  const name = is(column, 'NameReference') ? (column.SimpleName ?? '') : text(column)
  const value: NamedColumn = {
    name,
    id: expr.kind === 'col' ? expr.id : ctx.newColumn(name, expr.type),
    type: expr.type,
  }
  const total: NamedColumn = { name: `count_${name}`, id: ctx.newColumn(`count_${name}`, 'long', false), type: 'long' }
  const rel: Rel = {
    kind: 'aggregate',
    input: input.rel,
    keys: [{ id: value.id, expr }],
    aggregates: [{ id: total.id, expr: { kind: 'call', fn: 'count', args: [], type: 'long' } }],
  }
  return { name: undefined, relation: { rel, columns: [value, total] } }
}

function facet(node: Node<'FacetOperator'>, input: Relation, env: Environment | undefined, ctx: Lowering): Branch[] {
  const use = reused('facet', input, ctx)
  const tables = elements(node.Expressions).map((e) => values(e, use(), env, ctx))
  const clause = node.WithClause
  if (is(clause, 'FacetWithExpressionClause'))
    return [...tables, { name: undefined, relation: ctx.relation(clause.Expression!, env, use()) }]
  if (is(clause, 'FacetWithOperatorClause'))
    return [...tables, { name: undefined, relation: ctx.relation(clause.Operator!, env, use()) }]
  return tables
}

/** The results of an operator that has several; undefined for every other. */
export function branches(
  node: SyntaxElement,
  input: Relation,
  env: Environment | undefined,
  ctx: Lowering,
): Branch[] | undefined {
  if (is(node, 'ForkOperator')) return fork(node, input, env, ctx)
  if (is(node, 'FacetOperator')) return facet(node, input, env, ctx)
  if (isSeveralTables(node)) return [...graphTables(node, input, ctx)]
  if (isPreview(node)) return previewResults(node, input, env, ctx).map((relation) => ({ name: undefined, relation }))
  return undefined
}

/** graph-to-table of nodes and edges. */
const isSeveralTables = (node: SyntaxElement): node is Node<'GraphToTableOperator'> & SyntaxElement =>
  is(node, 'GraphToTableOperator') && elements(node.OutputClause).length > 1

export const isFork = (node: SyntaxElement): boolean =>
  is(node, 'ForkOperator') || is(node, 'FacetOperator') || isSeveralTables(node) || isPreview(node)

/** Where a statement does no more than name tables for those behind it: the names in scope there. */
export function tablesNamed(
  node: Expression,
  env: Environment | undefined,
  ctx: Lowering,
): { readonly env: Environment | undefined } | undefined {
  if (!is(node, 'PipeExpression') || !isSeveralTables(node.Operator!)) return undefined
  const tables = graphTables(node.Operator, ctx.relation(node.Expression!, env), ctx)
  const named = tables.reduce((outer, { name, relation }) => {
    if (name === undefined) return outer
    return bindName(outer, name, { kind: 'relation', relation: reused(name, relation, ctx) })
  }, env)
  return { env: named }
}
