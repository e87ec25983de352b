// SELECT blocks -> SQL text. Written from the inside out, so that a block knows what the ones below it give.
import type { Stage } from '../compiled.ts'
import type { Diagnostic } from '../diagnostics.ts'
import type { ColumnId, ColumnInfo, Definition, Expr, Plan, Rel, SortKey } from '../plan/nodes.ts'
import { columnsIn, visitRel } from '../plan/walk.ts'
import { type Block, blockOf } from './blocks.ts'
import { type ExprContext, writeCondition, writeExpr } from './expr.ts'
import { writeFrom } from './from.ts'
import {
  computeParts,
  fromWithCuts,
  lines,
  orderText,
  ownKeys,
  type Parts,
  reachable,
  sharingContext,
  withText,
} from './parts.ts'
import { quoteName } from './quote.ts'
import type { Written } from './written.ts'

/** What a block is asked for: a column of the plan, or nothing (null of that type). No alias: the column's own name. */
export interface Output {
  readonly id: ColumnId | undefined
  readonly alias: string
  readonly type: ColumnInfo['type']
}

/** The columns of a stored table that the SQL reads. */
export interface TableRead {
  readonly table: string
  readonly source: { readonly database: string; readonly table: string }
  readonly columns: Set<string>
}

/** State of writing one query. */
export interface Writer {
  readonly columns: readonly ColumnInfo[]
  readonly stages: Stage[]
  readonly scratch: string
  readonly shared: Plan['shared']
  /** SQL name of a column where we are: the stored name inside the block that scans its table, its own name outside. */
  readonly names: Map<ColumnId, string>
  /** Names of their own, unique in the query. */
  readonly ownNames: Map<ColumnId, string>
  readonly taken: Set<string>
  /** The next number to try behind a name that is taken. */
  readonly numbers: Map<string, number>
  /** Every column name of every table read: nothing computed may be called like one, or it would hide it. */
  readonly stored: Set<string>
  readonly nullable: Map<ColumnId, boolean>
  readonly sharedTables: Map<number, string>
  /** What is read of each stored table, by its name in SQL. */
  readonly reads: Map<string, TableRead>
  /** What functions refuse of their arguments. */
  readonly errors: Diagnostic[]
}

export function createWriter(plan: Plan, scratch: string): Writer {
  const stored = new Set<string>()
  const note = (rel: Rel): void => {
    if (rel.kind === 'scan') for (const name of rel.source?.columns ?? []) stored.add(name)
  }
  for (const relation of [...plan.shared, ...plan.results]) visitRel(relation.rel, note)
  return {
    columns: plan.columns,
    stages: [],
    scratch,
    shared: plan.shared,
    names: new Map(),
    ownNames: new Map(),
    taken: new Set(),
    numbers: new Map(),
    stored,
    nullable: new Map(),
    sharedTables: new Map(),
    reads: new Map(),
    errors: [],
  }
}

/** A name that no other column of the query has, and no table it reads. */
export function freshName(wanted: string, w: Writer): string {
  let name = wanted
  let n = w.numbers.get(wanted) ?? 2
  while (w.taken.has(name) || w.stored.has(name)) name = `${wanted}_${n++}`
  w.numbers.set(wanted, n)
  w.taken.add(name)
  return name
}

/** The name under which a block hands a column out. A stored column keeps its name, unless another one has it. */
export function ownName(id: ColumnId, w: Writer): string {
  const known = w.ownNames.get(id)
  if (known) return known
  const wanted = w.columns[id]?.name || 'column'
  const keeps = w.names.get(id) === wanted && !w.taken.has(wanted)
  if (keeps) w.taken.add(wanted)
  const made = keeps ? wanted : freshName(wanted, w)
  w.ownNames.set(id, made)
  return made
}

export function nameOf(id: ColumnId, w: Writer): string {
  const known = w.names.get(id)
  if (known) return known
  const made = ownName(id, w)
  w.names.set(id, made)
  return made
}

