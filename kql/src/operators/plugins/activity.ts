// Plug-ins that compare the users of periods: activity_counts_metrics, activity_metrics, new_activity_metrics.
// https://learn.microsoft.com/kusto/query/activity-counts-metrics-plugin https://learn.microsoft.com/kusto/query/activity-metrics-plugin
// https://learn.microsoft.com/kusto/query/new-activity-metrics-plugin
import { isTable } from '../../kusto/syntax.ts'
import { unsupported } from '../../plan/expressions.ts'
import { lit, longLit, nullOf } from '../../plan/literals.ts'
import type { Expr, Rel, Relation } from '../../plan/nodes.ts'
import { columnNamed, scopeOf } from '../define.ts'
import { samePairs } from '../top-nested.ts'
import { call } from './bins.ts'
import type { Plugin, PluginCall } from './define.ts'
import {
  allPeriods,
  answer,
  countOf,
  crossed,
  key,
  long,
  orZero,
  perDimensions,
  perId,
  periods,
  samePlaces,
  sorted,
  windowed,
} from './periods.ts'

type Periods = ReturnType<typeof periods>
type Ids = ReturnType<typeof perId>

/** The period in which each id is seen first, beside every row of it. */
const firstPeriod = (ids: Ids, p: PluginCall): ReturnType<typeof windowed> =>
  windowed(ids.rel, call('window_min', 'long', long(ids.at)), [...ids.dims.map((d) => d.id), ids.id.id], p)

/** A row for each period and group of dimensions, with what was counted there, if anything was. */
function everyPeriod(all: Periods, ids: Ids, grouped: Rel) {
  const bins = allPeriods(all)
  const grid = perDimensions(bins.rel, all)
  const on = samePlaces([[bins.at, ids.at]], grid.dims, ids.dims)
  const joined: Rel = { kind: 'join', join: 'left', left: grid.rel, right: grouped, on }
  return { bins, grid, joined }
}

export const activityCountsMetrics: Plugin = (p) => {
  const all = periods(p, 5)
  const ids = perId(all)
  const first = firstPeriod(ids, p)
  const [count, distinct, fresh] = [0, 1, 2].map(() => p.ctx.newColumn('count', 'long', false)) as [
    number,
    number,
    number,
  ]
  const grouped: Rel = {
    kind: 'aggregate',
    input: first.rel,
    keys: [...ids.dims.map(key), { id: ids.at, expr: long(ids.at) }],
    aggregates: [
      { id: count, expr: call('sum', 'long', long(ids.count)) },
      { id: distinct, expr: countOf(ids.id) },
      { id: fresh, expr: countOf(ids.id, call('Equal', 'bool', long(first.id), long(ids.at))) },
    ],
  }
  const { bins, grid, joined } = everyPeriod(all, ids, grouped)
  const total = windowed(
    sorted(joined, bins.at),
    call('row_cumsum', 'long', orZero(fresh)),
    grid.dims.map((d) => d.id),
    p,
  )
  return answer(all, total.rel, [bins.at], grid.dims, [orZero(count), orZero(distinct), orZero(fresh), long(total.id)])
}

const share = (part: Expr, whole: Expr): Expr => {
  const some = call('GreaterThan', 'bool', whole, longLit(0))
  const ratio = call('Divide', 'real', call('toreal', 'real', part), call('toreal', 'real', whole))
  return call('iff', 'real', some, ratio, lit('real', Number.NaN))
}

export const activityMetrics: Plugin = (p) => {
  if (p.args.length < 5)
    return unsupported(p.call, 'activity_metrics without start and end', 'where its periods begin is not documented')
  const all = periods(p, 5)
  const ids = perId(all)
  const own = [...ids.dims.map((d) => d.id), ids.id.id]
  const before = windowed(sorted(ids.rel, ids.at), call('prev', 'long', long(ids.at)), own, p)
  const returned = call('Equal', 'bool', call('Add', 'long', long(before.id), longLit(1)), long(ids.at))
  const [distinct, back] = [p.ctx.newColumn('dcount', 'long', false), p.ctx.newColumn('dcount', 'long', false)]
  const grouped: Rel = {
    kind: 'aggregate',
    input: before.rel,
    keys: [...ids.dims.map(key), { id: ids.at, expr: long(ids.at) }],
    aggregates: [
      { id: distinct, expr: countOf(ids.id) },
      { id: back, expr: countOf(ids.id, returned) },
    ],
  }
  const { bins, grid, joined } = everyPeriod(all, ids, grouped)
  const last = windowed(
    sorted(joined, bins.at),
    call('prev', 'long', orZero(distinct)),
    grid.dims.map((d) => d.id),
    p,
  )
  const start = call('coalesce', 'long', long(last.id), longLit(0))
  const lost = call('Subtract', 'long', start, orZero(back))
  const fresh = call('Subtract', 'long', orZero(distinct), orZero(back))
  const values = [orZero(distinct), fresh, share(orZero(back), start), share(lost, start)]
  return answer(all, last.rel, [bins.at], grid.dims, values)
}

