// A short run with fixed seeds; `node kql/test/fuzz/fuzz.ts` is the long one.
import { expect, it } from 'vitest'
import { fuzz } from './fuzz.ts'

it.each([7, 9])('random and mutated queries neither crash the compiler nor fail in the engine (seed %i)', (seed) => {
  const { ran, refused, faults } = fuzz(700, seed)
  expect(faults).toEqual([])
  // Half of the queries are mutations, most of which make no sense.
  expect(ran).toBeGreaterThan(300)
  expect(refused).toBeGreaterThan(100)
})