/** What a block hands out, each column under its own name. */
export function outputsFor(ids: Iterable<ColumnId>, w: Writer): Output[] {
  return [...ids].map((id) => ({ id, alias: '', type: w.columns[id]?.type ?? 'dynamic' }))
}

export const isNullable = (id: ColumnId, w: Writer): boolean => w.nullable.get(id) ?? w.columns[id]?.nullable ?? true

export function exprContext(w: Writer): ExprContext {
  return {
    column: (id): Written => {
      const info = w.columns[id]
      const sql = quoteName(nameOf(id, w))
      return { sql, type: info?.type ?? 'dynamic', nullable: isNullable(id, w) }
    },
    refuse: (error) => w.errors.push(error.diagnostic),
    subquery: (rel: Rel, column, limit) => {
      const alias = freshName('value', w)
      const block = blockOf(rel)
      const one = limit && block.limit === undefined && !(block.group && block.group.keys.length === 0)
      const type = w.columns[column]?.type ?? 'dynamic'
      return writeBlock(one ? { ...block, limit: 1n } : block, [{ id: column, alias, type }], w)
    },
  }
}

/** Ids that a block must get from below, given what it has to put out; and which of its definitions are used. */
function demand(block: Block, outputs: readonly Output[]): { fromBelow: Set<ColumnId>; used: Set<ColumnId> } {
  const definitions = new Map<ColumnId, readonly Expr[]>()
  for (const d of block.definitions) definitions.set(d.id, [d.expr])
  for (const d of ownKeys(block)) definitions.set(d.id, [d.expr])
  for (const d of block.group?.aggregates ?? []) definitions.set(d.id, [d.expr])
  for (const d of block.windows?.columns ?? []) definitions.set(d.id, [d.expr])
  if (block.windows) definitions.set(block.windows.ordinal, [])
  const used = new Set<ColumnId>()
  const fromBelow = new Set<ColumnId>()
  const need = (id: ColumnId): void => {
    if (used.has(id) || fromBelow.has(id)) return
    const own = definitions.get(id)
    if (!own) {
      fromBelow.add(id)
      return
    }
    used.add(id)
    for (const expr of own) for (const inner of columnsIn(expr)) need(inner)
  }
  for (const output of outputs) if (output.id !== undefined) need(output.id)
  for (const expr of [...block.where, ...block.having]) for (const id of columnsIn(expr)) need(id)
  for (const key of block.order) need(key.id)
  for (const id of block.limitBy?.keys ?? []) need(id)
  for (const id of block.best ? [...block.best.keys, block.best.by] : []) need(id)
  for (const key of block.group?.keys ?? []) need(key.id)
  const usesWindows =
    block.windows?.columns.some((c) => used.has(c.id)) || (block.windows && used.has(block.windows.ordinal))
  if (usesWindows)
    for (const id of [...(block.windows?.over ?? []).map((key) => key.id), ...(block.windows?.by ?? [])]) need(id)
  return { fromBelow, used }
}

function bestCondition(block: Block, w: Writer): string | undefined {
  const best = block.best
  if (!best || block.from.kind !== 'scan' || [...best.keys, best.by].some((id) => isNullable(id, w))) return undefined
  const keys = best.keys.map(
    (id): Definition => ({ id, expr: { kind: 'col', id, type: w.columns[id]?.type ?? 'string' } }),
  )
  const names = [...best.keys, best.by].map((id) => quoteName(nameOf(id, w)))
  const inner: Block = { ...block, order: [] }
  const { best: _best, ...plain } = inner
  const value = w.columns[best.by]?.type ?? 'datetime'
  const extreme = w.columns.length
  const grown: Writer = { ...w, columns: [...w.columns, { name: 'extreme', type: value, nullable: false }] }
  const call: Expr = {
    kind: 'call',
    fn: best.desc ? 'max' : 'min',
    args: [{ kind: 'col', id: best.by, type: value }],
    type: value,
  }
  const groups: Block = {
    ...plain,
    group: { keys, aggregates: [{ id: extreme, expr: call }], before: inner.definitions.length },
  }
  const outputs = [...best.keys, extreme].map((id): Output => ({ id, alias: nameOf(id, grown), type: value }))
  return `(${names.join(', ')}) IN (${writeBlock(groups, outputs, grown)})`
}

