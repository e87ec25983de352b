// bag_unpack: a column for each slot of a bag. https://learn.microsoft.com/kusto/query/bag-unpack-plugin
import type { Column, Row, ScalarType } from '../../model.ts'
import { convert, unsupported } from '../../plan/expressions.ts'
import { MissingFact } from '../../plan/facts.ts'
import { lit, stringLit } from '../../plan/literals.ts'
import type { Definition, Expr, NamedColumn, Rel } from '../../plan/nodes.ts'
import { extended } from '../define.ts'
import { checkLearned, columnAt, constantAt, learnedRows, type Plugin, type PluginCall, schemaPlace } from './define.ts'

type Conflict = 'error' | 'replace_source' | 'keep_source'

interface Options {
  readonly bag: NamedColumn
  readonly prefix: string
  readonly conflict: Conflict
  readonly ignored: ReadonlySet<string>
}

const jsonTypes: Readonly<Record<string, ScalarType>> = {
  Int64: 'long',
  UInt64: 'long',
  Double: 'real',
  String: 'string',
  Bool: 'bool',
}

/** The type of a slot: that of its values, dynamic if they differ or there is none. */
function slotType(types: ReadonlySet<string>): ScalarType {
  const found = new Set([...types].filter((t) => t !== 'Null').map((t) => jsonTypes[t] ?? 'dynamic'))
  const [only] = found
  return found.size === 1 && only ? only : 'dynamic'
}

/** Rows are texts `Type name`: what slots there are, with which types; an empty text for rows without any. */
function outputColumns(rows: readonly Row[], p: PluginCall, o: Options): Column[] {
  const slots = new Map<string, Set<string>>()
  for (const [cell] of rows) {
    if (cell === null || cell === '') continue
    const slot = String(cell)
    const space = slot.indexOf(' ')
    const name = slot.slice(space + 1)
    if (!o.ignored.has(name)) slots.set(name, (slots.get(name) ?? new Set()).add(slot.slice(0, space)))
  }
  const source = p.input.columns.filter((c) => c.id !== o.bag.id)
  const made = [...slots]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, types]): Column => ({ name: o.prefix + name, type: slotType(types) }))
  const clash = made.find((c) => source.some((s) => s.name === c.name))
  if (clash && o.conflict === 'error')
    unsupported(
      p.call,
      `a slot '${clash.name}' that is called like a column`,
      "say columnsConflict='replace_source' or 'keep_source', or give a prefix",
    )
  const replaced = new Map(o.conflict === 'replace_source' ? made.map((c) => [c.name, c]) : [])
  return [
    ...source.map((s) => replaced.get(s.name) ?? { name: s.name, type: s.type }),
    ...made.filter((c) => !source.some((s) => s.name === c.name)),
  ]
}

function explore(p: PluginCall, o: Options): never {
  const slot = p.ctx.newColumn('slot', 'dynamic', false)
  const name = p.ctx.newColumn('name', 'string', false)
  const array: Expr = {
    kind: 'call',
    fn: 'bag_slots',
    args: [{ kind: 'col', id: o.bag.id, type: 'dynamic' }],
    type: 'dynamic',
  }
  const rel: Rel = {
    kind: 'unnest',
    input: p.input.rel,
    columns: [{ id: slot, expr: array }],
    index: p.ctx.newColumn('index', 'long', false),
    limit: undefined,
    dropEmpty: false,
  }
  const text: Expr = {
    kind: 'call',
    fn: 'text_of_slot',
    args: [{ kind: 'col', id: slot, type: 'dynamic' }],
    type: 'string',
  }
  const distinct: Rel = { kind: 'aggregate', input: rel, keys: [{ id: name, expr: text }], aggregates: [] }
  throw new MissingFact(
    schemaPlace(p),
    { rel: distinct, columns: [{ name: 'slot', id: name, type: 'string' }] },
    p.ctx,
    (rows) => ({ columns: outputColumns(rows, p, o), ...(rows.length === 0 ? { open: 'dynamic' } : {}) }),
  )
}

/** Whether a bag has no slots but those that the schema knows. */
function hasOnly(p: PluginCall, o: Options): Expr {
  const slots = p.bound.map((c) => (c.name.startsWith(o.prefix) ? c.name.slice(o.prefix.length) : c.name))
  const known = lit('dynamic', JSON.stringify([...slots, ...o.ignored]))
  const call = (fn: string, type: ScalarType, ...args: Expr[]): Expr => ({ kind: 'call', fn, args, type })
  const keys = call('bag_keys', 'dynamic', { kind: 'col', id: o.bag.id, type: 'dynamic' })
  const others = call('array_length', 'long', call('set_difference', 'dynamic', keys, known))
  return call('Equal', 'bool', call('coalesce', 'long', others, lit('long', 0n)), lit('long', 0n))
}

export const bagUnpack: Plugin = (p) => {
  const bag = columnAt(p, 0)
  const ignored = constantAt(p, 3, 'ignoredProperties')
  const o: Options = {
    bag,
    prefix: String(constantAt(p, 1, 'OutputColumnPrefix') ?? ''),
    conflict: (constantAt(p, 2, 'columnsConflict') ?? 'error') as Conflict,
    ignored: new Set(typeof ignored === 'string' ? (JSON.parse(ignored) as string[]) : []),
  }
  if (!p.node.Schema) return explore(p, o)
  checkLearned(p)
  const definitions: Definition[] = []
  const columns = p.bound.map((c): NamedColumn => {
    const source = p.input.columns.find((s) => s.name === c.name && s.id !== bag.id)
    if (source && o.conflict !== 'replace_source') return source
    const key = c.name.startsWith(o.prefix) ? c.name.slice(o.prefix.length) : c.name
    const value: Expr = {
      kind: 'call',
      fn: 'path',
      args: [{ kind: 'col', id: bag.id, type: 'dynamic' }, stringLit(key)],
      type: 'dynamic',
    }
    if (source && !o.prefix && o.ignored.has(key)) return source
    const id = p.ctx.newColumn(c.name, c.type)
    definitions.push({ id, expr: convert(value, c.type) })
    return { name: c.name, id, type: c.type }
  })
  return {
    rel: extended(
      learnedRows(p, () => hasOnly(p, o)),
      definitions,
    ),
    columns,
  }
}
