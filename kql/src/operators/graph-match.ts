// graph-match and graph-shortest-paths. Conditions on one variable are computed by the engine before the walk, those on
// several behind it, like the projection: both read the values that the walk gives out for each match.
// https://learn.microsoft.com/kusto/query/graph-match-operator https://learn.microsoft.com/kusto/query/graph-shortest-paths-operator
import { columnsOf, type Expression, elements, type Node, parametersOf, word } from '../kusto/syntax.ts'
import { type Leaf, matchGraph, type Pattern, type Value } from '../local/graph.ts'
import type { Environment, Lowering, Scope } from '../plan/context.ts'
import { convert, unsupported } from '../plan/expressions.ts'
import type { ColumnId, Definition, Expr, Graph, NamedColumn, Rel, Relation } from '../plan/nodes.ts'
import { columnsIn, mapExpr } from '../plan/walk.ts'
import { operator } from './define.ts'
import { graphRows } from './graph.ts'
import { isConnected, type Match, type Variables, variablesOf } from './graph-pattern.ts'
import { createDemand, type Demand, graphCall, isPath, wholeOf } from './graph-values.ts'

interface Lowered {
  readonly graph: Graph
  readonly v: Variables
  readonly demand: Demand
  readonly scope: Scope
  /** The variable and column behind each id that stands for `variable.column`. */
  readonly owners: ReadonlyMap<
    ColumnId,
    { readonly of: 'nodes' | 'edges'; readonly variable: number; readonly column: ColumnId; readonly component?: true }
  >
}

function scopeFor(
  graph: Graph,
  v: Variables,
  demand: Demand,
  env: Environment | undefined,
  ctx: Lowering,
): Pick<Lowered, 'scope' | 'owners'> {
  const owners = new Map<ColumnId, { of: 'nodes' | 'edges'; variable: number; column: ColumnId; component?: true }>()
  const rows = new Map<string, NamedColumn[]>()
  const own = (of: 'nodes' | 'edges', variable: number, columns: readonly NamedColumn[]): NamedColumn[] =>
    columns.map((c) => {
      const id = ctx.newColumn(c.name, c.type)
      owners.set(id, { of, variable, column: c.id })
      return { ...c, id }
    })
  for (const [name, variable] of v.nodes) {
    const columns = own('nodes', variable, graph.nodes.columns)
    if (graph.component) {
      const id = ctx.newColumn(graph.component.name, 'long')
      owners.set(id, { of: 'nodes', variable, column: -1, component: true })
      columns.push({ name: graph.component.name, id, type: 'long' })
    }
    rows.set(name, columns)
  }
  for (const [name, { index }] of v.edges) rows.set(name, own('edges', index, graph.edges.columns))
  const call = (node: Node<'FunctionCallExpression'>): Expr | undefined => graphCall(node, graph, v, demand, env, ctx)
  const name = (text: string): Expr | undefined => wholeOf(text, graph, v, demand, ctx)
  return { owners, scope: { env, columns: [], rows, call, name } }
}

const conjuncts = (e: Expr): Expr[] => (e.kind === 'call' && e.fn === 'And' ? e.args.flatMap(conjuncts) : [e])

/** Conditions on a single variable, for the walk; the rest, for behind it. */
function splitCondition(
  condition: Expr | undefined,
  l: Lowered,
): { readonly tests: Pick<Pattern, 'nodeTests' | 'edgeTests'>; readonly rest: readonly Expr[] } {
  const nodeTests: { variable: number; at: number }[] = []
  const edgeTests: { variable: number; at: number }[] = []
  const rest: Expr[] = []
  for (const c of condition ? conjuncts(condition) : []) {
    const ids = [...columnsIn(c)]
    const owner = ids[0] === undefined ? undefined : l.owners.get(ids[0])
    const single =
      owner &&
      ids.every((id) => {
        const o = l.owners.get(id)
        return o && !o.component && o.of === owner.of && o.variable === owner.variable
      })
    if (!single) {
      rest.push(c)
      continue
    }
    const own = mapExpr(c, (e) => (e.kind === 'col' ? { ...e, id: l.owners.get(e.id)!.column } : e))
    const test = { variable: owner.variable, at: l.demand.value(owner.of, own) }
    ;(owner.of === 'nodes' ? nodeTests : edgeTests).push(test)
  }
  return { tests: { nodeTests, edgeTests }, rest }
}

