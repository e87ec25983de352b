// Users by period: what the activity plug-ins share. Periods are numbered from 0, the one that begins at the start; each up to the
// end has rows, whether anybody was active in it or not.
import type { ScalarType } from '../../model.ts'
import { unsupported } from '../../plan/expressions.ts'
import { lit, longLit } from '../../plan/literals.ts'
import type { Definition, Expr, Join, NamedColumn, Rel, Relation } from '../../plan/nodes.ts'
import { reused } from '../../plan/reuse.ts'
import { samePairs } from '../top-nested.ts'
import { call, col, dimensions, named, required, ticksAt } from './bins.ts'
import { columnAt, type PluginCall } from './define.ts'

export const long = (id: number): Expr => ({ kind: 'col', id, type: 'long' })
export const both = (...args: Expr[]): Expr => call('And', 'bool', ...args)
export const orZero = (id: number): Expr => call('coalesce', 'long', long(id), longLit(0))
export const key = (c: { readonly id: number; readonly type: ScalarType }): Definition => ({ id: c.id, expr: col(c) })

export interface Periods {
  readonly p: PluginCall
  readonly time: NamedColumn
  readonly start: Expr
  readonly end: Expr
  readonly size: bigint
  readonly dims: readonly NamedColumn[]
  /** The rows between start and end under ids of their own, with the number of their period. */
  readonly rows: () => {
    readonly rel: Rel
    readonly id: NamedColumn
    readonly dims: NamedColumn[]
    readonly at: number
  }
}

export function periods(p: PluginCall, dimsFrom: number, dimsTo = p.args.length): Periods {
  const [id, time] = [columnAt(p, 0), columnAt(p, 1)]
  const [start, end, size] = [required(p, 2), required(p, 3), ticksAt(p, 4)]
  if (size <= 0n) unsupported(p.args[4] ?? p.call, 'a period without length')
  if (start.type !== time.type) unsupported(p.args[2] ?? p.call, 'a start of another type than the timeline')
  const dims = dimensions({ ...p, args: p.args.slice(0, dimsTo) }, dimsFrom)
  const use = reused('activity', p.input, p.ctx)
  const rows = (): ReturnType<Periods['rows']> => {
    const again = use()
    const same = (c: NamedColumn): NamedColumn => again.columns[p.input.columns.findIndex((x) => x.id === c.id)]!
    const moment = col(same(time))
    const inside = both(call('GreaterThanOrEqual', 'bool', moment, start), call('LessThanOrEqual', 'bool', moment, end))
    const at = p.ctx.newColumn('period', 'long')
    const number = call('series_bin', 'long', moment, start, lit('timespan', size))
    const filtered: Rel = { kind: 'filter', input: again.rel, predicate: inside }
    const rel: Rel = { kind: 'extend', input: filtered, columns: [{ id: at, expr: number }] }
    return { rel, id: same(id), dims: dims.map(same), at }
  }
  return { p, time, start, end, size, dims, rows }
}

/** The numbers of all periods. */
export function allPeriods({ p, start, end, size }: Periods): { readonly rel: Rel; readonly at: number } {
  const at = p.ctx.newColumn('period', 'long', false)
  const last = call('series_last', 'long', end, start, lit('timespan', size), lit('bool', true))
  return { rel: { kind: 'range', id: at, from: longLit(0), to: last, step: longLit(1) }, at }
}

export function crossed(left: Rel, right: Rel, p: PluginCall): Rel {
  const one = (input: Rel): { rel: Rel; id: number } => {
    const id = p.ctx.newColumn('one', 'long', false)
    return { rel: { kind: 'extend', input, columns: [{ id, expr: longLit(1) }] }, id }
  }
  const [l, r] = [one(left), one(right)]
  return { kind: 'join', join: 'inner', left: l.rel, right: r.rel, on: [{ left: long(l.id), right: long(r.id) }] }
}

/** Each of the relation's rows for every combination of dimensions that occurs. */
export function perDimensions(
  rel: Rel,
  periods: Periods,
): { readonly rel: Rel; readonly dims: readonly NamedColumn[] } {
  if (periods.dims.length === 0) return { rel, dims: [] }
  const rows = periods.rows()
  const combinations: Rel = { kind: 'aggregate', input: rows.rel, keys: rows.dims.map(key), aggregates: [] }
  return { rel: crossed(combinations, rel, periods.p), dims: rows.dims }
}

export const samePlaces = (
  pairs: readonly (readonly [number, number])[],
  a: readonly NamedColumn[],
  b: readonly NamedColumn[],
) =>
  [
    ...pairs.map(([l, r]) => ({ left: long(l), right: long(r) })),
    ...a.flatMap((c, i) => samePairs(c, b[i]!)),
  ] satisfies Join['on']

/** How often, and in which periods, each id occurs. */
export function perId(periods: Periods, keep: (rows: ReturnType<Periods['rows']>) => Rel = (rows) => rows.rel) {
  const { p } = periods
  const rows = periods.rows()
  const count = p.ctx.newColumn('count', 'long', false)
  const rel: Rel = {
    kind: 'aggregate',
    input: keep(rows),
    keys: [...rows.dims.map(key), { id: rows.at, expr: long(rows.at) }, key(rows.id)],
    aggregates: [{ id: count, expr: call('count', 'long') }],
  }
  return { ...rows, rel, count }
}

export function windowed(
  input: Rel,
  expr: Expr,
  by: readonly number[],
  p: PluginCall,
): { readonly rel: Rel; readonly id: number } {
  const id = p.ctx.newColumn('over', expr.type)
  const ordinal = p.ctx.newColumn('ordinal', 'long', false)
  return { rel: { kind: 'window', input, columns: [{ id, expr }], by, ordinal }, id }
}

export const sorted = (input: Rel, id: number, desc = false): Rel => ({
  kind: 'sort',
  input,
  keys: [{ id, desc, nullsFirst: !desc }],
})

/** The result: where its period starts, dimensions, values; in the order of time. */
export function answer(
  periods: Periods,
  rel: Rel,
  at: readonly number[],
  dims: readonly NamedColumn[],
  values: readonly Expr[],
): Relation {
  const { p, time, start, size } = periods
  const starts = at.map((number): Definition => {
    const origin = lit('timespan', size)
    return {
      id: p.ctx.newColumn(time.name, time.type),
      expr: call('bin_start', time.type, long(number), start, origin),
    }
  })
  const defined = values.map((expr): Definition => ({ id: p.ctx.newColumn('value', expr.type), expr }))
  const columns = named(p, [
    ...starts.map((d) => ({ id: d.id, type: time.type })),
    ...dims,
    ...defined.map((d) => ({ id: d.id, type: d.expr.type })),
  ])
  const keys = [...at.map((id) => id), ...dims.map((d) => d.id)].map((id) => ({ id, desc: false, nullsFirst: true }))
  const ordered: Rel = { kind: 'sort', input: rel, keys }
  return { rel: { kind: 'extend', input: ordered, columns: [...starts, ...defined] }, columns }
}

export const countOf = (id: NamedColumn, condition?: Expr): Expr =>
  condition ? call('dcountif', 'long', col(id), condition) : call('dcount', 'long', col(id))
