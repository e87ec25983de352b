// The rewrites of a plan, in order. Each is a pure pass: plan in, plan out.
import type { ColumnInfo, Plan, Rel } from '../plan/nodes.ts'
import { foldConstants } from './constants.ts'
import { usePromotedPaths } from './dynamic-paths.ts'

export interface Rewrite {
  readonly name: string
  readonly apply: (rel: Rel, columns: ColumnInfo[]) => Rel
}

export const rewrites: readonly Rewrite[] = [
  { name: 'constants', apply: foldConstants },
  { name: 'dynamic-paths', apply: usePromotedPaths },
]

export function rewritePlan(plan: Plan): Plan {
  const columns = [...plan.columns]
  const all = (rel: Rel): Rel => rewrites.reduce((r, pass) => pass.apply(r, columns), rel)
  const shared = plan.shared.map((r) => ({ ...r, rel: all(r.rel) }))
  const results = plan.results.map((r) => ({ ...r, rel: all(r.rel) }))
  return { columns, shared, results }
}
