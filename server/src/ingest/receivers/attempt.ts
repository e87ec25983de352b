// A record that the stack does not hold fails by itself, not with its body.
import type { Decoded } from '../types.ts'

export function attempt<T>(raw: string, make: () => T): T | Decoded {
  try {
    return make()
  } catch (error) {
    if (error instanceof RangeError) return { rejected: 'the record is nested too deep', raw }
    throw error
  }
}
