// Columns of the engine's tables behind the plan's columns, and further ones that a scan may read besides.
import type { ScalarType } from '../model.ts'
import type { ColumnId, ColumnInfo, Expr, Rel, Scan } from '../plan/nodes.ts'
import { mapRel, visitRel } from '../plan/walk.ts'

export interface StoredColumn {
  readonly scan: Scan
  readonly column: string
}

export interface StoredColumns {
  /** The stored column that an expression is, through definitions that only pass it on. `through` names calls that do too. */
  origin(expr: Expr, through?: RegExp): StoredColumn | undefined
  /** An id for a column that the scan reads besides; `withAdded` makes it read it. */
  add(scan: Scan, column: { readonly name: string; readonly type: ScalarType; readonly nullable: boolean }): ColumnId
  /** The relation with scans that read what was added. */
  withAdded(rel: Rel): Rel
}

/** `columns` grows by what is added. */
export function storedColumns(rel: Rel, columns: ColumnInfo[]): StoredColumns {
  const definitions = new Map<ColumnId, Expr>()
  const scans = new Map<ColumnId, StoredColumn>()
  const passed = new Set<ColumnId>()
  visitRel(rel, (r) => {
    if (r.kind === 'extend') for (const d of r.columns) definitions.set(d.id, d.expr)
    if (r.kind === 'scan') for (const c of r.columns) scans.set(c.id, { scan: r, column: c.name })
    // A local operator hands on its own columns only: nothing added below it would arrive above.
    if (r.kind === 'local') for (const id of r.columns) passed.add(id)
  })
  const added = new Map<Scan, Map<string, ColumnId>>()

  const origin = (expr: Expr, through?: RegExp): StoredColumn | undefined => {
    if (expr.kind === 'call') {
      const [inner] = expr.args
      return inner && through?.test(expr.fn) ? origin(inner, through) : undefined
    }
    if (expr.kind !== 'col' || passed.has(expr.id)) return undefined
    const definition = definitions.get(expr.id)
    return definition ? origin(definition, through) : scans.get(expr.id)
  }

  return {
    origin,
    add(scan, column) {
      const own = added.get(scan) ?? new Map<string, ColumnId>()
      added.set(scan, own)
      const known = own.get(column.name)
      if (known !== undefined) return known
      columns.push(column)
      own.set(column.name, columns.length - 1)
      return columns.length - 1
    },
    withAdded(changed) {
      if (added.size === 0) return changed
      return mapRel(changed, {
        rel: (r) => {
          const own = r.kind === 'scan' ? [...added].find(([scan]) => scan.columns === r.columns)?.[1] : undefined
          if (r.kind !== 'scan' || !own) return r
          return { ...r, columns: [...r.columns, ...[...own].map(([name, id]) => ({ id, name }))] }
        },
      })
    },
  }
}

/** Whether any scan below reads a table for which this holds. */
export function someScan(rel: Rel, test: (scan: Scan) => boolean): boolean {
  let found = false
  visitRel(rel, (r) => {
    found ||= r.kind === 'scan' && test(r)
  })
  return found
}
