// graph-match and graph-shortest-paths: paths of a graph that follow a pattern, found by walking its edges.
// https://learn.microsoft.com/kusto/query/graph-match-operator
import { CompileError, codes, nowhere } from '../diagnostics.ts'
import type { Cell, Row } from '../model.ts'

export interface Hop {
  /** Variables: of the node before, of the edge, of the node behind. */
  readonly left: number
  readonly edge: number
  readonly right: number
  readonly direction: 'out' | 'in' | 'any'
  readonly least: number
  readonly most: number
}

/** What a match gives out: a value of a node or edge, or something about the nodes or edges along a path. */
export type Leaf =
  | { readonly kind: 'node'; readonly variable: number; readonly value: Value }
  | { readonly kind: 'edge'; readonly variable: number; readonly at: number }
  | {
      readonly kind: 'path'
      readonly variable: number
      readonly of: 'edges' | 'nodes'
      readonly value: Value
      readonly make: 'list' | 'any' | 'all'
    }

/** A value of a node (or edge): a cell of its row (`text`: not JSON yet), its key, its degree, its component. */
export type Value =
  | { readonly kind: 'cell'; readonly at: number }
  | { readonly kind: 'key' | 'in' | 'out' | 'component' }

export interface Pattern {
  readonly nodes: number
  readonly hops: readonly Hop[]
  /** Conditions on a single variable: a column of the nodes or edges that holds the answer. */
  readonly nodeTests: readonly { readonly variable: number; readonly at: number }[]
  readonly edgeTests: readonly { readonly variable: number; readonly at: number }[]
  readonly cycles: 'all' | 'none' | 'unique_edges'
  readonly components: 'weak' | 'strong'
  /** Keep the shortest paths between the same nodes: one, or all of them. */
  readonly shortest: 'any' | 'all' | undefined
  readonly leaves: readonly Leaf[]
}

interface Node {
  readonly key: string
  readonly row: Row
  readonly out: Edge[]
  readonly in: Edge[]
  component: number
}
interface Edge {
  readonly row: Row
  readonly from: Node
  readonly to: Node
}
type Steps = readonly { readonly edge: Edge; readonly to: Node }[]

/** Matches of a pattern beyond which the query gives up. */
const maxMatches = 500_000

/** Rows: 0 for a node and its key, or 1 for an edge and the keys of its ends; then the values. */
export function buildGraph(rows: readonly Row[]): { readonly nodes: readonly Node[] } {
  const nodes = new Map<Cell, Node>()
  const add = (key: Cell, row: Row): Node => {
    const node: Node = { key: String(key), row, out: [], in: [], component: -1 }
    nodes.set(key, node)
    return node
  }
  for (const row of rows) if (Number(row[0]) === 0 && !nodes.has(row[1] ?? null)) add(row[1] ?? null, row)
  for (const row of rows) {
    if (Number(row[0]) !== 1) continue
    const from = nodes.get(row[1] ?? null) ?? add(row[1] ?? null, [])
    const to = nodes.get(row[2] ?? null) ?? add(row[2] ?? null, [])
    const edge: Edge = { row, from, to }
    from.out.push(edge)
    to.in.push(edge)
  }
  return { nodes: [...nodes.values()] }
}

/** Numbers the components: of nodes that edges connect in any direction, or strong ones, in both directions. */
export const markComponents = (nodes: readonly Node[], kind: 'weak' | 'strong'): void =>
  kind === 'strong' ? markStrongComponents(nodes) : markWeakComponents(nodes)

function markWeakComponents(nodes: readonly Node[]): void {
  let component = 0
  for (const start of nodes) {
    if (start.component >= 0) continue
    const open = [start]
    for (let node = open.pop(); node; node = open.pop()) {
      if (node.component >= 0) continue
      node.component = component
      open.push(...node.out.map((e) => e.to), ...node.in.map((e) => e.from))
    }
    component++
  }
}

/** Nodes in the order in which a walk along the edges leaves them; back along the edges in the reverse order (Kosaraju). */
function markStrongComponents(nodes: readonly Node[]): void {
  const left: Node[] = []
  const entered = new Set<Node>()
  for (const start of nodes) {
    if (entered.has(start)) continue
    entered.add(start)
    const open = [{ node: start, next: 0 }]
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const to = top.node.out[top.next++]?.to
      if (!to) {
        left.push(top.node)
        open.pop()
      } else if (!entered.has(to)) {
        entered.add(to)
        open.push({ node: to, next: 0 })
      }
    }
  }
  let component = 0
  for (const start of left.reverse()) {
    if (start.component >= 0) continue
    const open = [start]
    for (let node = open.pop(); node; node = open.pop()) {
      if (node.component >= 0) continue
      node.component = component
      open.push(...node.in.map((e) => e.from))
    }
    component++
  }
}

interface Match {
  readonly nodes: (Node | undefined)[]
  readonly paths: Map<number, Steps>
}

function nodeValue(node: Node, value: Value): Cell {
  switch (value.kind) {
    case 'cell':
      return node.row[value.at] ?? null
    case 'key':
      return node.key
    case 'in':
      return node.in.length
    case 'out':
      return node.out.length
    case 'component':
      return node.component
    default:
      return value satisfies never
  }
}

