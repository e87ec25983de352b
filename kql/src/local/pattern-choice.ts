// Which patterns autocluster and diffpatterns show. Their pages say what the patterns are for and that they are few, not how they are
// chosen; the choices below are ours, what is said of a chosen pattern is exact.
// https://learn.microsoft.com/kusto/query/autocluster-plugin https://learn.microsoft.com/kusto/query/diffpatterns-plugin
import { allRows, type Coded, isWithin, type Pattern, rowsByValue, sharedValues, totalsOf } from './patterns.ts'

interface Scored extends Pattern {
  readonly score: number
}

const weightOf = (data: Coded, rows: readonly number[]): number => totalsOf(data, rows)[0] ?? 0

/** Rows that have the commonest value of each free column, beside those of the pattern. */
function narrower(data: Coded, pattern: Pattern): readonly (readonly number[])[] {
  return pattern.values.flatMap((value, column) => {
    if (value !== undefined) return []
    const weights = new Map<number | undefined, number>()
    for (const row of pattern.rows) {
      const own = data.rows[row]?.[column]
      weights.set(own, (weights.get(own) ?? 0) + (data.weights[row]?.[0] ?? 0))
    }
    const [commonest] = [...weights].reduce((best, w) => (w[1] > best[1] ? w : best))
    return [pattern.rows.filter((row) => data.rows[row]?.[column] === commonest)]
  })
}

/**
 * Seed and expand: each of the best single values takes in the values that raise its score most. The score is the weighted geometric
 * mean of the share of rows and of the information in the values: how unlikely they would be together by chance.
 */
export function clusters(data: Coded, sizeWeight: number, seeds: number): readonly Pattern[] {
  const everything = allRows(data)
  if (everything.length === 0) return []
  const all = weightOf(data, everything)
  const ofValue = rowsByValue(data)
  const bits = ofValue.map((rows) => -Math.log2(weightOf(data, rows) / all))
  const scored = (rows: readonly number[]): Scored => {
    const values = sharedValues(data, rows)
    const totals = totalsOf(data, rows)
    const information = values.reduce<number>((sum, v) => sum + (v === undefined ? 0 : (bits[v] ?? 0)), 0)
    return {
      values,
      rows,
      totals,
      score: ((totals[0] ?? 0) / all) ** sizeWeight * Math.max(information, 0) ** (1 - sizeWeight),
    }
  }
  const known = new Map<string, Scored>()
  const expanded = (seed: Scored): Scored => {
    const key = seed.values.join()
    const end = known.get(key) ?? expandedOnce(seed)
    known.set(key, end)
    return end
  }
  const expandedOnce = (seed: Scored): Scored => {
    const next = narrower(data, seed)
      .map(scored)
      .reduce((best, s) => (s.score > best.score ? s : best), seed)
    return next === seed ? seed : expanded(next)
  }
  const starts = ofValue.map(scored).sort((a, b) => b.score - a.score)
  const found = starts
    .slice(0, seeds)
    .map(expanded)
    .sort((a, b) => b.score - a.score)
  return withoutRepetition(data, found)
}

/** Patterns at least half of whose rows no better one has. */
function withoutRepetition(data: Coded, patterns: readonly Pattern[]): readonly Pattern[] {
  const taken = new Set<number>()
  return patterns.filter((p) => {
    const fresh = p.rows.filter((r) => !taken.has(r))
    if (weightOf(data, fresh) * 2 < weightOf(data, p.rows) || fresh.length === 0) return false
    for (const row of p.rows) taken.add(row)
    return true
  })
}

export interface Difference extends Pattern {
  /** Percent of either set. */
  readonly percents: readonly [number, number]
}

export const shares = (pattern: Pattern, sizes: readonly number[]): readonly [number, number] => {
  const share = (set: number): number => (100 * (pattern.totals[set] ?? 0)) / (sizes[set] ?? 0)
  return [share(0), share(1)]
}

/**
 * The greatest differences, without those that narrow or widen a greater one: within the set in which it is commoner, a pattern must
 * neither restrict all that a chosen one does nor the other way round. This gives the patterns of the page, in its order.
 */
export function differences(
  data: Coded,
  patterns: readonly Pattern[],
  sizes: readonly number[],
  threshold: number,
): readonly Difference[] {
  const gap = (d: Difference): number => Math.abs(d.percents[0] - d.percents[1])
  const candidates = patterns
    .map((p): Difference => ({ ...p, percents: shares(p, sizes) }))
    .filter((d) => gap(d) >= 100 * threshold)
    .sort((a, b) => gap(b) - gap(a))
  const chosen: { readonly values: Pattern['values']; readonly difference: Difference }[] = []
  for (const difference of candidates) {
    const set = difference.percents[0] >= difference.percents[1] ? 0 : 1
    const values = sharedValues(
      data,
      difference.rows.filter((r) => (data.weights[r]?.[set] ?? 0) > 0),
    )
    if (chosen.some((c) => isWithin(values, c.values) || isWithin(c.values, values))) continue
    chosen.push({ values, difference })
  }
  return chosen.map((c) => c.difference)
}
