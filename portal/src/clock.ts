// The only place of the portal that reads the time.

/** Milliseconds since 1970. */
export function now(): number {
  return Date.now()
}

/** Milliseconds of a clock that never jumps, for durations. */
export function stopwatch(): number {
  return performance.now()
}
