import { expect, test } from 'vitest'
import { createDelays, delayQuantile, noDelays, sumOfDelays } from './delays.ts'

function delaysOf(...millis: readonly number[]) {
  const delays = createDelays()
  for (const one of millis) delays.add(one)
  return delays.counts()
}

test('quantiles lie in the bucket that holds them', () => {
  const counts = delaysOf(...Array.from({ length: 50 }, () => 1_500), ...Array.from({ length: 50 }, () => 20_000))
  expect([0.25, 0.5, 0.95].map((share) => delayQuantile(counts, share))).toEqual([1.5, 2, 28])
})

test('none, times ahead of ours, and beyond the last bucket', () => {
  expect(delayQuantile(noDelays, 0.5)).toBeUndefined()
  expect(delaysOf(-5_000)).toMatchObject({ count: 1, seconds: 0 })
  expect(delayQuantile(delaysOf(1e12), 0.5)).toBe(86_400)
})

test('one of 16 is due, the first at once; sums', () => {
  const delays = createDelays()
  expect(Array.from({ length: 33 }, () => delays.isDue()).flatMap((due, at) => (due ? [at] : []))).toEqual([0, 16, 32])
  expect(sumOfDelays(delaysOf(100), delaysOf(100, 700))).toMatchObject({ count: 3, seconds: expect.closeTo(0.9) })
})
