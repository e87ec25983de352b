// `parse_json(log_s).user.username` reads the column in which the engine keeps that path, where a table has one.
import type { PromotedPath } from '../model.ts'
import type { Call, ColumnInfo, Expr, Rel, Scan } from '../plan/nodes.ts'
import { mapRel } from '../plan/walk.ts'
import { type StoredColumns, someScan, storedColumns } from './stored-columns.ts'

/** The document that a path starts from and its keys, if all keys are constant names. */
function constantPath(call: Call): { readonly base: Expr; readonly keys: readonly string[] } | undefined {
  const [base, ...keys] = call.args
  if (!base || !keys.every((k) => k.kind === 'lit' && typeof k.value === 'string')) return undefined
  return { base, keys: keys.map((k) => (k.kind === 'lit' ? String(k.value) : '')) }
}

/** Calls that pass a document on as it is. */
const passesDocument = /^(parse_?json|todynamic|toobject|tostring)$/
const converts = /^to(string|long|int|real|double|bool|datetime)$/

const samePath = (p: PromotedPath, column: string, keys: readonly string[]): boolean =>
  p.column === column && p.path.length === keys.length && p.path.every((k, i) => k === keys[i])

/** What `tostring(…)` or a typed conversion of a path would read, if the engine keeps it. */
function promotedFor(expr: Call, stored: StoredColumns): { scan: Scan; promoted: PromotedPath } | undefined {
  if (!converts.test(expr.fn)) return undefined
  const value = expr.args[0]
  if (value?.type !== 'dynamic') return undefined
  const path = value.kind === 'call' && value.fn === 'path' ? constantPath(value) : { base: value, keys: [] }
  if (!path) return undefined
  if (path.keys.length === 0 && value.kind !== 'col') return undefined
  const origin = stored.origin(path.base, passesDocument)
  const promoted = origin?.scan.source?.promoted.find((p) => samePath(p, origin.column, path.keys))
  return origin && promoted ? { scan: origin.scan, promoted } : undefined
}

/** Replaces reads of promoted paths; scans get the stored columns that are read. `columns` grows by them. */
export function usePromotedPaths(rel: Rel, columns: ColumnInfo[]): Rel {
  if (!someScan(rel, ({ source }) => (source?.promoted.length ?? 0) > 0)) return rel
  const stored = storedColumns(rel, columns)
  const expr = (e: Expr): Expr => {
    const found = e.kind === 'call' ? promotedFor(e, stored) : undefined
    if (e.kind !== 'call' || !found) return e
    const { type, stored: name } = found.promoted
    const col: Expr = { kind: 'col', id: stored.add(found.scan, { name, type, nullable: type !== 'string' }), type }
    return type === e.type ? col : { ...e, args: [col] }
  }
  return stored.withAdded(mapRel(rel, { expr }))
}
