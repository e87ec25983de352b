// make-graph and graph-mark-components; the operators over graphs are in graph-match.ts and graph-to-table.ts.
// https://learn.microsoft.com/kusto/query/make-graph-operator
import { elements, is, type Node, parametersOf, word } from '../kusto/syntax.ts'
import type { ScalarType } from '../model.ts'
import type { Environment, Lowering } from '../plan/context.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import { stringLit } from '../plan/literals.ts'
import type { Expr, Graph, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { columnNamed, operator } from './define.ts'
import { combined, outerColumns } from './union.ts'

const col = (c: NamedColumn): Expr => ({ kind: 'col', id: c.id, type: c.type })

const keyName = '\u0000key'

/** The text that a node is known by: its id, behind the value that tells partitions apart. */
function keyOf(id: NamedColumn, partition: NamedColumn | undefined): Expr {
  const text = convert(col(id), 'string')
  if (!partition) return text
  const args = [convert(col(partition), 'string'), stringLit('\u0000'), text]
  return { kind: 'call', fn: 'strcat', args, type: 'string' }
}

interface Making {
  readonly node: Node<'MakeGraphOperator'>
  readonly edges: Relation
  readonly ends: readonly NamedColumn[]
  readonly partition: NamedColumn | undefined
  readonly ctx: Lowering
}

const partitionIn = (m: Making, table: Relation): NamedColumn | undefined => {
  if (!m.partition) return undefined
  const found = columnNamed(table, m.partition.name)
  if (found?.type === m.partition.type) return found
  return unsupported(m.node, `partitions of nodes without the column '${m.partition.name}', of the same type`)
}

/** The nodes of one table, with their key in a hidden column. */
function keyed(m: Making, table: Relation, column: string): Relation {
  const id = columnNamed(table, column) ?? unsupported(m.node, `the node id '${column}'`)
  const key = m.ctx.newColumn('node_key', 'string', false)
  const rel: Rel = { kind: 'extend', input: table.rel, columns: [{ id: key, expr: keyOf(id, partitionIn(m, table)) }] }
  return { rel, columns: [...table.columns, { name: keyName, id: key, type: 'string' }] }
}

/** What one end of the edges names; its id under a name that nodes have, if there is one. */
function named(m: Making, end: NamedColumn, name: string, type: ScalarType): Relation {
  const key: NamedColumn = { name: keyName, id: m.ctx.newColumn('node_key', 'string', false), type: 'string' }
  const id: NamedColumn = { name, id: m.ctx.newColumn(name || 'id', type), type }
  const partition = m.partition && { ...m.partition, id: m.ctx.newColumn(m.partition.name, m.partition.type) }
  const shown = [...(name ? [id] : []), ...(partition && m.node.WithClause && !isImplicit(m.node) ? [partition] : [])]
  const rel: Rel = {
    kind: 'aggregate',
    input: m.edges.rel,
    keys: [
      { id: key.id, expr: keyOf(end, m.partition) },
      { id: id.id, expr: convert(col(end), type) },
      ...(partition && m.partition ? [{ id: partition.id, expr: col(m.partition) }] : []),
    ],
    aggregates: [],
  }
  return { rel, columns: [...shown, key] }
}

const isImplicit = (node: Node<'MakeGraphOperator'>): boolean =>
  !is(node.WithClause, 'MakeGraphWithTablesAndKeysClause')

/** Each node once: where several rows have its id, any values of theirs. */
function merged(nodes: Relation, ctx: Lowering): Relation {
  const key = nodes.columns.find((c) => c.name === keyName)!
  const own = nodes.columns.filter((c) => c !== key).map((c) => ({ ...c, from: c, id: ctx.newColumn(c.name, c.type) }))
  const id = ctx.newColumn('node_key', 'string', false)
  const rel: Rel = {
    kind: 'aggregate',
    input: nodes.rel,
    keys: [{ id, expr: col(key) }],
    aggregates: own.map((c) => ({
      id: c.id,
      expr: {
        kind: 'call',
        fn: 'take_anyif',
        type: c.type,
        args: [col(c.from), { kind: 'call', fn: 'isnotempty', type: 'bool', args: [col(c.from)] }],
      },
    })),
  }
  const columns = own.map((c): NamedColumn => ({ name: c.name, id: c.id, type: c.type }))
  return { rel, columns: [...columns, { ...key, id }] }
}

function nodesOf(m: Making, env: Environment | undefined): { readonly nodes: Relation; readonly idName: string } {
  const { node, ctx } = m
  const clause = node.WithClause
  const tables = is(clause, 'MakeGraphWithTablesAndKeysClause')
    ? elements<Node<'MakeGraphTableAndKeyClause'>>(clause.TablesAndKeys).map((t) => {
        const column = t.Column?.SimpleName ?? ''
        return { column, relation: keyed(m, ctx.relation(t.Table!, env), column) }
      })
    : []
  const idNames = new Set(tables.map((t) => t.column))
  const [first] = tables
  const idName = first
    ? idNames.size === 1
      ? first.column
      : ''
    : is(clause, 'MakeGraphWithImplicitIdClause')
      ? (clause.Name?.SimpleName ?? '')
      : word(parametersOf(node).get('with_node_id'))
  const type = (first && columnNamed(first.relation, idName)?.type) ?? m.ends[0]?.type ?? 'string'
  const relations = [...tables.map((t) => t.relation), ...m.ends.map((end) => named(m, end, idName, type))]
  const legs = relations.map((relation) => ({ name: '', relation }))
  return { nodes: merged(combined(legs, outerColumns(legs), undefined, ctx), ctx), idName }
}

export const makeGraph = operator('MakeGraphOperator', (node, edges, env, ctx) => {
  const end = (name: string | null | undefined): NamedColumn =>
    columnNamed(edges, name ?? '') ?? unsupported(node, `the column '${name ?? ''}'`)
  const [source, target] = [end(node.SourceColumn?.SimpleName), end(node.TargetColumn?.SimpleName)]
  const clause = node.PartitionedByClause
  const partition = clause ? end(clause.Entity?.SimpleName) : undefined
  const m: Making = { node, edges, ends: [source, target], partition, ctx }
  const { nodes, idName } = nodesOf(m, env)
  const key = nodes.columns.find((c) => c.name === keyName)!
  const [sourceKey, targetKey] = [
    ctx.newColumn('node_key', 'string', false),
    ctx.newColumn('node_key', 'string', false),
  ]
  const graph: Graph = {
    nodes: { rel: nodes.rel, columns: nodes.columns.filter((c) => c !== key) },
    key: key.id,
    edges: {
      rel: {
        kind: 'extend',
        input: edges.rel,
        columns: [
          { id: sourceKey, expr: keyOf(source, partition) },
          { id: targetKey, expr: keyOf(target, partition) },
        ],
      },
      columns: edges.columns,
    },
    sourceKey,
    targetKey,
    source,
    target,
    idColumn: idName === '' ? undefined : columnNamed(nodes, idName),
    component: undefined,
    partitioned: partition !== undefined,
  }
  const relation: Relation = { rel: edges.rel, columns: [], graph }
  return clause ? ctx.relation(clause.Subquery!, env, relation) : relation
})

export const markComponents = operator('GraphMarkComponentsOperator', (node, input) => {
  if (!input.graph) return unsupported(node, 'this operator without a graph')
  const kind = word(parametersOf(node).get('kind')) || 'weak'
  if (kind !== 'weak' && kind !== 'strong') return unsupported(node, `components of kind '${kind}'`)
  if (input.graph.partitioned) return unsupported(node, 'components of partitions', 'mark them before you partition')
  const name = word(parametersOf(node).get('with_component_id')) || 'ComponentId'
  return { ...input, graph: { ...input.graph, component: { name, kind } } }
})

/** Nodes and edges as one relation: 0 and a key, or 1 and two keys; then values of nodes, then values of edges. */
export function graphRows(
  graph: Graph,
  nodeValues: readonly Expr[],
  edgeValues: readonly Expr[],
  ctx: Lowering,
): { readonly rel: Rel; readonly inputs: readonly number[] } {
  const text = (id: number): Expr => ({ kind: 'col', id, type: 'string' })
  const node: Expr[] = [{ kind: 'lit', type: 'long', value: 0n }, text(graph.key), stringLit(''), ...nodeValues]
  const edge: Expr[] = [
    { kind: 'lit', type: 'long', value: 1n },
    text(graph.sourceKey),
    text(graph.targetKey),
    ...edgeValues,
  ]
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
