// ipv4_lookup, ipv6_lookup: rows whose address lies in a network of a table.
// https://learn.microsoft.com/kusto/query/ipv4-lookup-plugin

import { is } from '../../kusto/syntax.ts'
import { convert, unsupported } from '../../plan/expressions.ts'
import type { ColumnId, Expr, Join, NamedColumn, Rel, Relation } from '../../plan/nodes.ts'
import { shareRelation } from '../../plan/shared.ts'
import { samePairs } from '../top-nested.ts'
import { argumentAt, columnAt, constantAt, type Plugin, type PluginCall } from './define.ts'

interface Lookup {
  readonly table: Relation
  readonly network: NamedColumn
  readonly extra: readonly { readonly left: string; readonly right: NamedColumn }[]
  readonly unmatched: boolean
}

function lookupOf(p: PluginCall): Lookup {
  const table = p.ctx.relation(argumentAt(p, 0)!, p.env)
  const named = (index: number): NamedColumn => {
    const node = argumentAt(p, index)
    const name = is(node, 'NameReference') ? node.SimpleName : undefined
    return (
      table.columns.find((c) => c.name === name) ??
      unsupported(node ?? p.call, 'an argument that is not a column of the lookup table')
    )
  }
  const rest = p.args.slice(3).map((_a, i) => i + 3)
  const isKey = (i: number): boolean =>
    is(argumentAt(p, i), 'NameReference') &&
    table.columns.some((c) => c.name === (argumentAt(p, i) as { SimpleName?: string }).SimpleName)
  const keys = rest.filter(isKey)
  const flag = rest.find((i) => !isKey(i))
  const unmatched = constantAt(p, flag ?? 99, 'return_unmatched') === true
  return { table, network: named(2), extra: keys.map((i) => ({ left: named(i).name, right: named(i) })), unmatched }
}

/** Every network that an address belongs to, one row each; the row's pairs with the lookup table. */
function matches(left: Relation, address: NamedColumn, kind: 'ipv4' | 'ipv6', l: Lookup, p: PluginCall): Rel {
  const candidate = p.ctx.newColumn('network', 'dynamic')
  const text = (id: ColumnId): Expr => ({
    kind: 'call',
    fn: 'text_of_slot',
    args: [{ kind: 'col', id, type: 'dynamic' }],
    type: 'string',
  })
  const networks: Expr = {
    kind: 'call',
    fn: `${kind}_networks_of`,
    args: [convert({ kind: 'col', id: address.id, type: address.type }, 'string')],
    type: 'dynamic',
  }
  const spread: Rel = {
    kind: 'unnest',
    input: left.rel,
    columns: [{ id: candidate, expr: networks }],
    index: p.ctx.newColumn('index', 'long', false),
    limit: undefined,
    dropEmpty: true,
  }
  const network: Expr = {
    kind: 'call',
    fn: `${kind}_network`,
    args: [convert({ kind: 'col', id: l.network.id, type: l.network.type }, 'string')],
    type: 'string',
  }
  const on: Join['on'][number][] = [{ left: text(candidate), right: network }]
  for (const e of l.extra) {
    const own = left.columns.find((c) => c.name === e.left)
    if (!own) return unsupported(p.call, `the key '${e.left}'`)
    on.push(...samePairs(own, e.right))
  }
  return { kind: 'join', join: 'inner', left: spread, right: l.table.rel, on }
}

const ipLookup =
  (kind: 'ipv4' | 'ipv6'): Plugin =>
  (p) => {
    const l = lookupOf(p)
    const address = columnAt(p, 1)
    const extra = new Set(l.extra.map((e) => e.right.id))
    const added = l.table.columns.filter((c) => !extra.has(c.id))
    const named = (columns: readonly NamedColumn[]): NamedColumn[] =>
      columns.map((c, i) => ({ ...c, name: p.bound[i]?.name ?? c.name }))
    if (!l.unmatched)
      return { rel: matches(p.input, address, kind, l, p), columns: named([...p.input.columns, ...added]) }
    const use = shareRelation(kind, p.input, p.ctx)
    const [found, all] = [use(), use()]
    const at = p.input.columns.findIndex((c) => c.id === address.id)
    const pairs = matches(found.relation, found.relation.columns[at]!, kind, l, p)
    const on: Join['on'] = [
      { left: { kind: 'col', id: all.ordinal, type: 'long' }, right: { kind: 'col', id: found.ordinal, type: 'long' } },
    ]
    return {
      rel: { kind: 'join', join: 'left', left: all.relation.rel, right: pairs, on },
      columns: named([...all.relation.columns, ...added]),
    }
  }

export const ipv4Lookup = ipLookup('ipv4')
export const ipv6Lookup = ipLookup('ipv6')
