// `parse_json(log_s).user.username` reads the column in which the engine keeps that path, where a table has one.
import type { PromotedPath } from '../model.ts'
import type { Call, ColumnId, ColumnInfo, Expr, Rel, Scan } from '../plan/nodes.ts'
import { mapRel, visitRel } from '../plan/walk.ts'

interface Stored {
  readonly scan: Scan
  readonly column: string
}

/** The document that a path starts from and its keys, if all keys are constant names. */
function constantPath(call: Call): { readonly base: Expr; readonly keys: readonly string[] } | undefined {
  const [base, ...keys] = call.args
  if (!base || !keys.every((k) => k.kind === 'lit' && typeof k.value === 'string')) return undefined
  return { base, keys: keys.map((k) => (k.kind === 'lit' ? String(k.value) : '')) }
}

/** Follows a column through the definitions that only pass a document on, back to the table it is stored in. */
function origin(
  expr: Expr,
  definitions: ReadonlyMap<ColumnId, Expr>,
  scans: ReadonlyMap<ColumnId, Stored>,
): Stored | undefined {
  if (expr.kind === 'call' && /^(parse_?json|todynamic|toobject|tostring)$/.test(expr.fn) && expr.args[0]) {
    return origin(expr.args[0], definitions, scans)
  }
  if (expr.kind !== 'col') return undefined
  const definition = definitions.get(expr.id)
  return definition ? origin(definition, definitions, scans) : scans.get(expr.id)
}

const samePath = (p: PromotedPath, column: string, keys: readonly string[]): boolean =>
  p.column === column && p.path.length === keys.length && p.path.every((k, i) => k === keys[i])

/** What `tostring(…)` or a typed conversion of a path would read, if the engine keeps it. */
function promotedFor(
  expr: Call,
  definitions: ReadonlyMap<ColumnId, Expr>,
  scans: ReadonlyMap<ColumnId, Stored>,
): { scan: Scan; promoted: PromotedPath } | undefined {
  if (!/^to(string|long|int|real|double|bool|datetime)$/.test(expr.fn)) return undefined
  const value = expr.args[0]
  if (value?.type !== 'dynamic') return undefined
  const path = value.kind === 'call' && value.fn === 'path' ? constantPath(value) : { base: value, keys: [] }
  if (!path) return undefined
  const stored = origin(path.base, definitions, scans)
  const promoted = stored?.scan.source?.promoted.find((p) => samePath(p, stored.column, path.keys))
  if (!stored || !promoted) return undefined
  if (path.keys.length === 0 && value.kind !== 'col') return undefined
  return { scan: stored.scan, promoted }
}

/** Replaces reads of promoted paths; scans get the stored columns that are read. `columns` grows by them. */
export function usePromotedPaths(rel: Rel, columns: ColumnInfo[]): Rel {
  const definitions = new Map<ColumnId, Expr>()
  const scans = new Map<ColumnId, Stored>()
  let any = false
  visitRel(rel, (r) => {
    if (r.kind === 'extend') for (const d of r.columns) definitions.set(d.id, d.expr)
    if (r.kind !== 'scan') return
    any ||= (r.source?.promoted.length ?? 0) > 0
    for (const c of r.columns) scans.set(c.id, { scan: r, column: c.name })
  })
  if (!any) return rel
  const added = new Map<Scan, Map<string, ColumnId>>()
  const idFor = (scan: Scan, promoted: PromotedPath): ColumnId => {
    const own = added.get(scan) ?? new Map<string, ColumnId>()
    added.set(scan, own)
    const known = own.get(promoted.stored)
    if (known !== undefined) return known
    columns.push({ name: promoted.stored, type: promoted.type, nullable: promoted.type !== 'string' })
    own.set(promoted.stored, columns.length - 1)
    return columns.length - 1
  }
  const expr = (e: Expr): Expr => {
    if (e.kind !== 'call') return e
    const found = promotedFor(e, definitions, scans)
    if (!found) return e
    const col: Expr = { kind: 'col', id: idFor(found.scan, found.promoted), type: found.promoted.type }
    return found.promoted.type === e.type ? col : { ...e, args: [col] }
  }
  const replaced = mapRel(rel, { expr })
  if (added.size === 0) return rel
  return mapRel(replaced, {
    rel: (r) => {
      const own = r.kind === 'scan' ? [...added].find(([scan]) => scan.columns === r.columns)?.[1] : undefined
      if (r.kind !== 'scan' || !own) return r
      return { ...r, columns: [...r.columns, ...[...own].map(([name, id]) => ({ id, name }))] }
    },
  })
}