interface NewActivityArguments {
  readonly cohort: Expr | undefined
  readonly dimsFrom: number
  readonly dimsTo: number
  /** Ids that are not new: a table with a column of the id's name. */
  readonly lookback: (() => Relation) | undefined
}

function newActivityArguments(p: PluginCall): NewActivityArguments {
  const last = p.args.at(-1)
  const table = last && isTable(last.ResultType) ? last : undefined
  const dimsTo = p.args.length - (table ? 1 : 0)
  const fifth = dimsTo > 5 ? p.args[5] : undefined
  const constant = fifth && p.ctx.expr(fifth, scopeOf(p.input, p.env))
  const cohort = constant && constant.kind !== 'col' ? constant : undefined
  return {
    cohort,
    dimsFrom: cohort ? 6 : 5,
    dimsTo,
    lookback: table && (() => p.ctx.relation(table, p.env)),
  }
}

export const newActivityMetrics: Plugin = (p) => {
  const given = newActivityArguments(p)
  const all = periods(p, given.dimsFrom, given.dimsTo)
  const ids = perId(all, (rows) => {
    const known = given.lookback?.()
    if (!known) return rows.rel
    const column =
      columnNamed(known, rows.id.name) ?? unsupported(p.call, `a lookback without a column '${rows.id.name}'`)
    if (column.type !== rows.id.type) unsupported(p.call, 'a lookback whose ids are of another type')
    return { kind: 'join', join: 'leftanti', left: rows.rel, right: known.rel, on: samePairs(rows.id, column) }
  })
  const first = firstPeriod(ids, p)
  const seen = p.ctx.newColumn('dcount', 'long', false)
  const grouped: Rel = {
    kind: 'aggregate',
    input: first.rel,
    keys: [...ids.dims.map(key), { id: first.id, expr: long(first.id) }, { id: ids.at, expr: long(ids.at) }],
    aggregates: [{ id: seen, expr: countOf(ids.id) }],
  }
  const [from, to] = [allPeriods(all), allPeriods(all)]
  const pairs: Rel = {
    kind: 'filter',
    input: crossed(from.rel, to.rel, p),
    predicate: call('LessThanOrEqual', 'bool', long(from.at), long(to.at)),
  }
  const grid = perDimensions(pairs, all)
  const on = samePlaces(
    [
      [from.at, first.id],
      [to.at, ids.at],
    ],
    grid.dims,
    ids.dims,
  )
  const joined: Rel = { kind: 'join', join: 'left', left: grid.rel, right: grouped, on }
  const dims = grid.dims.map((d) => d.id)
  const itself = call('Equal', 'bool', long(from.at), long(to.at))
  const own = call('iff', 'long', itself, orZero(seen), nullOf('long'))
  const cohort = windowed(joined, call('window_max', 'long', own), [...dims, from.at], p)
  const later = windowed(
    sorted(cohort.rel, from.at, true),
    call('row_cumsum', 'long', orZero(seen)),
    [...dims, to.at],
    p,
  )
  const wanted: Rel = given.cohort
    ? {
        kind: 'filter',
        input: later.rel,
        predicate: call(
          'Equal',
          'bool',
          long(from.at),
          call('series_bin', 'long', given.cohort, all.start, lit('timespan', all.size)),
        ),
      }
    : later.rel
  const retained = orZero(seen)
  const others = call('Subtract', 'long', long(later.id), retained)
  const values = [
    call('iff', 'long', itself, retained, others),
    retained,
    call('Subtract', 'long', long(cohort.id), retained),
    share(retained, long(cohort.id)),
    share(call('Subtract', 'long', long(cohort.id), retained), long(cohort.id)),
  ]
  return answer(all, wanted, [from.at, to.at], grid.dims, values)
}
