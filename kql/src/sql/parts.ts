// What a SELECT computes: its definitions under their names, and SQL that is used more than once.
//
// A name in WITH is a copy of its SQL at each use, for the engine's analyzer: names over names grow like a tree. What would
// grow too large is cut off: it becomes a column of a SELECT of its own below.
import { isWindowed, windowPlace } from '../functions/window.ts'
import type { ColumnId, Definition, Expr, SortKey } from '../plan/nodes.ts'
import { columnsIn } from '../plan/walk.ts'
import type { Block } from './blocks.ts'
import { type ExprContext, writeExpr } from './expr.ts'
import { quoteName } from './quote.ts'
import { exprContext, freshName, isNullable, nameOf, type Writer } from './write.ts'
import type { Written } from './written.ts'

/** Keys that are computed; a key that is a column of the input is that column itself. */
export const ownKeys = (block: Block): readonly Definition[] =>
  (block.group?.keys ?? []).filter((k) => !(k.expr.kind === 'col' && k.expr.id === k.id))

export function orderText(keys: readonly SortKey[], w: Writer): string {
  return keys
    .map((key) => {
      const name = quoteName(nameOf(key.id, w))
      const nulls = isNullable(key.id, w) ? (key.nullsFirst ? ' NULLS FIRST' : ' NULLS LAST') : ''
      return `${name} ${key.desc ? 'DESC' : 'ASC'}${nulls}`
    })
    .join(', ')
}

/** SQL of a definition; remembers whether it can be null, for what builds on it. */
function writeDefinition(d: Definition, w: Writer, ctx: ExprContext): Written {
  const value = writeExpr(d.expr, ctx)
  w.nullable.set(d.id, value.nullable)
  return value
}

/** SQL under a name. */
interface Named {
  readonly name: string
  readonly sql: string
}

export interface Parts {
  readonly with: Named[]
  /** SQL that got a name of its own in this SELECT. */
  readonly shared: Map<string, string>
  /** SQL of each id that this block computes. */
  readonly computed: Map<ColumnId, string>
  /** What is computed in SELECTs below, innermost first, each with the names that its SQL may use. */
  readonly cuts: (Named & { readonly with: readonly Named[] })[]
  /** Length of the SQL behind a name once every name in it is written out. */
  readonly sizes: Map<string, number>
}

/** SQL shorter than this is repeated rather than named. */
const shortSql = 40

/** Written out, SQL longer than this is cut off. The engine allows 500,000 nodes a query, of a few characters each. */
const largeSql = 20_000

