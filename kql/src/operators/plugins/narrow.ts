// narrow: a row for each cell. https://learn.microsoft.com/kusto/query/narrow-plugin

import { convert } from '../../plan/expressions.ts'
import { stringLit } from '../../plan/literals.ts'
import type { Expr, NamedColumn, Rel } from '../../plan/nodes.ts'
import type { Plugin } from './define.ts'

export const narrow: Plugin = (p) => {
  const row = p.ctx.newColumn('Row', 'long', false)
  const [name, value] = [p.ctx.newColumn('name', 'dynamic'), p.ctx.newColumn('value', 'dynamic')]
  const list = (items: readonly Expr[]): Expr => ({ kind: 'call', fn: 'text_array', args: items, type: 'dynamic' })
  const numbered: Rel = { kind: 'window', input: p.input.rel, columns: [], by: [], ordinal: row }
  const names = list(p.input.columns.map((c) => stringLit(c.name)))
  const values = list(p.input.columns.map((c) => convert({ kind: 'col', id: c.id, type: c.type }, 'string')))
  const rel: Rel = {
    kind: 'unnest',
    input: numbered,
    columns: [
      { id: name, expr: names },
      { id: value, expr: values },
    ],
    index: p.ctx.newColumn('index', 'long', false),
    limit: undefined,
    dropEmpty: true,
  }
  const text = (id: number): Expr => ({
    kind: 'call',
    fn: 'text_of_slot',
    args: [{ kind: 'col', id, type: 'dynamic' }],
    type: 'string',
  })
  const columns: NamedColumn[] = [
    { name: 'Row', type: 'long', id: p.ctx.newColumn('Row', 'long') },
    { name: 'Column', type: 'string', id: p.ctx.newColumn('Column', 'string') },
    { name: 'Value', type: 'string', id: p.ctx.newColumn('Value', 'string') },
  ]
  const zeroBased: Expr = {
    kind: 'call',
    fn: 'Subtract',
    args: [
      { kind: 'col', id: row, type: 'long' },
      { kind: 'lit', value: 1n, type: 'long' },
    ],
    type: 'long',
  }
  const exprs = [zeroBased, text(name), text(value)]
  return {
    rel: { kind: 'extend', input: rel, columns: columns.map((c, i) => ({ id: c.id, expr: exprs[i]! })) },
    columns,
  }
}
