// Quantities as in https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
import { expect, test } from 'vitest'
import { bytes, nanoCores, quantity } from './quantity.ts'

test.each([
  ['0', 0],
  ['2', 2],
  ['250m', 0.25],
  ['1.5', 1.5],
  ['.5', 0.5],
  ['1Ki', 1024],
  ['1.5Gi', 1_610_612_736],
  ['3Ei', 3 * 2 ** 60],
  ['12k', 12_000],
  ['5M', 5_000_000],
  ['2E', 2e18],
  ['1e3', 1000],
  ['1E3', 1000],
  ['12e-1', 1.2],
  ['-1', -1],
  ['100n', 1e-7],
])('%s', (text, value) => expect(quantity(text)).toBeCloseTo(value, 9))

test.each(['', 'x', '1Q', '1 Gi', 'Gi', '1ki', '--1', undefined])('%s is none', (text) =>
  expect(quantity(text)).toBeUndefined(),
)

test('as columns count them', () => {
  expect(nanoCores('100m')).toBe(100_000_000)
  expect(nanoCores('16')).toBe(16_000_000_000)
  expect(bytes('16393244Ki')).toBe(16_786_681_856)
  expect(bytes('128974848000m')).toBe(128_974_848)
})
