// The suite that every adapter of the Engine port passes. An adapter's test file calls it with a way to open itself.
import type { Cell, Row } from '@conshelf/kql'
import { sqlTypes } from '@conshelf/kql/sql/types'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Engine, EngineError, type QueryStatistics, type RunOptions } from './engine.ts'

export interface Subject {
  readonly name: string
  /** An engine with room for four SELECTs at a time. */
  open(): Promise<Engine>
}

const limits = { maxMillis: 20_000, maxMemoryBytes: 1_000_000_000 }
const generous = { ...limits, maxMillis: 60_000 }
/** More work than any limit here allows: it yields nothing for hours. */
const endless = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1'
const endlessPlanning = `SELECT (${endless})`
const endlessOutput = 'SELECT number FROM numbers(1000000000000)'

let tags = 0
const options = (more: Partial<RunOptions> = {}): RunOptions => ({ tag: `test ${++tags}`, limits, ...more })

async function select(engine: Engine, sql: string, more: Partial<RunOptions> = {}): Promise<Row[]> {
  const rows: Row[] = []
  for await (const chunk of engine.query(sql, options(more))) rows.push(...chunk)
  return rows
}

async function kindOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'no error'
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    expect(error.message).not.toMatch(/\n|Stack trace|DB::Exception/)
    return error.kind
  }
}

const ndjson = (rows: readonly object[]): Uint8Array => Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'))

export function engineConformance(subject: Subject): void {
  describe(subject.name, () => {
    let engine: Engine
    beforeAll(async () => {
      engine = await subject.open()
      await engine.command('CREATE DATABASE IF NOT EXISTS conformance')
    })
    afterAll(() => engine.close())
    const subjectEngine = () => engine

    values(subjectEngine)
    streaming(subjectEngine)
    limiting(subjectEngine)
    cancelling(subjectEngine)
    writing(subjectEngine)
    refusing(subjectEngine)
    test('a closed engine ends what runs and takes nothing new', async () => {
      const running = [select(engine, endless), select(engine, endlessPlanning)].map(kindOf)
      await new Promise((resolve) => setTimeout(resolve, 300))
      await engine.close()
      expect(await Promise.all(running)).toEqual(['closed', 'closed'])
      expect(await kindOf(select(engine, 'SELECT 1'))).toBe('closed')
      expect(await kindOf(engine.command('SELECT 1'))).toBe('closed')
      expect(await kindOf(engine.insert({ database: 'a', table: 'b' }, ndjson([{}])))).toBe('closed')
      engine = await subject.open()
    })
  })
}

const hostile = [
  "';DROP TABLE x--",
  '\\',
  '\\n\n\r\t\0\b\f',
  '`"\'$' + '{x}%_*?',
  '{"a":[1,{"b":"\\""}]}',
  'ünï 漢字 🐚 \u2028 \ufeff',
  '\u0001\u001f\u007f',
  '[1,2]\n[3,4]',
  ' ',
  '',
  'x'.repeat(200_000),
]

/** KQL type -> what is stored -> the cell that comes back. */
const cells: readonly (readonly [keyof typeof sqlTypes, unknown, Cell])[] = [
  ['bool', true, true],
  ['bool', null, null],
  ['int', -2147483648, -2147483648],
  ['long', '9223372036854775807', '9223372036854775807'],
  ['long', '-9223372036854775808', '-9223372036854775808'],
  ['real', 0.1, 0.1],
  ['real', 1e300, 1e300],
  ['real', 'nan', 'nan'],
  ['real', '-inf', '-inf'],
  ['decimal', '123456789012345678901.12345678901234567', '123456789012345678901.12345678901234567'],
  ['datetime', '0001-01-01 00:00:00.0000000', '0001-01-01T00:00:00.0000000Z'],
  ['datetime', '9999-12-31 23:59:59.9999999', '9999-12-31T23:59:59.9999999Z'],
  ['datetime', '1969-12-31T23:59:59.9999999Z', '1969-12-31T23:59:59.9999999Z'],
  ['datetime', '2024-02-29T10:00:00.1234567Z', '2024-02-29T10:00:00.1234567Z'],
  ['datetime', '2024-02-29T10:00:00+02:00', '2024-02-29T08:00:00.0000000Z'],
  ['timespan', '-864000000001', '-864000000001'],
  ['guid', 'B5A5F0E4-0000-4000-8000-00000000ABCD', 'b5a5f0e4-0000-4000-8000-00000000abcd'],
  ['dynamic', '{"a":1.0,"b":[null,{}]}', '{"a":1.0,"b":[null,{}]}'],
  ...hostile.map((text) => ['string', text, text] as const),
]

