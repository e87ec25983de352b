import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLog } from './log.ts'
import { startSchedule } from './schedule.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

const parts = { name: 'the work', clock: { now: () => Date.now() }, log: createLog('silent') }

test('a round at each multiple of the interval and the delay behind it, also after one that failed', async () => {
  const times: number[] = []
  const work = async () => {
    times.push(Date.now())
    if (times.length === 2) throw new Error('once')
  }
  const schedule = startSchedule({ ...parts, everyMillis: 3_600_000, delayMillis: 5_000, work })
  await vi.advanceTimersByTimeAsync(3 * 3_600_000)
  const rest = times.map((time) => time % 3_600_000)
  expect(rest).toHaveLength(3)
  for (const each of rest) expect(each).toBeLessThan(5_010)
  for (const each of rest) expect(each).toBeGreaterThanOrEqual(5_000)
  await schedule.stop()
  await vi.advanceTimersByTimeAsync(2 * 3_600_000)
  expect(times).toHaveLength(3)
})

test('one round at a time; stopping waits for it and tells it', async () => {
  let active = 0
  let most = 0
  let told = false
  const work = async (signal: AbortSignal) => {
    most = Math.max(most, ++active)
    await new Promise((resolve) => setTimeout(resolve, 100))
    told = signal.aborted
    active--
  }
  const schedule = startSchedule({ ...parts, everyMillis: 60_000, work })
  const both = [schedule.run(), schedule.run()]
  await vi.advanceTimersByTimeAsync(150)
  const stopped = schedule.stop()
  await vi.advanceTimersByTimeAsync(200)
  await Promise.all([stopped, ...both])
  expect([most, active, told]).toEqual([1, 0, true])
})
