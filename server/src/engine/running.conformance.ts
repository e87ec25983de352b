// The suite's questions about statements at work: streams, limits, cancelling. Used by conformance.ts.
import { expect, test } from 'vitest'
import type { Engine, QueryStatistics } from './engine.ts'
import {
  endless,
  endlessOutput,
  endlessPlanning,
  generous,
  kindOf,
  limits,
  options,
  select,
} from './support.conformance.ts'

export function streaming(engine: () => Engine): void {
  test('two million rows stream in order through flat memory', async () => {
    let expected = 0
    let peak = 0
    const before = held()
    const sql = "SELECT number, repeat('x', 100) FROM numbers(2000000)"
    for await (const chunk of engine().query(sql, options({ limits: generous }))) {
      for (const row of chunk) if (row[0] !== String(expected++)) expect.fail(`row ${expected - 1} is ${row[0]}`)
      peak = Math.max(peak, held() - before)
    }
    expect(expected).toBe(2_000_000)
    expect(peak).toBeLessThan(200_000_000)
  })

  test('more queries at once than there is room for all get their own rows', async () => {
    const each = Array.from({ length: 12 }, (_, n) => n)
    const sums = each.map((n) => select(engine(), `SELECT ${n}, sum(number) FROM numbers(3000000)`))
    expect(await Promise.all(sums)).toEqual(each.map((n) => [[n, '4499998500000']]))
  })

  test('heavy planning does not hold up the event loop', async () => {
    let latest = performance.now()
    let lag = 0
    const timer = setInterval(() => {
      lag = Math.max(lag, performance.now() - latest)
      latest = performance.now()
    }, 10)
    expect(await kindOf(select(engine(), endlessPlanning, { limits: { ...limits, maxMillis: 1000 } }))).toBe('timeout')
    clearInterval(timer)
    expect(lag).toBeLessThan(500)
  })

  test('statistics say what was read, also when the caller stops early', async () => {
    await engine().command(
      'CREATE TABLE conformance.ten ENGINE = MergeTree ORDER BY n AS SELECT number n FROM numbers(10)',
    )
    const seen: QueryStatistics[] = []
    const onStatistics = (statistics: QueryStatistics) => seen.push(statistics)
    await select(engine(), 'SELECT sum(n) FROM conformance.ten', { onStatistics, looksEarly: true })
    for await (const _ of engine().query(endlessOutput, options({ onStatistics, looksEarly: true }))) break
    await kindOf(select(engine(), endless, { onStatistics, limits: { ...limits, maxMillis: 800 } }))
    expect(seen.map(({ rowsRead }) => rowsRead)).toEqual([10, expect.any(Number), expect.any(Number)])
    expect(seen[0]?.bytesRead).toBe(80)
    for (const { rowsRead, elapsedMillis, peakMemoryBytes, userMillis } of seen)
      expect(rowsRead > 0 && elapsedMillis >= 0 && peakMemoryBytes > 0 && userMillis >= 0).toBe(true)
    expect(seen.at(-1)?.userMillis).toBeGreaterThan(100)
  })
}

const held = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers

export function limiting(engine: () => Engine): void {
  const short = { ...limits, maxMillis: 400 }
  test.each([
    ['timeout', endless, short],
    ['timeout', endlessPlanning, short],
    ['timeout', endlessOutput, short],
    ['timeout', 'SELECT sleepEachRow(1) FROM numbers(3)', short],
    ['memory', 'SELECT groupArray(number) FROM numbers(100000000)', { ...limits, maxMemoryBytes: 100_000_000 }],
    ['assertion', 'SELECT throwIf(number = 500000) FROM numbers(1000000)', limits],
    ['rejected', 'SELECT nothing FROM nowhere', limits],
  ])('%s: %s, and the next query is clean', async (kind, sql, tight) => {
    const started = performance.now()
    for (let repeat = 0; repeat < 2; repeat++) {
      expect(await kindOf(select(engine(), sql, { limits: tight }))).toBe(kind)
      expect(await select(engine(), "SELECT 'clean'")).toEqual([['clean']])
    }
    expect(performance.now() - started).toBeLessThan(12_000)
  })

  test('the message of a limit names it', async () => {
    await expect(select(engine(), endless, { limits: short })).rejects.toThrow('limit of 0.4 s')
    const little = { ...limits, maxMemoryBytes: 50_000_000 }
    await expect(
      select(engine(), 'SELECT groupArray(number) FROM numbers(100000000)', { limits: little }),
    ).rejects.toThrow('limit of 50 MB')
  })

  test.each([
    [
      'grouping',
      'SELECT count() FROM (SELECT number % 4000000 k, count() c FROM numbers(8000000) GROUP BY k)',
      '4000000',
    ],
    [
      'sorting',
      "SELECT count() FROM (SELECT number n, repeat('x', 90) t FROM numbers(4000000) ORDER BY sipHash64(n), t LIMIT 3999999)",
      '3999999',
    ],
    [
      'joining',
      "SELECT count() FROM numbers(3000000) a JOIN (SELECT number, repeat('y', 90) t FROM numbers(3000000)) b ON a.number = b.number WHERE t != ''",
      '3000000',
    ],
  ])('%s beyond the memory limit moves to disk', async (_, sql, answer) => {
    const tight = { maxMillis: 60_000, maxMemoryBytes: 400_000_000 }
    expect(await select(engine(), sql, { limits: tight })).toEqual([[answer]])
  })
}

export function cancelling(engine: () => Engine): void {
  test.each([
    ['before output', endless],
    ['in planning', endlessPlanning],
    ['in mid-output', endlessOutput],
  ])('a signal stops a query %s, in the engine too', async (_, sql) => {
    const started = performance.now()
    expect(await kindOf(select(engine(), sql, { signal: AbortSignal.timeout(300) }))).toBe('cancelled')
    expect(performance.now() - started).toBeLessThan(3_000)
    await nothingRuns(engine())
  })

  test('leaving the loop stops the query', async () => {
    for await (const _ of engine().query(endlessOutput, options())) break
    await nothingRuns(engine())
  })

  test('a signal stops a command', async () => {
    await engine().command('CREATE TABLE conformance.never (n UInt64) ENGINE = Memory')
    const signal = AbortSignal.timeout(300)
    expect(await kindOf(engine().command(`INSERT INTO conformance.never ${endless}`, { signal }))).toBe('cancelled')
    const work = engine().command(`INSERT INTO conformance.never ${endless}`, { limits: { ...limits, maxMillis: 400 } })
    expect(await kindOf(work)).toBe('timeout')
    await nothingRuns(engine())
    expect(await select(engine(), 'SELECT count() FROM conformance.never')).toEqual([['0']])
  })

  test('a caller who waits for room can leave', async () => {
    const stop = new AbortController()
    const busy = Array.from({ length: 4 }, () => kindOf(select(engine(), endless, { signal: stop.signal })))
    expect(await kindOf(select(engine(), 'SELECT 1', { signal: AbortSignal.timeout(200) }))).toBe('cancelled')
    const next = select(engine(), "SELECT 'next'")
    stop.abort()
    expect(await Promise.all(busy)).toEqual(Array(4).fill('cancelled'))
    expect(await next).toEqual([['next']])
  })
}

async function nothingRuns(engine: Engine): Promise<void> {
  await expect
    .poll(() => select(engine, "SELECT query FROM system.processes WHERE query NOT LIKE '%system.processes%'"))
    .toEqual([])
}
