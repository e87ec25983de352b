// What two sides of a binary expression are matched by.
import type { Matching } from '../ast.ts'
import { dropped, kept, type Labels, metricName } from '../labels.ts'
import type { Series } from '../values.ts'

export interface Signed {
  readonly series: Series
  /** The labels that must be equal. */
  readonly signature: Labels
}

const defaultMatching: Matching = { on: false, labels: [], many: 'none', include: [] }

export function matchingOf(matching: Matching | undefined): Matching {
  return matching ?? defaultMatching
}

export function signed({ on, labels }: Matching, series: readonly Series[]): readonly Signed[] {
  const names = new Set(on ? labels : [...labels, metricName])
  return series.map((one) => ({ series: one, signature: on ? kept(one.labels, names) : dropped(one.labels, names) }))
}

/** By the keys of signatures. */
export function bySignature(side: readonly Signed[]): ReadonlyMap<string, readonly Signed[]> {
  const groups = new Map<string, Signed[]>()
  for (const one of side) {
    const group = groups.get(one.signature.key)
    if (group) group.push(one)
    else groups.set(one.signature.key, [one])
  }
  return groups
}
