// graph-to-table: the nodes or the edges of a graph as rows, or both. https://learn.microsoft.com/kusto/query/graph-to-table-operator
import { elements, type Node, parametersOf, word } from '../kusto/syntax.ts'
import { buildGraph, markComponents } from '../local/graph.ts'
import type { Row } from '../model.ts'
import type { Lowering } from '../plan/context.ts'
import { unsupported } from '../plan/expressions.ts'
import type { Definition, Expr, Graph, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { operator } from './define.ts'
import { graphRows } from './graph.ts'

type Clause = Node<'GraphToTableOutputClause'>

const col = (c: NamedColumn): Expr => ({ kind: 'col', id: c.id, type: c.type })

/** Every node with its values and the number of its component. */
const nodeRows =
  (width: number, kind: 'weak' | 'strong') =>
  (rows: readonly Row[]): readonly Row[] => {
    const { nodes } = buildGraph(rows)
    markComponents(nodes, kind)
    return nodes.map((n) => [...Array.from({ length: width }, (_, i) => n.row[3 + i] ?? null), n.component])
  }

function markedNodes(graph: Graph, component: NonNullable<Graph['component']>, ctx: Lowering): Relation {
  const source = graph.nodes.columns
  const rows = graphRows(graph, source.map(col), [], ctx)
  const columns = source.map((c): NamedColumn => ({ ...c, id: ctx.newColumn(c.name, c.type) }))
  columns.push({ name: component.name, type: 'long', id: ctx.newColumn(component.name, 'long') })
  const rel: Rel = {
    kind: 'local',
    operator: 'graph-to-table',
    input: rows.rel,
    inputs: rows.inputs,
    columns: columns.map((c) => c.id),
    ordinal: ctx.newColumn('ordinal', 'long', false),
    run: nodeRows(source.length, component.kind),
  }
  return { rel, columns }
}

/** Columns before the others with the hash of the id that a column holds. */
function hashed(relation: Relation, wanted: readonly (readonly [string, NamedColumn])[], ctx: Lowering): Relation {
  const made = wanted.map(([name, id]) => {
    const hash: Definition = {
      id: ctx.newColumn(name, 'long'),
      expr: { kind: 'call', fn: 'hash', type: 'long', args: [col(id)] },
    }
    return { hash, column: { name, id: hash.id, type: 'long' as const } }
  })
  if (made.length === 0) return relation
  const rel: Rel = { kind: 'extend', input: relation.rel, columns: made.map((m) => m.hash) }
  return { rel, columns: [...made.map((m) => m.column), ...relation.columns] }
}

function nodesTable(graph: Graph, clause: Clause, ctx: Lowering): Relation {
  const name = word(parametersOf(clause).get('with_node_id'))
  if (name !== '' && graph.component) return unsupported(clause, 'a column of node hashes beside components')
  if (graph.component) return markedNodes(graph, graph.component, ctx)
  if (name === '') return graph.nodes
  const { idColumn } = graph
  if (idColumn?.type !== 'string') return unsupported(clause, 'a column of hashes of ids that are no strings')
  return hashed(graph.nodes, [[name, idColumn]], ctx)
}

function edgesTable(graph: Graph, clause: Clause, ctx: Lowering): Relation {
  const given = parametersOf(clause)
  const wanted = [
    [word(given.get('with_source_id')), graph.source],
    [word(given.get('with_target_id')), graph.target],
  ] as const
  const named = wanted.filter(([name]) => name !== '')
  if (named.some(([, c]) => c.type !== 'string'))
    return unsupported(clause, 'a column of hashes of ids that are no strings')
  return hashed(graph.edges, named, ctx)
}

/** The table of each clause, with the name that the query gives it. */
export function graphTables(
  node: Node<'GraphToTableOperator'>,
  input: Relation,
  ctx: Lowering,
): readonly { readonly name: string | undefined; readonly relation: Relation }[] {
  const graph = input.graph ?? unsupported(node, 'this operator without a graph')
  return elements<Clause>(node.OutputClause).map((clause) => ({
    name: clause.AsClause?.Name?.SimpleName ?? undefined,
    relation:
      clause.EntityKeyword?.Text?.toLowerCase() === 'edges'
        ? edgesTable(graph, clause, ctx)
        : nodesTable(graph, clause, ctx),
  }))
}

export const graphToTable = operator('GraphToTableOperator', (node, input, _env, ctx) => {
  const [table, second] = graphTables(node, input, ctx)
  if (!table || second) return unsupported(node, 'graph-to-table with several tables here', 'let it end a statement')
  return table.relation
})