const quotedNames = /`(?:[^`\\]|\\.)+`/g

const namesIn = (sql: string): string[] => sql.match(quotedNames) ?? []

function sizeOf(sql: string, parts: Parts): number {
  let size = sql.length
  for (const name of namesIn(sql)) size += parts.sizes.get(name) ?? 0
  return size
}

/** The names that some SQL uses, and those that these use. */
export function reachable(texts: readonly string[], all: readonly Named[]): readonly Named[] {
  const byName = new Map(all.map((n) => [n.name, n]))
  const found = new Set<Named>()
  const visit = (sql: string): void => {
    for (const name of namesIn(sql)) {
      const named = byName.get(name)
      if (!named || found.has(named)) continue
      found.add(named)
      visit(named.sql)
    }
  }
  for (const sql of texts) visit(sql)
  return all.filter((n) => found.has(n))
}

const computedNames = (parts: Parts, w: Writer): Named[] =>
  [...parts.computed].map(([id, sql]) => ({ name: quoteName(nameOf(id, w)), sql }))

/** Cuts SQL off if it is large; only what depends on single rows can be computed below. */
function cutOff(named: Named, rows: boolean, parts: Parts, w: Writer): boolean {
  const size = sizeOf(named.sql, parts)
  const large = rows && size > largeSql
  if (large) parts.cuts.push({ ...named, with: [...parts.with, ...computedNames(parts, w)] })
  else parts.sizes.set(named.name, size)
  return large
}

/** `rows`: what is written depends on single rows, not on groups or windows. */
export function sharingContext(parts: Parts, w: Writer, rows: boolean): ExprContext {
  const share = (sql: string): string => {
    if (sql.length < shortSql) return sql
    const known = parts.shared.get(sql)
    if (known && (rows || !parts.cuts.some((c) => c.name === known))) return known
    const named = { name: quoteName(freshName('x', w)), sql }
    parts.shared.set(sql, named.name)
    if (!cutOff(named, rows, parts, w)) parts.with.push(named)
    return named.name
  }
  return { ...exprContext(w), share }
}

export function computeParts(
  block: Block,
  used: ReadonlySet<ColumnId>,
  wanted: ReadonlySet<ColumnId>,
  w: Writer,
): Parts {
  const parts: Parts = { with: [], shared: new Map(), computed: new Map(), cuts: [], sizes: new Map() }
  const [ofRows, late] = [sharingContext(parts, w, true), sharingContext(parts, w, false)]
  const add = (d: Definition, context: ExprContext, rows: boolean): void => {
    if (!used.has(d.id)) return
    const { sql } = writeDefinition(d, w, context)
    put(d.id, sql, rows, wanted, parts, w)
  }
  const grouped = new Set([...(block.group?.keys ?? []), ...(block.group?.aggregates ?? [])].map((d) => d.id))
  const early = block.definitions.filter((d) => !dependsOn(d, grouped, block))
  const before = new Set(block.group ? block.definitions.slice(0, block.group.before) : early)
  for (const d of early) add(d, before.has(d) ? ofRows : late, before.has(d))
  for (const d of ownKeys(block)) add(d, ofRows, true)
  const aggregating: ExprContext = { ...late, aggregating: true, ...(ofRows.share ? { shareRows: ofRows.share } : {}) }
  for (const d of block.group?.aggregates ?? []) add(d, aggregating, false)
  if (block.windows) writeWindows(block.windows, used, wanted, parts, w)
  for (const d of block.definitions) if (!early.includes(d)) add(d, late, false)
  return parts
}

/** A column of the block: in the list of the SELECT if it is asked for, else under a name. */
function put(id: ColumnId, sql: string, rows: boolean, wanted: ReadonlySet<ColumnId>, parts: Parts, w: Writer): void {
  const named = { name: quoteName(nameOf(id, w)), sql }
  if (cutOff(named, rows, parts, w)) return
  if (wanted.has(id)) parts.computed.set(id, sql)
  else parts.with.push(named)
}

/**
 * Between a cut and what reads it: without a limit the engine moves conditions through both, and spends time on every path through
 * the expressions.
 */
const barrier = 'LIMIT 9223372036854775807'

interface CutFrom {
  readonly from: string
  /** Conditions that need columns of the last cut. */
  readonly where: readonly string[]
}

/** How many cuts a condition needs. */
function cutsNeeded(condition: string, names: readonly Named[], parts: Parts): number {
  const used = new Set([condition, ...reachable([condition], names).map((n) => n.sql)].flatMap(namesIn))
  return 1 + parts.cuts.findLastIndex((cut) => used.has(cut.name))
}

/**
 * The FROM clause of a SELECT with what was cut off it computed below, where conditions are checked as early as they can be;
 * `columns` are the names that it reads.
 */
export function fromWithCuts(
  from: string,
  columns: readonly string[],
  where: readonly string[],
  parts: Parts,
  w: Writer,
): CutFrom {
  const all = [...parts.with, ...computedNames(parts, w)]
  const places = where.map((text) => ({ text, level: cutsNeeded(text, all, parts) }))
  let below = from
  const names = [...columns]
  parts.cuts.forEach((cut, level) => {
    const here = places.filter((c) => c.level === level).map((c) => c.text)
    const own = new Set([...reachable([cut.sql], cut.with), ...reachable(here, all)].map((n) => n.name))
    const text = [
      withText(all.filter((n) => own.has(n.name))),
      `SELECT ${[...names, `${cut.sql} AS ${cut.name}`].join(', ')}`,
      below,
      here.length > 0 ? `WHERE ${here.join(' AND ')}` : '',
      barrier,
    ]
    below = `FROM (\n${lines(text).replace(/^/gm, '  ')}\n)`
    names.push(cut.name)
  })
  return { from: below, where: places.filter((c) => c.level >= parts.cuts.length).map((c) => c.text) }
}

/** Clauses, those that are there, a line each. */
export const lines = (clauses: readonly string[]): string => clauses.filter((c) => c !== '').join('\n')

export const withText = (list: readonly Named[]): string =>
  list.length > 0 ? `WITH ${list.map((n) => `${n.sql} AS ${n.name}`).join(', ')}` : ''

/** Whether a definition builds on the group's columns or on windows, and so comes after them. */
function dependsOn(d: Definition, grouped: ReadonlySet<ColumnId>, block: Block): boolean {
  const late = new Set([...grouped, ...(block.windows?.columns ?? []).map((c) => c.id)])
  if (block.windows) late.add(block.windows.ordinal)
  if (late.size === 0) return false
  const byId = new Map(block.definitions.map((x) => [x.id, x]))
  const seen = new Set<ColumnId>()
  const reaches = (expr: Expr): boolean =>
    [...columnsIn(expr)].some((id) => {
      if (late.has(id)) return true
      const next = byId.get(id)
      if (!next || seen.has(id)) return false
      seen.add(id)
      return reaches(next.expr)
    })
  return reaches(d.expr)
}

/** `PARTITION BY … ORDER BY …` */
const overText = (by: readonly string[], order: string): string =>
  [by.length > 0 ? `PARTITION BY ${by.join(', ')}` : '', order].filter((t) => t !== '').join(' ')

function writeWindows(
  windows: NonNullable<Block['windows']>,
  used: ReadonlySet<ColumnId>,
  wanted: ReadonlySet<ColumnId>,
  parts: Parts,
  w: Writer,
): void {
  const over = windows.over.length === 0 ? '' : `ORDER BY ${orderText(windows.over, w)}`
  const ofRows = sharingContext(parts, w, true)
  // A window's value has its place where the window is written, not in a name or a SELECT below.
  const share = (sql: string): string => (isWindowed(sql) ? sql : (ofRows.share?.(sql) ?? sql))
  const base: ExprContext = { ...ofRows, share }
  const by = windows.by.map((id) => quoteName(nameOf(id, w)))
  for (const d of windows.columns) {
    if (!used.has(d.id)) continue
    const value = writeDefinition(d, w, base)
    const place = (_all: string, own: string | undefined): string => overText([...by, ...(own ? [own] : [])], over)
    put(d.id, value.sql.replace(windowPlace, place), false, wanted, parts, w)
  }
  w.nullable.set(windows.ordinal, false)
  if (used.has(windows.ordinal)) put(windows.ordinal, `row_number() OVER (${over})`, false, wanted, parts, w)
}
