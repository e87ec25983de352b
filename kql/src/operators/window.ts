// Window functions inside extend, project, serialize and where: calls are collected while expressions are lowered and become
// Window nodes below. https://learn.microsoft.com/kusto/query/window-functions
import { sessions } from '../local/sessions.ts'
import type { Environment, Lowering, Scope } from '../plan/context.ts'
import { longLit, nullOf, stringLit } from '../plan/literals.ts'
import type { Call, Definition, Expr, Rel, Relation } from '../plan/nodes.ts'
import { columnsIn } from '../plan/walk.ts'
import { scopeOf } from './define.ts'

interface Collected {
  readonly definition: Definition
  /** Calls over the results of other calls need a node above theirs. */
  readonly level: number
}

interface Collector {
  readonly calls: Collected[]
  add(fn: string, args: readonly Expr[], call: Call): Expr
}

function collector(ctx: Lowering): Collector {
  const calls: Collected[] = []
  const add: Collector['add'] = (fn, args, call) => {
    const id = ctx.newColumn(call.fn, call.type)
    const below = new Set(args.flatMap((a) => [...columnsIn(a)]))
    const level = 1 + Math.max(0, ...calls.filter((c) => below.has(c.definition.id)).map((c) => c.level))
    calls.push({ definition: { id, expr: { ...call, fn, args } }, level })
    return { kind: 'col', id, type: call.type }
  }
  return { calls, add }
}

const long = (call: Call): Call => ({ ...call, type: 'long' })

/** A call in terms of the few that the engine knows: restarts become pieces of the sequence. */
function lowered(call: Call, into: Collector): Expr {
  const [first, ...rest] = call.args
  const pieces = (restart: Expr | undefined): Expr[] =>
    restart ? [into.add('window_pieces', [restart], long(call))] : []
  switch (call.fn) {
    case 'row_number':
      return into.add('row_number', [first ?? longLit(1), ...pieces(rest[0])], call)
    case 'row_cumsum':
      return into.add('row_cumsum', [first!, ...pieces(rest[0])], call)
    case 'row_rank':
    case 'row_rank_dense':
    case 'row_rank_min': {
      const piece = pieces(rest[0])
      const before = into.add('prev', [first!], { ...call, type: first!.type })
      const number = into.add('row_number', [longLit(1), ...piece], long(call))
      const dense = into.add('window_changes', [first!, before, number, ...piece], long(call))
      return call.fn === 'row_rank_min' ? into.add('window_run_start', [number, dense, ...piece], call) : dense
    }
    default:
      return into.add(call.fn, call.args, call)
  }
}

/** A Local that hands the input's columns through and adds the start of the session. */
function sessionRel(below: Rel, definition: Definition, input: Relation, kept: readonly number[], ctx: Lowering): Rel {
  const call = definition.expr as Call
  const key: Expr = (input.partition?.keys ?? []).reduce<Expr>(
    (text, id) => ({
      kind: 'call',
      fn: 'strcat',
      type: 'string',
      args: [text, stringLit('\u0000'), { kind: 'col', id, type: ctx.columns[id]?.type ?? 'string' }],
    }),
    stringLit(''),
  )
  const args: Expr[] = [key, call.args[0]!, call.args[1]!, call.args[2]!, call.args[3] ?? nullOf('bool')]
  const columns = args.map((expr): Definition => ({ id: ctx.newColumn('session', expr.type), expr }))
  return {
    kind: 'local',
    operator: 'row_window_session',
    input: { kind: 'extend', input: below, columns },
    inputs: [...kept, ...columns.map((c) => c.id)],
    columns: [...kept, definition.id],
    passes: kept,
    ordinal: ctx.newColumn('ordinal', 'long', false),
    run: sessions,
  }
}

function windowRel(calls: readonly Collected[], input: Relation, ctx: Lowering): Rel {
  const by = input.partition?.keys ?? []
  const kept = [
    ...input.columns.map((c) => c.id),
    ...(input.received === undefined ? [] : [input.received]),
    ...by,
    ...(input.partition?.carried ?? []).map((c) => c.id),
  ]
  let rel = input.rel
  const done: number[] = []
  for (let level = 1; level <= Math.max(0, ...calls.map((c) => c.level)); level++) {
    const here = calls.filter((c) => c.level === level).map((c) => c.definition)
    const isSession = (d: Definition): boolean => d.expr.kind === 'call' && d.expr.fn === 'row_window_session'
    const columns = here.filter((d) => !isSession(d))
    if (columns.length > 0)
      rel = { kind: 'window', input: rel, columns, by, ordinal: ctx.newColumn('ordinal', 'long', false) }
    done.push(...columns.map((d) => d.id))
    for (const d of here.filter(isSession)) {
      rel = sessionRel(rel, d, input, [...new Set([...kept, ...done])], ctx)
      done.push(d.id)
    }
  }
  return rel
}

/** Collects window calls while expressions are lowered, and puts their nodes under what uses them. */
export function windowScope(
  input: Relation,
  env: Environment | undefined,
  ctx: Lowering,
): { scope: Scope; rel: () => Rel } {
  const into = collector(ctx)
  const scope: Scope = {
    ...scopeOf(input, env),
    window: (call) => (call.kind === 'call' ? lowered(call, into) : call),
  }
  return { scope, rel: () => windowRel(into.calls, input, ctx) }
}