function values(engine: () => Engine): void {
  test('every type comes back as it was stored', async () => {
    const types = Object.entries(sqlTypes)
    const columns = types.map(([name, type]) => `${name}_c ${type}`)
    await engine().command(
      `CREATE TABLE conformance.cells (i Int32, ${columns.join(', ')}) ENGINE = MergeTree ORDER BY i`,
    )
    const rows = cells.map(([type, value], i) => ({ i, [`${type}_c`]: value }))
    await engine().insert({ database: 'conformance', table: 'cells' }, ndjson(rows))
    const stored = await select(
      engine(),
      `SELECT ${types.map(([name]) => `${name}_c`)} FROM conformance.cells ORDER BY i`,
    )
    const got = stored.map((row, i) => row[types.findIndex(([name]) => name === cells[i]?.[0])])
    expect(got).toEqual(cells.map(([, , cell]) => cell))
  })

  test('a field that is missing is empty text or null', async () => {
    await engine().insert({ database: 'conformance', table: 'cells' }, ndjson([{ i: 1000 }]))
    const [row] = await select(engine(), 'SELECT * EXCEPT i FROM conformance.cells WHERE i = 1000')
    expect(row).toEqual(Object.keys(sqlTypes).map((type) => (type === 'string' ? '' : null)))
  })
}

function streaming(engine: () => Engine): void {
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
    await select(engine(), 'SELECT sum(n) FROM conformance.ten', { onStatistics })
    for await (const _ of engine().query(endlessOutput, options({ onStatistics }))) break
    await kindOf(select(engine(), endless, { onStatistics, limits: { ...limits, maxMillis: 800 } }))
    expect(seen.map(({ rowsRead }) => rowsRead)).toEqual([10, expect.any(Number), expect.any(Number)])
    expect(seen[0]?.bytesRead).toBe(80)
    for (const { rowsRead, elapsedMillis } of seen) expect(rowsRead > 0 && elapsedMillis >= 0).toBe(true)
  })
}

const held = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers

function limiting(engine: () => Engine): void {
  const short = { ...limits, maxMillis: 400 }
  test.each([
    ['timeout', endless, short],
    ['timeout', endlessPlanning, short],
    ['timeout', endlessOutput, short],
    ['timeout', 'SELECT sleepEachRow(1) FROM numbers(3)', short],
    ['memory', 'SELECT groupArray(number) FROM numbers(100000000)', { ...limits, maxMemoryBytes: 100_000_000 }],
    ['rejected', 'SELECT throwIf(number = 500000) FROM numbers(1000000)', limits],
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

function cancelling(engine: () => Engine): void {
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

function writing(engine: () => Engine): void {
  const table = { database: 'conformance', table: 'atomic' }
  const count = () => select(engine(), 'SELECT count() FROM conformance.atomic')

  test('an insert is stored whole or not at all', async () => {
    await engine().command('CREATE TABLE conformance.atomic (n Int64, d DateTime64(7)) ENGINE = MergeTree ORDER BY n')
    const good = Array.from({ length: 200_000 }, (_, n) => ({ n }))
    await engine().insert(table, ndjson(good))
    for (const bad of [{ n: 'x' }, { n: 1, unknown: 2 }, { d: 'tomorrow' }]) {
      expect(await kindOf(engine().insert(table, ndjson([...good, bad])))).toBe('rejected')
    }
    expect(await kindOf(engine().insert(table, Buffer.from('{"n":1}\n{"n":')))).toBe('rejected')
    expect(await count()).toEqual([['200000']])
  })

  test('inserts at once all arrive, an empty one too', async () => {
    const batches = Array.from({ length: 10 }, (_, b) =>
      ndjson(Array.from({ length: 1000 }, (_, n) => ({ n: b * 1000 + n }))),
    )
    await Promise.all([new Uint8Array(), ...batches].map((batch) => engine().insert(table, batch)))
    expect(await count()).toEqual([['210000']])
  })

  test('no table and names that are not names are refused', async () => {
    expect(await kindOf(engine().insert({ database: 'conformance', table: 'missing' }, ndjson([{ n: 1 }])))).toBe(
      'rejected',
    )
    expect(await kindOf(engine().insert({ ...table, table: 'atomic (n)' }, ndjson([{ n: 1 }])))).toBe('rejected')
    expect(await kindOf(engine().command('CREATE TABLE conformance.atomic'))).toBe('rejected')
  })
}

function refusing(engine: () => Engine): void {
  test.each([
    "SELECT * FROM file('/etc/hostname', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:9/', 'LineAsString')",
    "SELECT * FROM remote('127.0.0.1', 'system.one')",
    "SELECT * FROM executable('id', 'LineAsString', 'a String')",
    'INSERT INTO conformance.ten VALUES (1)',
    'CREATE TABLE conformance.made (n Int32) ENGINE = Memory',
    'DROP TABLE conformance.ten',
    'SYSTEM SHUTDOWN',
    'SET readonly = 0',
    'SELECT 1; DROP TABLE conformance.ten',
  ])('a query cannot %s', async (sql) => {
    expect(await kindOf(select(engine(), sql))).toBe('rejected')
    expect(await select(engine(), 'SELECT count() FROM conformance.ten')).toEqual([['10']])
  })
}
