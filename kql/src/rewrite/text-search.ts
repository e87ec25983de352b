// `msg_s has "x"` over a column with a token index also reads the texts of its rows that go beyond ASCII, which the engine
// keeps beside it, so that the index alone can answer. functions/text-search.ts writes what both columns give.
import type { ColumnInfo, Expr, Rel } from '../plan/nodes.ts'
import { mapRel } from '../plan/walk.ts'
import { someScan, storedColumns } from './stored-columns.ts'

const searches = /^((Not)?(Contains|Has|HasPrefix|HasSuffix)(Cs)?|HasAny|HasAll|MatchRegex)$/

export function useTextIndexes(rel: Rel, columns: ColumnInfo[]): Rel {
  if (!someScan(rel, ({ source }) => (source?.wide?.size ?? 0) > 0)) return rel
  const stored = storedColumns(rel, columns)
  const expr = (e: Expr): Expr => {
    const [text, ...rest] = e.kind === 'call' ? e.args : []
    if (e.kind !== 'call' || text?.kind !== 'col' || !searches.test(e.fn)) return e
    const origin = stored.origin(text)
    const name = origin?.scan.source?.wide?.get(origin.column)
    if (!origin || name === undefined) return e
    const wide: Expr = {
      kind: 'col',
      id: stored.add(origin.scan, { name, type: 'string', nullable: false }),
      type: 'string',
    }
    const both: Expr = { kind: 'call', fn: 'searched', type: 'string', args: [text, wide] }
    return { ...e, args: [both, ...rest] }
  }
  return stored.withAdded(mapRel(rel, { expr }))
}
