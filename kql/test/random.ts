// A small generator, so that a failure repeats: the same seed makes the same queries.
export interface Random {
  /** A whole number from 0 up to, and without, n. */
  below(n: number): number
  pick<T>(list: readonly T[]): T
  chance(share: number): boolean
}

export function seededRandom(seed: number): Random {
  let state = (seed ^ 0x9e37_79b9) >>> 0
  const below = (n: number): number => {
    // mulberry32
    state = (state + 0x6d2b_79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n)
  }
  return {
    below,
    pick(list) {
      if (list.length === 0) throw new Error('nothing to pick from')
      return list[below(list.length)] as (typeof list)[number]
    },
    chance: (share) => below(1_000_000) < share * 1_000_000,
  }
}
