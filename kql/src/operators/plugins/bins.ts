// What plug-ins over bins of time share: their arguments, and rows moved from bin to bin.
import type { ScalarType } from '../../model.ts'
import { convert, unsupported } from '../../plan/expressions.ts'
import { lit, stringLit } from '../../plan/literals.ts'
import type { Expr, NamedColumn, Rel } from '../../plan/nodes.ts'
import { argumentAt, columnAt, constantAt, type PluginCall } from './define.ts'

export const col = (c: { readonly id: number; readonly type: ScalarType }): Expr => ({
  kind: 'col',
  id: c.id,
  type: c.type,
})
export const call = (fn: string, type: ScalarType, ...args: Expr[]): Expr => ({ kind: 'call', fn, args, type })

/** Most bins that one row can count for; what asks for more is surely a slip. */
const maxOffsets = 10_000

export function required(p: PluginCall, index: number): Expr {
  const node = argumentAt(p, index)
  return node
    ? p.ctx.expr(node, { env: p.env, columns: [] })
    : unsupported(p.call, `this call without argument ${index + 1}`)
}

export function ticksAt(p: PluginCall, index: number): bigint {
  const value = constantAt(p, index)
  return typeof value === 'bigint' ? value : unsupported(argumentAt(p, index) ?? p.call, 'this argument')
}

export const dimensions = (p: PluginCall, from: number): NamedColumn[] =>
  p.args.slice(from).map((_a, i) => columnAt(p, from + i))

/** Each row once for every offset from 0 on; `offset` is that number. */
export function spread(input: Rel, count: number, p: PluginCall): { readonly rel: Rel; readonly offset: Expr } {
  if (count < 1 || count > maxOffsets) unsupported(p.call, `a window of ${count} bins`)
  const text = p.ctx.newColumn('offset', 'dynamic', false)
  const offsets = call('text_array', 'dynamic', ...Array.from({ length: count }, (_, i) => stringLit(String(i))))
  const rel: Rel = {
    kind: 'unnest',
    input,
    columns: [{ id: text, expr: offsets }],
    index: p.ctx.newColumn('index', 'long', false),
    limit: undefined,
    dropEmpty: true,
  }
  return { rel, offset: convert(call('text_of_slot', 'string', { kind: 'col', id: text, type: 'dynamic' }), 'long') }
}

/** The bin, counted from `origin`, that a value lies in, moved by an offset. */
export const binStart = (value: Expr, origin: Expr, size: bigint, offset: Expr): Expr => {
  const number = call('Add', 'long', call('series_bin', 'long', value, origin, lit('timespan', size)), offset)
  return call('bin_start', value.type, number, origin, lit('timespan', size))
}

export const named = (p: PluginCall, columns: readonly Omit<NamedColumn, 'name'>[]): NamedColumn[] =>
  columns.map((c, i) => ({ ...c, name: p.bound[i]?.name ?? '' }))
