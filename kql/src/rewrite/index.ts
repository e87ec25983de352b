// The rewrites of a plan, in order. Each is a pure pass: plan in, plan out.
import type { ColumnInfo, Plan, Rel, Relation } from '../plan/nodes.ts'
import { foldConstants } from './constants.ts'
import { usePromotedPaths } from './dynamic-paths.ts'
import { liftLocalCalls } from './local-calls.ts'
import { useTextIndexes } from './text-search.ts'

export interface Rewrite {
  readonly name: string
  readonly apply: (rel: Rel, columns: ColumnInfo[]) => Rel
}

export const rewrites: readonly Rewrite[] = [
  { name: 'constants', apply: foldConstants },
  { name: 'dynamic-paths', apply: usePromotedPaths },
  { name: 'text-search', apply: useTextIndexes },
]

export function rewritePlan(plan: Plan): Plan {
  const columns = [...plan.columns]
  const all = (rel: Rel): Rel => rewrites.reduce((r, pass) => pass.apply(r, columns), rel)
  /** Last, because a `local` node hands on only what is known to be read. */
  const lifted = <T extends Pick<Relation, 'rel' | 'columns'>>(r: T): T => {
    const outputs = r.columns.map((c) => c.id)
    return { ...r, rel: liftLocalCalls(all(r.rel), outputs, columns) }
  }
  const shared = plan.shared.map(lifted)
  const results = plan.results.map(lifted)
  return { columns, shared, results }
}