/** One SELECT that gives the asked columns, in that order. */
export function writeBlock(block: Block, outputs: readonly Output[], w: Writer): string {
  const { fromBelow, used } = demand(block, outputs)
  const from = writeFrom(block.from, fromBelow, w)
  return selectText(
    block,
    outputs.map((o) => (o.alias === '' && o.id !== undefined ? { ...o, alias: ownName(o.id, w) } : o)),
    used,
    from,
    [...fromBelow],
    w,
  )
}

function selectText(
  block: Block,
  outputs: readonly Output[],
  used: ReadonlySet<ColumnId>,
  from: string,
  fromBelow: readonly ColumnId[],
  w: Writer,
): string {
  const wanted = new Set(outputs.flatMap((o) => (o.id === undefined ? [] : [o.id])))
  const parts = computeParts(block, used, wanted, w)
  const select = outputs.map((o) => outputText(o, parts, w))
  for (const [id, sql] of parts.computed) {
    const name = quoteName(nameOf(id, w))
    if (!outputs.some((o) => o.id === id && quoteName(o.alias) === name)) parts.with.push({ name, sql })
  }
  const conditions = block.where.map((e) => writeCondition(e, sharingContext(parts, w, true)))
  const having = block.having.map((e) => writeCondition(e, sharingContext(parts, w, false)))
  const columns = fromBelow.map((id) => quoteName(nameOf(id, w)))
  const below = fromWithCuts(from, columns, conditions, parts, w)
  const best = bestCondition(block, w)
  const where = [...below.where, ...(best ? [best] : [])]
  const body = [
    where.length > 0 ? `WHERE ${where.join(' AND ')}` : '',
    groupText(block, w),
    having.length > 0 ? `HAVING ${having.join(' AND ')}` : '',
    ...tailOf(block, best !== undefined, w),
  ]
  const named = parts.cuts.length > 0 ? reachable([...select, ...body], parts.with) : parts.with
  return lines([withText(named), `SELECT ${select.length > 0 ? select.join(', ') : '1'}`, below.from, ...body])
}

function groupText(block: Block, w: Writer): string {
  if (!block.group) return ''
  if (block.group.keys.length === 0) return ''
  return `GROUP BY ${block.group.keys.map((k) => quoteName(nameOf(k.id, w))).join(', ')}`
}

function tailOf(block: Block, bestByCondition: boolean, w: Writer): string[] {
  const names = (ids: readonly ColumnId[]): string => ids.map((id) => quoteName(nameOf(id, w))).join(', ')
  const best = block.best
  if (best) {
    const key: SortKey = { id: best.by, desc: best.desc, nullsFirst: false }
    return [bestByCondition ? '' : `ORDER BY ${orderText([key], w)}`, `LIMIT 1 BY ${names(best.keys)}`]
  }
  return [
    block.order.length > 0 ? `ORDER BY ${orderText(block.order, w)}` : '',
    block.limitBy ? `LIMIT ${block.limitBy.count} BY ${names(block.limitBy.keys)}` : '',
    block.limit !== undefined ? `LIMIT ${block.limit}` : '',
  ]
}

function outputText(output: Output, parts: Parts, w: Writer): string {
  const alias = quoteName(output.alias)
  if (output.id === undefined) {
    return `${writeExpr({ kind: 'lit', value: output.type === 'string' ? '' : null, type: output.type }, exprContext(w)).sql} AS ${alias}`
  }
  const name = quoteName(nameOf(output.id, w))
  const computed = parts.computed.get(output.id)
  if (computed !== undefined && alias === name) return `${computed} AS ${alias}`
  return name === alias ? name : `${name} AS ${alias}`
}
