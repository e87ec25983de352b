// A seeded source of randomness, so that every run has the same rows.

export interface Random {
  /** 0 <= x < 1 */
  next(): number
  /** A whole number, 0 <= n < below. */
  int(below: number): number
  pick<T>(values: readonly T[]): T
  /** Like pick, but the first values come far more often than the last. */
  skewed<T>(values: readonly T[]): T
  hex(digits: number): string
}

/** Mulberry32: 32 bits of state are enough for texts that only have to look different. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (below: number) => Math.floor(next() * below)
  const at = <T>(values: readonly T[], index: number): T => {
    const value = values[index]
    if (value === undefined) throw new Error('nothing to pick from')
    return value
  }
  return {
    next,
    int,
    pick: (values) => at(values, int(values.length)),
    skewed: (values) => at(values, Math.floor(next() ** 3 * values.length)),
    hex: (digits) => Array.from({ length: digits }, () => int(16).toString(16)).join(''),
  }
}
