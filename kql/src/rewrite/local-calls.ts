// Calls of functions that SQL cannot express move into a `local` node under the node that uses them: rows go through this process
// once, with what the calls need, and the SQL behind reads the results as columns. (Calls with constants are folded: constants.ts.)
import type { Row } from '../model.ts'
import type { Call, ColumnId, ColumnInfo, Definition, Expr, Local, Rel } from '../plan/nodes.ts'
import { columnsIn, mapRel } from '../plan/walk.ts'
import { sunk } from './below-local.ts'
import { idsOf, readIn } from './columns.ts'
import { type Compute, computeCall, localFunction, resultItem, typedArguments } from './local-values.ts'

interface State {
  readonly columns: ColumnInfo[]
  /** Ids that anything reads; nothing else need be carried through the process. */
  readonly read: ReadonlySet<ColumnId>
}

const isLocal = (expr: Expr): boolean => localFunction(expr) !== undefined

function hasLocal(expr: Expr): boolean {
  return expr.kind === 'call' && (isLocal(expr) || expr.args.some(hasLocal))
}

/** Whether a call can be computed from columns alone: its arguments are such calls themselves, or free of them. */
function isReady(call: Call): boolean {
  const fn = localFunction(call)
  return (
    fn !== undefined &&
    typedArguments(call, fn).every((a) => (a.kind === 'call' && isLocal(a) ? isReady(a) : !hasLocal(a)))
  )
}

/** The outermost calls that are ready. */
function readyCalls(expr: Expr, found: Call[]): void {
  if (expr.kind !== 'call') return
  if (isLocal(expr) && isReady(expr)) found.push(expr)
  else for (const arg of expr.args) readyCalls(arg, found)
}

const relations = new WeakMap<Rel, number>()
let relationCount = 0

function relationKey(rel: Rel): number {
  const known = relations.get(rel)
  if (known !== undefined) return known
  relationCount += 1
  relations.set(rel, relationCount)
  return relationCount
}

/** The same text for the same expression, wherever the query wrote it. */
function keyOf(expr: Expr): string {
  switch (expr.kind) {
    case 'col':
      return `#${expr.id}`
    case 'lit':
      return `${expr.type}:${typeof expr.value}:${JSON.stringify(String(expr.value))}`
    case 'subquery':
      return `(${relationKey(expr.rel)}.${expr.column}.${expr.set})`
    case 'call':
      return `${expr.fn}:${expr.type}(${expr.args.map(keyOf).join(',')})`
    default:
      return expr satisfies never
  }
}

function newColumn(name: string, type: ColumnInfo['type'], nullable: boolean, state: State): ColumnId {
  state.columns.push({ name, type, nullable })
  return state.columns.length - 1
}

/** A `local` node that computes these calls over the rows of `input`, each into the column given with it. */
function localNode(input: Rel, calls: readonly { readonly id: ColumnId; readonly call: Call }[], state: State): Local {
  const carried = [...new Set(idsOf(input))].filter((id) => state.read.has(id))
  const inputs = [...carried]
  const definitions: Definition[] = []
  const used = new Set<ColumnId>()
  const places = new Map<string, number>()
  const place = (expr: Expr): number => {
    const key = keyOf(expr)
    const known = places.get(key) ?? (expr.kind === 'col' ? inputs.indexOf(expr.id) : -1)
    const at = known >= 0 ? known : inputs.length
    places.set(key, at)
    if (at < inputs.length) {
      used.add(inputs[at] as ColumnId)
      return at
    }
    const id = expr.kind === 'col' ? expr.id : newColumn('argument', expr.type, expr.type !== 'string', state)
    if (expr.kind !== 'col') definitions.push({ id, expr })
    inputs.push(id)
    return at
  }
  const computes: readonly Compute[] = calls.map((c) => computeCall(c.call, place))
  return {
    kind: 'local',
    operator: [...new Set(calls.map((c) => c.call.fn))].join(', '),
    input: definitions.length > 0 ? { kind: 'extend', input, columns: definitions } : input,
    inputs,
    columns: [...carried, ...calls.map((c) => c.id)],
    passes: carried.filter((id) => !used.has(id)),
    rowwise: true,
    ordinal: newColumn('ordinal', 'long', false, state),
    run: (rows) =>
      rows.map((row): Row => [...row.slice(0, carried.length), ...computes.map((compute) => compute(row))]),
  }
}

interface Lifted {
  readonly input: Rel
  readonly exprs: readonly Expr[]
}

/** Takes all local calls out of expressions over `input`. Calls around others that SQL computes in between take a node of their own. */
function lift(input: Rel, exprs: readonly Expr[], state: State): Lifted {
  const found: Call[] = []
  for (const expr of exprs) readyCalls(expr, found)
  if (found.length === 0) return { input, exprs }
  const results = new Map<string, { readonly id: ColumnId; readonly call: Call }>()
  for (const call of found) {
    const key = keyOf(call)
    if (!results.has(key)) {
      results.set(key, { id: newColumn(call.fn, call.type, call.type !== 'string', state), call })
    }
  }
  const replaced = (expr: Expr): Expr => {
    if (expr.kind !== 'call') return expr
    const result = isLocal(expr) ? results.get(keyOf(expr)) : undefined
    if (result) return { kind: 'col', id: result.id, type: expr.type }
    const args = expr.args.map(replaced)
    const changed: Call = args.every((a, i) => a === expr.args[i]) ? expr : { ...expr, args }
    return changed.fn === 'tuple_item' ? resultItem(changed) : changed
  }
  const grown: State = { ...state, read: new Set([...state.read, ...[...results.values()].map((r) => r.id)]) }
  return lift(localNode(input, [...results.values()], state), exprs.map(replaced), grown)
}

