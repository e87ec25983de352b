// sequence_detect: sequences of steps within windows of time. https://learn.microsoft.com/kusto/query/sequence-detect-plugin
import { type Expression, is } from '../../kusto/syntax.ts'
import { sequencesIn } from '../../local/sequences.ts'
import { convert, unsupported } from '../../plan/expressions.ts'
import { longLit } from '../../plan/literals.ts'
import type { Definition, Expr, NamedColumn, Rel } from '../../plan/nodes.ts'
import { scopeOf } from '../define.ts'
import { call, col, ticksAt } from './bins.ts'
import { columnAt, type Plugin, type PluginCall } from './define.ts'

/** The dimensions are the last arguments: columns that the result begins with. */
function dimensionCount(p: PluginCall): number {
  const last = p.args.slice(3)
  for (let count = last.length - 1; count > 0; count--) {
    const named = last.slice(-count).every((a, i) => is(a, 'NameReference') && a.SimpleName === p.bound[i]?.name)
    if (named) return count
  }
  return 0
}

const stepOf = (node: Expression, p: PluginCall): Expr => {
  const value = is(node, 'SimpleNamedExpression') ? node.Expression! : node
  return convert(p.ctx.expr(value, scopeOf(p.input, p.env)), 'bool')
}

export const sequenceDetect: Plugin = (p) => {
  const time = columnAt(p, 0)
  if (time.type !== 'datetime' && time.type !== 'long' && time.type !== 'int')
    return unsupported(p.args[0] ?? p.call, `a timeline of type ${time.type}`)
  const dims = dimensionCount(p)
  const dimensions = p.args.slice(p.args.length - dims).map((_a, i) => columnAt(p, p.args.length - dims + i))
  const steps = p.args.slice(3, p.args.length - dims).map((a) => stepOf(a, p))
  const { ctx } = p
  const some = steps.reduce((a, b) => call('Or', 'bool', a, b))
  const relevant: Rel = {
    kind: 'filter',
    input: p.input.rel,
    predicate: call('And', 'bool', call('isnotnull', 'bool', col(time)), some),
  }
  const own = [...dimensions, time].map((c): Definition => ({ id: ctx.newColumn(c.name, c.type), expr: col(c) }))
  const counts = steps.map(
    (s): Definition => ({ id: ctx.newColumn('times', 'long', false), expr: call('countif', 'long', s) }),
  )
  const moments: Rel = { kind: 'aggregate', input: relevant, keys: own, aggregates: counts }
  const met = counts.map(
    (c): Definition => ({
      id: ctx.newColumn('met', 'bool', false),
      expr: call('GreaterThan', 'bool', { kind: 'col', id: c.id, type: 'long' }, longLit(0)),
    }),
  )
  const at = own.at(-1)!.id
  const ordered: Rel = {
    kind: 'sort',
    input: { kind: 'extend', input: moments, columns: met },
    keys: [at, ...own.map((d) => d.id).slice(0, -1)].map((id) => ({ id, desc: false, nullsFirst: true })),
  }
  const columns = p.bound.map((c): NamedColumn => ({ name: c.name, type: c.type, id: ctx.newColumn(c.name, c.type) }))
  const rel: Rel = {
    kind: 'local',
    operator: 'sequence_detect',
    input: ordered,
    inputs: [...own, ...met].map((d) => d.id),
    columns: columns.map((c) => c.id),
    ordinal: ctx.newColumn('ordinal', 'long', false),
    run: sequencesIn({
      dimensions: dims,
      steps: steps.length,
      time: time.type,
      duration: p.bound.at(-1)?.type ?? 'timespan',
      stepWindow: ticksAt(p, 1),
      span: ticksAt(p, 2),
    }),
  }
  return { rel, columns }
}
