// make-graph and graph-mark-components; the operators over graphs are in graph-match.ts and graph-to-table.ts.
// https://learn.microsoft.com/kusto/query/make-graph-operator
import { elements, is, type Node, parametersOf, word } from '../kusto/syntax.ts'
import type { Lowering } from '../plan/context.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import { stringLit } from '../plan/literals.ts'
import type { Expr, Graph, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { columnNamed, operator } from './define.ts'
import { combined, outerColumns } from './union.ts'

const col = (c: NamedColumn): Expr => ({ kind: 'col', id: c.id, type: c.type })

/** The nodes of one table, with their key as text in a hidden column. */
function keyed(table: Relation, column: string, node: Node<'MakeGraphOperator'>, ctx: Lowering): Relation {
  const key = columnNamed(table, column) ?? unsupported(node, `the node id '${column}'`)
  const id = ctx.newColumn('node_key', 'string', false)
  const rel: Rel = { kind: 'extend', input: table.rel, columns: [{ id, expr: convert(col(key), 'string') }] }
  return { rel, columns: [...table.columns, { name: '\u0000key', id, type: 'string' }] }
}

/** Without a table of nodes: what the edges name. */
function implicit(edges: Relation, ends: readonly NamedColumn[], name: string, ctx: Lowering): Relation {
  const legs = ends.map((end) => {
    const id = ctx.newColumn('node_key', 'string', false)
    return {
      rel: {
        kind: 'aggregate' as const,
        input: edges.rel,
        keys: [{ id, expr: convert(col(end), 'string') }],
        aggregates: [],
      },
      id,
    }
  })
  const both = ctx.newColumn('node_key', 'string', false)
  const rel: Rel = {
    kind: 'union',
    inputs: legs.map((l) => l.rel),
    columns: [{ id: both, from: legs.map((l) => l.id) }],
  }
  const key: NamedColumn = { name: '\u0000key', id: both, type: 'string' }
  return { rel, columns: [...(name ? [{ name, id: both, type: 'string' as const }] : []), key] }
}

export const makeGraph = operator('MakeGraphOperator', (node, edges, env, ctx) => {
  if (node.PartitionedByClause) return unsupported(node.PartitionedByClause, 'make-graph … partitioned-by')
  const end = (name: string | null | undefined): NamedColumn =>
    columnNamed(edges, name ?? '') ?? unsupported(node, `the column '${name ?? ''}'`)
  const [source, target] = [end(node.SourceColumn?.SimpleName), end(node.TargetColumn?.SimpleName)]
  const clause = node.WithClause
  const idName = is(clause, 'MakeGraphWithImplicitIdClause')
    ? (clause.Name?.SimpleName ?? '')
    : word(parametersOf(node).get('with_node_id'))
  let nodes: Relation
  if (is(clause, 'MakeGraphWithTablesAndKeysClause')) {
    const tables = elements<Node<'MakeGraphTableAndKeyClause'>>(clause.TablesAndKeys).map((t) =>
      keyed(ctx.relation(t.Table!, env), t.Column?.SimpleName ?? '', node, ctx),
    )
    const legs = tables.map((relation) => ({ name: '', relation }))
    nodes = legs.length === 1 ? tables[0]! : combined(legs, outerColumns(legs), undefined, ctx)
  } else nodes = implicit(edges, [source, target], idName, ctx)
  const key = nodes.columns.find((c) => c.name === '\u0000key')!
  const graph: Graph = {
    nodes: { rel: nodes.rel, columns: nodes.columns.filter((c) => c !== key) },
    key: key.id,
    edges,
    source,
    target,
    component: undefined,
  }
  return { rel: edges.rel, columns: [], graph }
})

export const markComponents = operator('GraphMarkComponentsOperator', (node, input) => {
  if (!input.graph) return unsupported(node, 'this operator without a graph')
  const kind = word(parametersOf(node).get('kind')) || 'weak'
  if (kind !== 'weak') return unsupported(node, `components of kind '${kind}'`)
  const component = word(parametersOf(node).get('with_component_id')) || 'ComponentId'
  return { ...input, graph: { ...input.graph, component } }
})

/** Nodes and edges as one relation: 0 and a key, or 1 and two keys; then values of nodes, then values of edges. */
export function graphRows(
  graph: Graph,
  nodeValues: readonly Expr[],
  edgeValues: readonly Expr[],
  ctx: Lowering,
): { readonly rel: Rel; readonly inputs: readonly number[] } {
  const text = (c: NamedColumn): Expr => convert(col(c), 'string')
  const nodeKey: Expr = { kind: 'col', id: graph.key, type: 'string' }
  const node: Expr[] = [{ kind: 'lit', type: 'long', value: 0n }, nodeKey, stringLit(''), ...nodeValues]
  const edge: Expr[] = [{ kind: 'lit', type: 'long', value: 1n }, text(graph.source), text(graph.target), ...edgeValues]
  const defined = (list: readonly Expr[]): { id: number; expr: Expr }[] =>
    list.map((expr) => ({ id: ctx.newColumn('value', expr.type), expr }))
  const [n, e] = [defined(node), defined(edge)]
  const legs: Rel[] = [
    { kind: 'extend', input: graph.nodes.rel, columns: n },
    { kind: 'extend', input: graph.edges.rel, columns: e },
  ]
  const head = [0, 1, 2].map((i) => ({ id: ctx.newColumn('value', node[i]!.type), from: [n[i]!.id, e[i]!.id] }))
  const tail = [
    ...n.slice(3).map((d) => ({ id: ctx.newColumn('value', d.expr.type), from: [d.id, undefined] })),
    ...e.slice(3).map((d) => ({ id: ctx.newColumn('value', d.expr.type), from: [undefined, d.id] })),
  ]
  const columns = [...head, ...tail]
  return { rel: { kind: 'union', inputs: legs, columns }, inputs: columns.map((c) => c.id) }
}
