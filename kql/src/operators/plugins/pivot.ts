// pivot: a column for each value of a column. https://learn.microsoft.com/kusto/query/pivot-plugin
import type { Row, ScalarType } from '../../model.ts'
import type { Scope } from '../../plan/context.ts'
import { convert, unsupported } from '../../plan/expressions.ts'
import { MissingFact } from '../../plan/facts.ts'
import { lit, stringLit } from '../../plan/literals.ts'
import type { Definition, Expr, NamedColumn, Rel, Relation } from '../../plan/nodes.ts'
import { columnsIn } from '../../plan/walk.ts'
import { scopeOf } from '../define.ts'
import { noRows } from '../partition.ts'
import { aggregateColumn, type Groups } from '../summarize.ts'
import { argumentAt, checkLearned, columnAt, learnedRows, type Plugin, type PluginCall, schemaPlace } from './define.ts'

const col = (c: { readonly id: number; readonly type: ScalarType }): Expr => ({ kind: 'col', id: c.id, type: c.type })
const call = (fn: string, type: ScalarType, ...args: Expr[]): Expr => ({ kind: 'call', fn, args, type })

interface Aggregated {
  readonly aggregates: readonly Definition[]
  readonly value: Expr
}

/** The aggregate of the call, count() if none is given, over a relation. */
function aggregate(p: PluginCall, over: Relation): Aggregated {
  const node = argumentAt(p, 1)
  const groups: Groups = { keys: [], aggregates: [], derived: [] }
  if (!node) return { value: aggregateColumn(call('count', 'long'), groups, p.ctx), aggregates: groups.aggregates }
  const scope: Scope = { ...scopeOf(over, p.env), aggregate: (c) => aggregateColumn(c, groups, p.ctx) }
  return { value: p.ctx.expr(node, scope), aggregates: groups.aggregates }
}

/** The columns that rows are grouped by: given ones, or all that the pivot does not use. */
function keysOf(p: PluginCall, pivot: NamedColumn, made: Aggregated): NamedColumn[] {
  if (p.args.length > 2) return p.args.slice(2).map((_a, i) => columnAt(p, i + 2))
  const used = new Set([pivot.id, ...made.aggregates.flatMap((d) => [...columnsIn(d.expr)])])
  return p.input.columns.filter((c) => !used.has(c.id))
}

function explore(p: PluginCall, pivot: NamedColumn, keys: readonly NamedColumn[], type: ScalarType): never {
  const id = p.ctx.newColumn('name', 'string', false)
  const rel: Rel = {
    kind: 'aggregate',
    input: p.input.rel,
    keys: [{ id, expr: convert(col(pivot), 'string') }],
    aggregates: [],
  }
  throw new MissingFact(
    schemaPlace(p),
    { rel, columns: [{ name: 'name', id, type: 'string' }] },
    p.ctx,
    (rows: readonly Row[]) => {
      const names = rows
        .map(([name]) => String(name))
        .filter((name) => name !== '')
        .sort((a, b) => (a < b ? -1 : 1))
      const clash = names.find((name) => keys.some((k) => k.name === name))
      if (clash !== undefined) unsupported(p.call, `a value '${clash}' that is called like a column`)
      const made = [...keys.map((k) => ({ name: k.name, type: k.type })), ...names.map((name) => ({ name, type }))]
      return { columns: made, ...(rows.length === 0 ? { open: type } : {}) }
    },
  )
}

export const pivot: Plugin = (p) => {
  const column = columnAt(p, 0)
  const made = aggregate(p, p.input)
  const keys = keysOf(p, column, made)
  if (!p.node.Schema) return explore(p, column, keys, made.value.type)
  checkLearned(p)
  const empty = noRows(p.input, p.ctx)
  const none = aggregate(p, empty)
  const noneId = p.ctx.newColumn('none', made.value.type)
  const nothing: Rel = {
    kind: 'extend',
    input: { kind: 'aggregate', input: empty.rel, keys: [], aggregates: none.aggregates },
    columns: [{ id: noneId, expr: none.value }],
  }
  const absent: Expr = { kind: 'subquery', rel: nothing, column: noneId, type: made.value.type, set: false }
  const name = p.ctx.newColumn('name', 'string', false)
  const value = p.ctx.newColumn('value', made.value.type)
  const keyOf = (c: NamedColumn): Definition => ({ id: c.id, expr: col(c) })
  const text = convert(col(column), 'string')
  const known = (): Expr =>
    call(
      'Or',
      'bool',
      call('isempty', 'bool', text),
      call('InCs', 'bool', text, ...p.bound.map((c) => stringLit(c.name))),
    )
  const perValue: Rel = {
    kind: 'aggregate',
    input: learnedRows(p, known),
    keys: [...keys.map(keyOf), { id: name, expr: text }],
    aggregates: made.aggregates,
  }
  const valued: Rel = { kind: 'extend', input: perValue, columns: [{ id: value, expr: made.value }] }
  const picks: Definition[] = []
  const definitions: Definition[] = []
  const columns = p.bound.map((c): NamedColumn => {
    const key = keys.find((k) => k.name === c.name)
    if (key) return key
    const here = call('Equal', 'bool', { kind: 'col', id: name, type: 'string' }, stringLit(c.name))
    const picked = p.ctx.newColumn('picked', made.value.type)
    const times = p.ctx.newColumn('times', 'long', false)
    picks.push(
      { id: picked, expr: call('pick', made.value.type, { kind: 'col', id: value, type: made.value.type }, here) },
      { id: times, expr: call('countif', 'long', here) },
    )
    const id = p.ctx.newColumn(c.name, c.type)
    const found = call('GreaterThan', 'bool', { kind: 'col', id: times, type: 'long' }, lit('long', 0n))
    definitions.push({
      id,
      expr: convert(
        call('iff', made.value.type, found, { kind: 'col', id: picked, type: made.value.type }, absent),
        c.type,
      ),
    })
    return { name: c.name, id, type: c.type }
  })
  const rel: Rel = { kind: 'aggregate', input: valued, keys: keys.map(keyOf), aggregates: picks }
  return { rel: { kind: 'extend', input: rel, columns: definitions }, columns }
}