const withDefinitions = (input: Rel, columns: readonly Definition[]): Rel =>
  columns.length > 0 ? { kind: 'extend', input, columns } : input

const reads = (d: Definition, ids: ReadonlySet<ColumnId>): boolean => [...columnsIn(d.expr)].some((id) => ids.has(id))

/** Definitions that build on one another: those whose calls are ready first, with what they need below them. */
function liftExtend(input: Rel, definitions: readonly Definition[], state: State): Rel {
  const late = new Set(definitions.filter((d) => hasLocal(d.expr)).map((d) => d.id))
  if (late.size === 0) return withDefinitions(input, definitions)
  const first = definitions.filter((d) => hasLocal(d.expr) && !dependsOn(d, late, definitions))
  const needed = new Set(first.flatMap((d) => [...columnsIn(d.expr)]))
  const grow = (): boolean => {
    const size = needed.size
    for (const d of definitions) if (needed.has(d.id)) for (const id of columnsIn(d.expr)) needed.add(id)
    return needed.size > size
  }
  while (grow());
  const below = definitions.filter((d) => needed.has(d.id))
  const lifted = lift(
    withDefinitions(input, below),
    first.map((d) => d.expr),
    state,
  )
  const done = first.map((d, i): Definition => ({ id: d.id, expr: lifted.exprs[i] ?? d.expr }))
  const rest = definitions.filter((d) => !first.includes(d) && !below.includes(d))
  return liftExtend(withDefinitions(lifted.input, done), rest, state)
}

/** Whether a definition builds, over others of the list, on one of these. */
function dependsOn(d: Definition, ids: ReadonlySet<ColumnId>, list: readonly Definition[]): boolean {
  if (reads(d, ids)) return true
  return list.some((other) => other !== d && columnsIn(d.expr).has(other.id) && dependsOn(other, ids, list))
}

function conditions(predicate: Expr): readonly Expr[] {
  return predicate.kind === 'call' && predicate.fn === 'And' ? predicate.args.flatMap(conditions) : [predicate]
}

const filtered = (input: Rel, predicates: readonly Expr[]): Rel =>
  predicates.reduce<Rel>((rel, predicate) => sunk({ kind: 'filter', input: rel, predicate }), input)

/** Conditions without local calls come first, so that only the rows they leave go through the process. */
function liftFilter(rel: Extract<Rel, { kind: 'filter' }>, state: State): Rel {
  const all = conditions(rel.predicate)
  const lifted = lift(
    filtered(
      rel.input,
      all.filter((c) => !hasLocal(c)),
    ),
    all.filter(hasLocal),
    state,
  )
  return filtered(lifted.input, lifted.exprs)
}

function liftDefinitions(input: Rel, lists: readonly (readonly Definition[])[], state: State) {
  const lifted = lift(
    input,
    lists.flat().map((d) => d.expr),
    state,
  )
  let at = 0
  const next = (d: Definition): Definition => {
    const expr = lifted.exprs[at] ?? d.expr
    at += 1
    return { id: d.id, expr }
  }
  return { input: lifted.input, lists: lists.map((list) => list.map(next)) }
}

function liftFrom(rel: Rel, state: State): Rel {
  switch (rel.kind) {
    case 'filter':
      return hasLocal(rel.predicate) ? liftFilter(rel, state) : filtered(rel.input, conditions(rel.predicate))
    case 'sort':
    case 'limit':
      return sunk(rel)
    case 'extend': {
      // What nobody reads is not worth a row's way through the process.
      const columns = rel.columns.filter((d) => state.read.has(d.id) || !hasLocal(d.expr))
      return rel.columns.some((d) => hasLocal(d.expr)) ? liftExtend(rel.input, columns, state) : rel
    }
    case 'unnest':
    case 'window': {
      if (!rel.columns.some((d) => hasLocal(d.expr))) return rel
      const { input, lists } = liftDefinitions(rel.input, [rel.columns], state)
      return { ...rel, input, columns: lists[0] ?? rel.columns }
    }
    case 'aggregate': {
      if (![...rel.keys, ...rel.aggregates].some((d) => hasLocal(d.expr))) return rel
      const { input, lists } = liftDefinitions(rel.input, [rel.keys, rel.aggregates], state)
      return { ...rel, input, keys: lists[0] ?? rel.keys, aggregates: lists[1] ?? rel.aggregates }
    }
    case 'join': {
      if (!rel.on.some((p) => hasLocal(p.left) || hasLocal(p.right))) return rel
      const left = lift(
        rel.left,
        rel.on.map((p) => p.left),
        state,
      )
      const right = lift(
        rel.right,
        rel.on.map((p) => p.right),
        state,
      )
      const on = rel.on.map((p, i) => ({ left: left.exprs[i] ?? p.left, right: right.exprs[i] ?? p.right }))
      return { ...rel, left: left.input, right: right.input, on }
    }
    default:
      return rel
  }
}

/** `outputs`: the ids that the relation is asked for. `columns` grows by results, arguments and the places of rows. */
export function liftLocalCalls(rel: Rel, outputs: readonly ColumnId[], columns: ColumnInfo[]): Rel {
  let any = false
  mapRel(rel, {
    expr: (e) => {
      any ||= isLocal(e)
      return e
    },
  })
  if (!any) return rel
  const read = readIn(rel)
  for (const id of outputs) read.add(id)
  return mapRel(rel, { rel: (r) => liftFrom(r, { columns, read }) })
}
