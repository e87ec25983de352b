// Plug-ins over windows of time or of rows: rows_near, rolling_percentile, sliding_window_counts, active_users_count.
// https://learn.microsoft.com/kusto/query/rows-near-plugin https://learn.microsoft.com/kusto/query/rolling-percentile-plugin
// https://learn.microsoft.com/kusto/query/sliding-window-counts-plugin https://learn.microsoft.com/kusto/query/active-users-count-plugin
import { unsupported } from '../../plan/expressions.ts'
import { lit, longLit, nullOf } from '../../plan/literals.ts'
import type { Definition, Expr, Rel, Relation } from '../../plan/nodes.ts'
import { scopeOf } from '../define.ts'
import { binStart, call, col, dimensions, named, required, spread, ticksAt } from './bins.ts'
import { argumentAt, columnAt, constantAt, type Plugin } from './define.ts'

export const rowsNear: Plugin = (p) => {
  const node = argumentAt(p, 0)
  if (!node) return unsupported(p.call, 'this call without a condition')
  const near = p.ctx.newColumn('near', 'bool', false)
  const [before, after] = [constantAt(p, 1), constantAt(p, 2) ?? constantAt(p, 1)]
  const condition = p.ctx.expr(node, scopeOf(p.input, p.env))
  const expr = call(
    'window_near',
    'bool',
    condition,
    longLit(BigInt(before as bigint)),
    longLit(BigInt(after as bigint)),
  )
  const rel: Rel = {
    kind: 'window',
    input: p.input.rel,
    columns: [{ id: near, expr }],
    by: [],
    ordinal: p.ctx.newColumn('ordinal', 'long', false),
  }
  return { ...p.input, rel: { kind: 'filter', input: rel, predicate: { kind: 'col', id: near, type: 'bool' } } }
}

export const rollingPercentile: Plugin = (p) => {
  const [value, index] = [columnAt(p, 0), columnAt(p, 2)]
  const percentile = required(p, 1)
  const size = ticksAt(p, 3)
  const count = Number(ticksAt(p, 4))
  const dims = dimensions(p, 5)
  const origin = nullOf(index.type)
  const bin = p.ctx.newColumn('bin', index.type)
  const last = p.ctx.newColumn('last', index.type)
  const own: Rel = {
    kind: 'extend',
    input: p.input.rel,
    columns: [{ id: bin, expr: binStart(col(index), origin, size, longLit(0)) }],
  }
  const bounded: Rel = {
    kind: 'window',
    input: own,
    columns: [{ id: last, expr: call('window_max', index.type, { kind: 'col', id: bin, type: index.type }) }],
    by: [],
    ordinal: p.ctx.newColumn('ordinal', 'long', false),
  }
  const { rel, offset } = spread(bounded, count, p)
  const target = p.ctx.newColumn(index.name, index.type)
  const moved: Rel = {
    kind: 'extend',
    input: rel,
    columns: [{ id: target, expr: binStart(col(index), origin, size, offset) }],
  }
  const kept: Rel = {
    kind: 'filter',
    input: moved,
    predicate: call(
      'LessThanOrEqual',
      'bool',
      { kind: 'col', id: target, type: index.type },
      { kind: 'col', id: last, type: index.type },
    ),
  }
  const result = p.ctx.newColumn('percentile', value.type)
  const keys = [{ id: target, type: index.type }, ...dims]
  const grouped: Rel = {
    kind: 'aggregate',
    input: kept,
    keys: keys.map((k): Definition => ({ id: k.id, expr: col(k) })),
    aggregates: [{ id: result, expr: call('percentile', value.type, col(value), percentile) }],
  }
  return { rel: grouped, columns: named(p, [...keys, { id: result, type: value.type }]) }
}