const json = (cell: Cell, isJson: boolean): string =>
  cell === null ? 'null' : isJson ? String(cell) : typeof cell === 'string' ? JSON.stringify(cell) : String(cell)

function pathValues(steps: Steps, leaf: Extract<Leaf, { kind: 'path' }>): Cell[] {
  if (leaf.of === 'nodes') return steps.slice(0, -1).map((s) => nodeValue(s.to, leaf.value))
  const at = leaf.value.kind === 'cell' ? leaf.value.at : -1
  return steps.map((s) => s.edge.row[at] ?? null)
}

function leafValue(leaf: Leaf, match: Match): Cell {
  if (leaf.kind === 'node') return nodeValue(match.nodes[leaf.variable]!, leaf.value)
  const steps = match.paths.get(leaf.variable) ?? []
  if (leaf.kind === 'edge') return steps[0]?.edge.row[leaf.at] ?? null
  const values = pathValues(steps, leaf)
  if (leaf.make === 'list') return `[${values.map((v) => json(v, leaf.value.kind === 'cell')).join(',')}]`
  return leaf.make === 'any' ? values.includes(true) : values.every((v) => v === true)
}

export function matchGraph(pattern: Pattern, rows: readonly Row[]): readonly Row[] {
  const { nodes } = buildGraph(rows)
  markComponents(nodes, pattern.components)
  const found: { readonly key: string; readonly length: number; readonly row: Row }[] = []
  const match: Match = { nodes: [], paths: new Map() }
  const accept = (): void => {
    if (found.length >= maxMatches)
      throw new CompileError(
        codes.tooComplex,
        `the pattern has more than ${maxMatches} matches; make it narrower`,
        nowhere,
      )
    const length = [...match.paths.values()].reduce((sum, s) => sum + s.length, 0)
    found.push({
      key: match.nodes.map((n) => n?.key).join('\u0000'),
      length,
      row: pattern.leaves.map((l) => leafValue(l, match)),
    })
  }
  search(pattern, nodes, match, 0, accept)
  if (!pattern.shortest) return found.map((f) => f.row)
  const least = new Map<string, number>()
  for (const f of found) least.set(f.key, Math.min(f.length, least.get(f.key) ?? Number.POSITIVE_INFINITY))
  const shortest = found.filter((f) => f.length === least.get(f.key))
  const seen = new Set<string>()
  const kept = pattern.shortest === 'all' ? shortest : shortest.filter((f) => !seen.has(f.key) && seen.add(f.key))
  return kept.map((f) => f.row)
}

const passes = (pattern: Pattern, variable: number, node: Node): boolean =>
  pattern.nodeTests.every((t) => t.variable !== variable || node.row[t.at] === true)

/** Binds the pattern's hops one after another. */
function search(pattern: Pattern, nodes: readonly Node[], match: Match, index: number, accept: () => void): void {
  const hop = pattern.hops[index]
  if (!hop) {
    accept()
    return
  }
  const left = match.nodes[hop.left]
  if (!left) {
    for (const node of nodes) {
      if (!passes(pattern, hop.left, node)) continue
      match.nodes[hop.left] = node
      search(pattern, nodes, match, index, accept)
    }
    match.nodes[hop.left] = undefined
    return
  }
  walk(pattern, match, hop, left, [], (end, steps) => {
    const bound = match.nodes[hop.right]
    if (bound ? bound !== end : !passes(pattern, hop.right, end)) return
    match.nodes[hop.right] = end
    match.paths.set(hop.edge, steps)
    search(pattern, nodes, match, index + 1, accept)
    match.paths.delete(hop.edge)
    match.nodes[hop.right] = bound
  })
}

function candidates(hop: Hop, node: Node): Steps {
  const out = hop.direction === 'in' ? [] : node.out.map((edge) => ({ edge, to: edge.to }))
  const back = hop.direction === 'out' ? [] : node.in.map((edge) => ({ edge, to: edge.from }))
  return [...out, ...back]
}

/** Every way of a hop from a node: as many edges as its range allows. */
function walk(
  pattern: Pattern,
  match: Match,
  hop: Hop,
  from: Node,
  steps: Steps,
  arrive: (end: Node, steps: Steps) => void,
): void {
  if (steps.length >= hop.least && (steps.length > 0 || hop.least === 0)) arrive(from, steps)
  if (steps.length >= hop.most) return
  for (const step of candidates(hop, from)) {
    if (!pattern.edgeTests.every((t) => t.variable !== hop.edge || step.edge.row[t.at] === true)) continue
    if (repeats(pattern, match, hop, steps, step)) continue
    walk(pattern, match, hop, step.to, [...steps, step], arrive)
  }
}

/** Whether a step would use an edge (or with cycles=none a node) again. */
function repeats(pattern: Pattern, match: Match, hop: Hop, steps: Steps, step: Steps[number]): boolean {
  if (pattern.cycles === 'all') return false
  const before = [...[...match.paths.values()].flat(), ...steps]
  if (before.some((s) => s.edge === step.edge)) return true
  if (pattern.cycles !== 'none') return false
  const target = match.nodes[hop.right]
  if (target === step.to) return steps.some((s) => s.to === step.to)
  return before.some((s) => s.to === step.to) || match.nodes.includes(step.to)
}