/** The leaf of each `variable.column` that is read behind the walk. */
function leavesRead(exprs: readonly Expr[], l: Lowered, node: Match): void {
  const read = new Set(exprs.flatMap((e) => [...columnsIn(e)]))
  for (const id of read) {
    const owner = l.owners.get(id)
    if (!owner) continue
    if (owner.component)
      l.demand.leaves.push({ id, leaf: { kind: 'node', variable: owner.variable, value: { kind: 'component' } } })
    else if (owner.of === 'nodes') {
      const column = l.graph.nodes.columns.find((c) => c.id === owner.column)!
      l.demand.leaves.push({
        id,
        leaf: {
          kind: 'node',
          variable: owner.variable,
          value: { kind: 'cell', at: l.demand.value('nodes', { kind: 'col', id: column.id, type: column.type }) },
        },
      })
    } else {
      const hop = l.v.hops[owner.variable]
      if (hop && isPath(hop)) unsupported(node, 'a property of a path', 'use map(), any() or all()')
      const column = l.graph.edges.columns.find((c) => c.id === owner.column)!
      l.demand.leaves.push({
        id,
        leaf: {
          kind: 'edge',
          variable: owner.variable,
          at: l.demand.value('edges', { kind: 'col', id: column.id, type: column.type }),
        },
      })
    }
  }
}

/** Places of values in the rows that the walk reads: the head of three, values of nodes, values of edges. */
function placed(leaf: Leaf, nodeCount: number): Leaf {
  const at = (of: 'nodes' | 'edges', place: number): number => 3 + place + (of === 'edges' ? nodeCount : 0)
  const value = (v: Value, of: 'nodes' | 'edges'): Value => (v.kind === 'cell' ? { kind: 'cell', at: at(of, v.at) } : v)
  if (leaf.kind === 'edge') return { ...leaf, at: at('edges', leaf.at) }
  return leaf.kind === 'node'
    ? { ...leaf, value: value(leaf.value, 'nodes') }
    : { ...leaf, value: value(leaf.value, leaf.of) }
}

function matched(
  node: Match,
  input: Relation,
  env: Environment | undefined,
  ctx: Lowering,
  shortest: Pattern['shortest'],
): Relation {
  const graph = input.graph ?? unsupported(node, 'this operator without a graph')
  const v = variablesOf(node)
  if (v.hops.length === 0) return unsupported(node, 'a pattern without edges')
  const demand = createDemand()
  const l: Lowered = { graph, v, demand, ...scopeFor(graph, v, demand, env, ctx) }
  const condition = node.WhereClause?.Condition
    ? convert(ctx.expr(node.WhereClause.Condition, l.scope), 'bool')
    : undefined
  const { tests, rest } = splitCondition(condition, l)
  const isOfNodes = (id: ColumnId): boolean => l.owners.get(id)?.of === 'nodes'
  if (shortest && !rest.every((c) => [...columnsIn(c)].every(isOfNodes)))
    return unsupported(node.WhereClause ?? node, 'a condition on several parts of a shortest path')
  if (graph.partitioned && !isConnected(v))
    return unsupported(node, 'a pattern of parts that share no node, over partitions')
  const names = columnsOf(node.ResultType)
  const projected = elements<Expression>(node.ProjectClause?.Expressions).map((e) => ctx.expr(e, l.scope))
  leavesRead([...rest, ...projected], l, node)
  const rows = graphRows(graph, demand.nodeValues, demand.edgeValues, ctx)
  const count = demand.nodeValues.length
  const pattern: Pattern = {
    nodes: v.nodes.size,
    hops: v.hops,
    nodeTests: tests.nodeTests.map((t) => ({ ...t, at: t.at + 3 })),
    edgeTests: tests.edgeTests.map((t) => ({ ...t, at: t.at + 3 + count })),
    cycles: (word(parametersOf(node).get('cycles')) || 'unique_edges') as Pattern['cycles'],
    components: graph.component?.kind ?? 'weak',
    shortest,
    leaves: demand.leaves.map((d) => placed(d.leaf, count)),
  }
  const walk: Rel = {
    kind: 'local',
    operator: 'graph-match',
    input: rows.rel,
    inputs: rows.inputs,
    columns: demand.leaves.map((d) => d.id),
    ordinal: ctx.newColumn('ordinal', 'long', false),
    run: (r) => matchGraph(pattern, r),
  }
  const filtered: Rel = rest.reduce<Rel>((rel, predicate) => ({ kind: 'filter', input: rel, predicate }), walk)
  const definitions: Definition[] = []
  const columns = projected.map((expr, i): NamedColumn => {
    const name = names[i]?.name ?? `Column${i + 1}`
    const id = ctx.newColumn(name, expr.type)
    definitions.push({ id, expr })
    return { name, id, type: expr.type }
  })
  return { rel: { kind: 'extend', input: filtered, columns: definitions }, columns }
}

export const graphMatch = operator('GraphMatchOperator', (node, input, env, ctx) =>
  matched(node, input, env, ctx, undefined),
)

export const graphShortestPaths = operator('GraphShortestPathsOperator', (node, input, env, ctx) => {
  const output = word(parametersOf(node).get('output')) || 'any'
  if (output !== 'any' && output !== 'all') return unsupported(node, `output '${output}'`)
  return matched(node, input, env, ctx, output)
})
