// The patterns of graph-match and graph-shortest-paths: their variables, and the hops between them.
// https://learn.microsoft.com/kusto/query/graph-match-operator
import { type Expression, elements, is, type Node, text } from '../kusto/syntax.ts'
import type { Hop } from '../local/graph.ts'

export type Match = Node<'GraphMatchOperator'> | Node<'GraphShortestPathsOperator'>

export interface Variables {
  readonly nodes: Map<string, number>
  readonly edges: Map<string, { readonly index: number; readonly hop: Hop }>
  readonly hops: Hop[]
}

function direction(edge: Node<'GraphMatchPatternEdge'>): Hop['direction'] {
  const [start, end] = [edge.FirstToken?.Text ?? '', edge.LastToken?.Text ?? edge.FirstToken?.Text ?? '']
  return start.startsWith('<') ? 'in' : end.endsWith('>') ? 'out' : 'any'
}

const wholeNumber = (node: Expression | null | undefined): number | undefined => (node ? Number(text(node)) : undefined)

export function variablesOf(node: Match): Variables {
  const v: Variables = { nodes: new Map(), edges: new Map(), hops: [] }
  let hidden = 0
  const nodeAt = (n: Node<'GraphMatchPatternNode'>): number => {
    const name = n.Name?.SimpleName || `\u0000${hidden++}`
    if (!v.nodes.has(name)) v.nodes.set(name, v.nodes.size)
    return v.nodes.get(name)!
  }
  for (const pattern of elements<Node<'GraphMatchPattern'>>(node.Patterns)) {
    const parts = elements(pattern.PatternElements)
    for (let i = 0; i < parts.length; i += 2) {
      const [here, edge, next] = [parts[i], parts[i + 1], parts[i + 2]]
      if (!is(here, 'GraphMatchPatternNode')) continue
      const left = nodeAt(here)
      if (!is(edge, 'GraphMatchPatternEdge') || !is(next, 'GraphMatchPatternNode')) continue
      const range = edge.Range
      const least = range ? (wholeNumber(range.RangeStart) ?? 1) : 1
      const most = range ? (wholeNumber(range.RangeEnd) ?? least) : 1
      const hop: Hop = { left, edge: v.hops.length, right: nodeAt(next), direction: direction(edge), least, most }
      const name = edge.Name?.SimpleName || `\u0000${hidden++}`
      v.edges.set(name, { index: hop.edge, hop })
      v.hops.push(hop)
    }
  }
  return v
}

/** Whether hops lead from any node of the pattern to any other. */
export function isConnected({ nodes, hops }: Variables): boolean {
  const reached = new Set([0])
  for (let size = 0; size < reached.size; ) {
    size = reached.size
    for (const { left, right } of hops) {
      if (reached.has(left)) reached.add(right)
      if (reached.has(right)) reached.add(left)
    }
  }
  return reached.size === nodes.size
}
