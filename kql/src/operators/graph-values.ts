// Values that a graph pattern is asked for: what the walk gives out for each match, and the columns of nodes and edges they come from.
// https://learn.microsoft.com/kusto/query/graph-function
import { type Expression, elements, is, type Node } from '../kusto/syntax.ts'
import type { Leaf, Value } from '../local/graph.ts'
import type { Environment, Lowering, Scope } from '../plan/context.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import { stringLit } from '../plan/literals.ts'
import type { ColumnId, Expr, Graph } from '../plan/nodes.ts'
import type { Variables } from './graph-pattern.ts'

export interface Demand {
  readonly nodeValues: Expr[]
  readonly edgeValues: Expr[]
  readonly leaves: { readonly id: ColumnId; readonly leaf: Leaf }[]
  /** The place of a value among those of nodes or edges; equal ones share it. */
  value(of: 'nodes' | 'edges', expr: Expr): number
}

export function createDemand(): Demand {
  const nodeValues: Expr[] = []
  const edgeValues: Expr[] = []
  const places = new Map<string, number>()
  const value: Demand['value'] = (of, expr) => {
    const key = `${of} ${JSON.stringify(expr, (_k, x) => (typeof x === 'bigint' ? `${x}n` : x))}`
    const list = of === 'nodes' ? nodeValues : edgeValues
    const known = places.get(key)
    if (known !== undefined) return known
    list.push(expr)
    places.set(key, list.length - 1)
    return list.length - 1
  }
  return { nodeValues, edgeValues, leaves: [], value }
}

const nodeFunctions: Readonly<Record<string, Value>> = {
  node_id: { kind: 'key' },
  node_degree_in: { kind: 'in' },
  node_degree_out: { kind: 'out' },
}

function leafFor(leaf: Leaf, type: Expr['type'], demand: Demand, ctx: Lowering): Expr {
  const id = ctx.newColumn('leaf', type)
  demand.leaves.push({ id, leaf })
  return { kind: 'col', id, type }
}

/** Graphs of make-graph have none. https://learn.microsoft.com/kusto/query/labels-graph-function */
const noLabels: Expr = { kind: 'lit', type: 'dynamic', value: '[]' }

/** Functions that only graph patterns have. */
export const graphFunctions = ['labels', 'inner_nodes', 'map', 'any', 'all', ...Object.keys(nodeFunctions)]

/** any(), all(), map() over a path, and what is known of a node. */
export function graphCall(
  call: Node<'FunctionCallExpression'>,
  graph: Graph,
  v: Variables,
  demand: Demand,
  env: Environment | undefined,
  ctx: Lowering,
): Expr | undefined {
  const name = call.Name?.SimpleName ?? ''
  if (name === 'labels') return noLabels
  const args = elements<Expression>(call.ArgumentList?.Expressions)
  const first = args[0]
  const about = Object.hasOwn(nodeFunctions, name) ? nodeFunctions[name] : undefined
  if (about) {
    if (about.kind === 'key' && graph.partitioned) return unsupported(call, 'node_id() of partitions')
    const variable = is(first, 'NameReference') ? v.nodes.get(first.SimpleName ?? '') : undefined
    if (variable === undefined) return unsupported(call, `'${name}' here`)
    return leafFor({ kind: 'node', variable, value: about }, about.kind === 'key' ? 'string' : 'long', demand, ctx)
  }
  if (name !== 'any' && name !== 'all' && name !== 'map') return undefined
  const inner =
    is(first, 'FunctionCallExpression') && first.Name?.SimpleName === 'inner_nodes'
      ? elements<Expression>(first.ArgumentList?.Expressions)[0]
      : undefined
  const edge = v.edges.get(
    is(inner ?? first, 'NameReference') ? (((inner ?? first) as Node<'NameReference'>).SimpleName ?? '') : '',
  )
  if (!edge || !args[1]) return unsupported(call, `'${name}' here`)
  const of = inner ? 'nodes' : 'edges'
  const make = name === 'map' ? 'list' : name
  const relative =
    is(args[1], 'FunctionCallExpression') && args[1].ArgumentList?.Expressions?.Count === 0
      ? nodeFunctions[args[1].Name?.SimpleName ?? '']
      : undefined
  if (relative)
    return leafFor({ kind: 'path', variable: edge.index, of, value: relative, make }, 'dynamic', demand, ctx)
  const columns = inner ? graph.nodes.columns : graph.edges.columns
  const scope: Scope = { env, columns, call: (c) => (c.Name?.SimpleName === 'labels' ? noLabels : undefined) }
  const expr = convert(ctx.expr(args[1], scope), make === 'list' ? 'dynamic' : 'bool')
  const at = demand.value(of, expr)
  return leafFor(
    { kind: 'path', variable: edge.index, of, value: { kind: 'cell', at }, make },
    make === 'list' ? 'dynamic' : 'bool',
    demand,
    ctx,
  )
}

/** A node or an edge with all its properties as a bag; a path as the list of its edges. */
export function wholeOf(name: string, graph: Graph, v: Variables, demand: Demand, ctx: Lowering): Expr | undefined {
  const [variable, edge] = [v.nodes.get(name), v.edges.get(name)]
  if (variable === undefined && !edge) return undefined
  const of = variable === undefined ? 'edges' : 'nodes'
  const bag: Expr = {
    kind: 'call',
    fn: 'bag_pack',
    type: 'dynamic',
    args: graph[of].columns.flatMap((c): Expr[] => [stringLit(c.name), { kind: 'col', id: c.id, type: c.type }]),
  }
  const at = demand.value(of, bag)
  if (variable !== undefined)
    return leafFor({ kind: 'node', variable, value: { kind: 'cell', at } }, 'dynamic', demand, ctx)
  const { index, hop } = edge!
  const leaf: Leaf = isPath(hop)
    ? { kind: 'path', variable: index, of, value: { kind: 'cell', at }, make: 'list' }
    : { kind: 'edge', variable: index, at }
  return leafFor(leaf, 'dynamic', demand, ctx)
}

export const isPath = (hop: Variables['hops'][number]): boolean => hop.least !== 1 || hop.most !== 1
