// The only file that reads the time. Everything else takes a Clock.

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** 100 ns ticks between 0001-01-01 and 1970-01-01. */
export const unixEpochTicks = 621_355_968_000_000_000n

/** .NET ticks, as Kusto counts them, of a time in milliseconds since 1970. */
export function ticksOf(unixMillis: number): bigint {
  return BigInt(Math.floor(unixMillis)) * 10_000n + unixEpochTicks
}
