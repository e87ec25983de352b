// Plug-ins that look for values that many rows share: basket, autocluster, diffpatterns. The engine groups and counts the rows, this
// process finds the patterns. https://learn.microsoft.com/kusto/query/basket-plugin
// https://learn.microsoft.com/kusto/query/autocluster-plugin https://learn.microsoft.com/kusto/query/diffpatterns-plugin

import { CompileError, codes } from '../../diagnostics.ts'
import { type Expression, span, text } from '../../kusto/syntax.ts'
import { cellOf } from '../../local/evaluate.ts'
import { clusters, differences } from '../../local/pattern-choice.ts'
import { allRows, type Coded, closedPatterns, coded, type Pattern, totalsOf } from '../../local/patterns.ts'
import type { Cell, Row, ScalarType } from '../../model.ts'
import { convert, unsupported } from '../../plan/expressions.ts'
import { longLit } from '../../plan/literals.ts'
import type { Definition, Expr, NamedColumn, Rel, Relation } from '../../plan/nodes.ts'
import { call, col } from './bins.ts'
import { argumentAt, columnAt, constantAt, type Plugin, type PluginCall } from './define.ts'

/** The text `~` asks for what holds without the argument. */
const isTilde = (node: Expression): boolean => /^["']~["']$/.test(text(node))

const isGiven = (p: PluginCall, index: number): boolean => {
  const node = argumentAt(p, index)
  return node !== undefined && !isTilde(node)
}

function numberAt(p: PluginCall, index: number, otherwise: number, least: number, most: number): number {
  if (!isGiven(p, index)) return otherwise
  const value = constantAt(p, index)
  const number = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN
  if (number >= least && number <= most) return number
  return unsupported(argumentAt(p, index)!, `a value that is not from ${least} to ${most} here`)
}

/** What a row counts. */
function weightAt(p: PluginCall, index: number): { readonly column: NamedColumn | undefined; readonly expr: Expr } {
  if (!isGiven(p, index)) return { column: undefined, expr: longLit(1) }
  const column = columnAt(p, index)
  if (column.type === 'decimal') return { column, expr: convert(col(column), 'real') }
  if (column.type === 'int' || column.type === 'long' || column.type === 'real') return { column, expr: col(column) }
  return unsupported(argumentAt(p, index)!, 'a weight that is not a number')
}

/** What stands for "any value" in columns of each type. */
function wildcardsFrom(p: PluginCall, from: number): ReadonlyMap<ScalarType, Cell> {
  const found = new Map<ScalarType, Cell>()
  for (const [i, node] of p.args.entries()) {
    if (i < from || !isGiven(p, i)) continue
    const value = p.ctx.expr(node, { env: p.env, columns: [] })
    if (value.kind !== 'lit') unsupported(node, 'a wildcard that is not a constant')
    else found.set(value.type, cellOf(value.value, value.type))
  }
  return found
}

interface Search {
  readonly p: PluginCall
  /** Columns that patterns are made of. */
  readonly dimensions: readonly NamedColumn[]
  /** Columns of the result behind what is said of the pattern; those that are no dimensions are never restricted. */
  readonly shown: readonly NamedColumn[]
  /** A row's weight in each set. */
  readonly weights: readonly Expr[]
  readonly wildcards: ReadonlyMap<ScalarType, Cell>
  readonly find: (data: Coded) => readonly { readonly pattern: Pattern; readonly about: readonly Cell[] }[]
}

function patternRows(s: Search, rows: readonly Row[]): readonly Row[] {
  const weights = rows.flatMap((row) => row.slice(s.dimensions.length))
  if (weights.some((w) => Number(w ?? 0) < 0))
    throw new CompileError(codes.refusedValue, 'a weight is less than 0', span(s.p.call))
  const data = coded(rows, s.dimensions.length, s.weights.length)
  return s.find(data).map(({ pattern, about }, id) => {
    const cells = s.shown.map((c) => {
      const value = pattern.values[s.dimensions.indexOf(c)]
      return value === undefined ? (s.wildcards.get(c.type) ?? (c.type === 'string' ? '' : null)) : data.cells[value]!
    })
    return [id, ...about, ...cells]
  })
}

function searched(s: Search): Relation {
  const { ctx, bound, input } = s.p
  const keys = s.dimensions.map((c): Definition => ({ id: ctx.newColumn(c.name, c.type), expr: col(c) }))
  const sums = s.weights.map((w): Definition => {
    const expr = call('sum', w.type, w)
    return { id: ctx.newColumn('weight', w.type), expr }
  })
  const grouped: Rel = { kind: 'aggregate', input: input.rel, keys, aggregates: sums }
  const sorted: Rel = {
    kind: 'sort',
    input: grouped,
    keys: keys.map((k) => ({ id: k.id, desc: false, nullsFirst: true })),
  }
  const about = bound.slice(0, bound.length - input.columns.length)
  const columns = [...about, ...s.shown].map(
    (c): NamedColumn => ({ name: c.name, type: c.type, id: ctx.newColumn(c.name, c.type) }),
  )
  const rel: Rel = {
    kind: 'local',
    operator: s.p.call.Name?.SimpleName ?? 'evaluate',
    input: sorted,
    inputs: [...keys, ...sums].map((d) => d.id),
    columns: columns.map((c) => c.id),
    ordinal: ctx.newColumn('ordinal', 'long', false),
    run: (rows) => patternRows(s, rows),
  }
  return { rel, columns }
}

/** The pages print percentages with one place, those of differences with two. */
const rounded = (value: number, places: number): number => Number(value.toFixed(places))

const counted = (pattern: Pattern, all: number): { pattern: Pattern; about: readonly Cell[] } => {
  const count = pattern.totals[0] ?? 0
  return { pattern, about: [Math.round(count), rounded((100 * count) / all, 1)] }
}

const sizesOf = (data: Coded): readonly number[] => totalsOf(data, allRows(data))

export const basket: Plugin = (p) => {
  const threshold = numberAt(p, 0, 0.05, 0.015, 1)
  const weight = weightAt(p, 1)
  const dimensions = numberAt(p, 2, 5, 1, Number.MAX_SAFE_INTEGER)
  return searched({
    p,
    dimensions: p.input.columns.filter((c) => c !== weight.column),
    shown: p.input.columns,
    weights: [weight.expr],
    wildcards: wildcardsFrom(p, 3),
    find: (data) => {
      const all = sizesOf(data)[0] ?? 0
      const found = closedPatterns(data, ([count = 0]) => count >= threshold * all, dimensions)
      return found.map((pattern) => counted(pattern, all))
    },
  })
}

export const autocluster: Plugin = (p) => {
  const sizeWeight = numberAt(p, 0, 0.5, 0, 1)
  const weight = weightAt(p, 1)
  const seeds = numberAt(p, 2, 25, 1, 10_000)
  return searched({
    p,
    dimensions: p.input.columns.filter((c) => c !== weight.column),
    shown: p.input.columns,
    weights: [weight.expr],
    wildcards: wildcardsFrom(p, 3),
    find: (data) => {
      const all = sizesOf(data)[0] ?? 0
      return clusters(data, sizeWeight, seeds).map((pattern) => counted(pattern, all))
    },
  })
}

export const diffpatterns: Plugin = (p) => {
  const split = columnAt(p, 0)
  const weight = weightAt(p, 3)
  const threshold = numberAt(p, 4, 0.05, 0.015, 1)
  const dimensions = numberAt(p, 5, Number.MAX_SAFE_INTEGER, 1, Number.MAX_SAFE_INTEGER)
  const inSet = (index: number): Expr => {
    const value = p.ctx.expr(argumentAt(p, index)!, { env: p.env, columns: [] })
    const here = call('Equal', 'bool', convert(col(split), 'string'), convert(value, 'string'))
    return call('iff', weight.expr.type, here, weight.expr, convert(longLit(0), weight.expr.type))
  }
  return searched({
    p,
    dimensions: p.input.columns.filter((c) => c !== weight.column && c !== split),
    shown: p.input.columns.filter((c) => c !== split),
    weights: [inSet(1), inSet(2)],
    wildcards: wildcardsFrom(p, 6),
    find: (data) => {
      const sizes = sizesOf(data)
      const frequent = (totals: readonly number[]): boolean =>
        totals.some((count, set) => count >= threshold * (sizes[set] ?? 0))
      return differences(data, closedPatterns(data, frequent, dimensions), sizes, threshold).map((d) => {
        const [a, b] = d.percents
        const counts = d.totals.map((t): Cell => Math.round(t))
        const percents = [a, b, Math.abs(a - b)].map((x): Cell => rounded(x, 2))
        return { pattern: d, about: [...counts, ...percents] }
      })
    },
  })
}