export const slidingWindowCounts: Plugin = (p) => {
  const [id, time] = [columnAt(p, 0), columnAt(p, 1)]
  const [start, end] = [required(p, 2), required(p, 3)]
  const [lookback, size] = [ticksAt(p, 4), ticksAt(p, 5)]
  const dims = dimensions(p, 6)
  const { rel, offset } = spread(p.input.rel, Number((lookback + size - 1n) / size), p)
  const target = p.ctx.newColumn(time.name, time.type)
  const bin: Expr = { kind: 'col', id: target, type: time.type }
  const moved: Rel = {
    kind: 'extend',
    input: rel,
    columns: [{ id: target, expr: binStart(col(time), start, size, offset) }],
  }
  const earliest = call('Add', time.type, bin, lit('timespan', size - lookback))
  const inside = call(
    'And',
    'bool',
    call('GreaterThanOrEqual', 'bool', bin, start),
    call('LessThanOrEqual', 'bool', bin, end),
    call('GreaterThanOrEqual', 'bool', col(time), earliest),
  )
  const counts: Definition[] = [
    { id: p.ctx.newColumn('Count', 'long', false), expr: call('count', 'long') },
    { id: p.ctx.newColumn('dcount', 'long', false), expr: call('dcount', 'long', col(id)) },
  ]
  const keys = [{ id: target, type: time.type }, ...dims]
  const grouped: Rel = {
    kind: 'aggregate',
    input: { kind: 'filter', input: moved, predicate: inside },
    keys: keys.map((k): Definition => ({ id: k.id, expr: col(k) })),
    aggregates: counts,
  }
  return { rel: grouped, columns: named(p, [...keys, ...counts.map((c) => ({ id: c.id, type: 'long' as const }))]) }
}

/** A user is active at a time when enough periods of the window that ends there saw the user. */
export const activeUsersCount: Plugin = (p): Relation => {
  const [id, time] = [columnAt(p, 0), columnAt(p, 1)]
  const [start, end] = [required(p, 2), required(p, 3)]
  const [lookback, period, least, size] = [ticksAt(p, 4), ticksAt(p, 5), ticksAt(p, 6), ticksAt(p, 7)]
  const dims = dimensions(p, 8)
  const at = p.ctx.newColumn('period', 'long')
  const seen = p.ctx.newColumn('periods', 'long', false)
  const periods: Rel = {
    kind: 'extend',
    input: p.input.rel,
    columns: [{ id: at, expr: call('series_bin', 'long', col(time), start, lit('timespan', period)) }],
  }
  const window = call(
    'window_periods',
    'long',
    { kind: 'col', id: at, type: 'long' },
    col(time),
    lit('timespan', lookback),
    col(id),
    ...dims.map(col),
  )
  const counted: Rel = {
    kind: 'window',
    input: periods,
    columns: [{ id: seen, expr: window }],
    by: [],
    ordinal: p.ctx.newColumn('ordinal', 'long', false),
  }
  const active = call(
    'And',
    'bool',
    call('GreaterThanOrEqual', 'bool', { kind: 'col', id: seen, type: 'long' }, longLit(least)),
    call('GreaterThanOrEqual', 'bool', col(time), start),
    call('LessThanOrEqual', 'bool', col(time), end),
  )
  const bin = p.ctx.newColumn(time.name, time.type)
  const binned: Rel = {
    kind: 'extend',
    input: { kind: 'filter', input: counted, predicate: active },
    columns: [{ id: bin, expr: binStart(col(time), start, size, longLit(0)) }],
  }
  const users: Definition = { id: p.ctx.newColumn('dcount', 'long', false), expr: call('dcount', 'long', col(id)) }
  const keys = [{ id: bin, type: time.type }, ...dims]
  const grouped: Rel = {
    kind: 'aggregate',
    input: binned,
    keys: keys.map((k): Definition => ({ id: k.id, expr: col(k) })),
    aggregates: [users],
  }
  return { rel: grouped, columns: named(p, [...keys, { id: users.id, type: 'long' }]) }
}
