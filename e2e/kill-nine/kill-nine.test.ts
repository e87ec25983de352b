// A short run of the kill test; `node e2e/kill-nine/run.ts` is the long one.
import { expect, it } from 'vitest'
import { killRounds } from './run.ts'

it('loses no acknowledged row and tears no batch over kill -9', async () => {
  const report = await killRounds(5, () => {})
  expect(report.faults).toEqual([])
  expect(report.acknowledged).toBeGreaterThan(20)
})
