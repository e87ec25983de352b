// graph-to-table: the nodes or the edges of a graph as rows. https://learn.microsoft.com/kusto/query/graph-to-table-operator
import { elements, type Node } from '../kusto/syntax.ts'
import { buildGraph, markComponents } from '../local/graph.ts'
import type { Row } from '../model.ts'
import { unsupported } from '../plan/expressions.ts'
import type { NamedColumn } from '../plan/nodes.ts'
import { operator } from './define.ts'
import { graphRows } from './graph.ts'

/** Every node, those that only edges name included, with its values and the number of its component. */
const nodeRows =
  (width: number, marked: boolean) =>
  (rows: readonly Row[]): readonly Row[] => {
    const { nodes } = buildGraph(rows)
    markComponents(nodes)
    return nodes.map((n) => [
      ...Array.from({ length: width }, (_, i) => n.row[3 + i] ?? null),
      ...(marked ? [n.component] : []),
    ])
  }

export const graphToTable = operator('GraphToTableOperator', (node, input, _env, ctx) => {
  const graph = input.graph ?? unsupported(node, 'this operator without a graph')
  const clauses = elements<Node<'GraphToTableOutputClause'>>(node.OutputClause)
  const [clause] = clauses
  if (!clause || clauses.length > 1)
    return unsupported(node, 'graph-to-table with several tables', 'ask for nodes or edges')
  if (elements(clause.Parameters).length > 0) return unsupported(clause, 'a column of node hashes')
  if (clause.EntityKeyword?.Text?.toLowerCase() === 'edges')
    return { rel: graph.edges.rel, columns: graph.edges.columns }
  const source = graph.nodes.columns
  const rows = graphRows(
    graph,
    source.map((c) => ({ kind: 'col', id: c.id, type: c.type })),
    [],
    ctx,
  )
  const columns = source.map((c): NamedColumn => ({ ...c, id: ctx.newColumn(c.name, c.type) }))
  if (graph.component) columns.push({ name: graph.component, type: 'long', id: ctx.newColumn(graph.component, 'long') })
  const rel = {
    kind: 'local' as const,
    operator: 'graph-to-table',
    input: rows.rel,
    inputs: rows.inputs,
    columns: columns.map((c) => c.id),
    ordinal: ctx.newColumn('ordinal', 'long', false),
    run: nodeRows(source.length, graph.component !== undefined),
  }
  return { rel, columns }
})
