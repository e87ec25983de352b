import { describe, expect, test } from 'vitest'
import { EngineError } from '../../engine/engine.ts'
import { defaultIngestLimits } from '../limits.ts'
import { Overloaded } from '../types.ts'
import { Budget } from './budget.ts'
import { createGroupCommit, type Part } from './group-commit.ts'
import { createInserter } from './insert.ts'

const table = { database: 'ws_1', table: 'T' }
const clock = { now: () => Date.now() }

/** An engine that keeps rows, and refuses every block that holds a row with `bad`, as the real one does. */
function fakeEngine({ millis = 1, failures = [] as EngineError[] } = {}) {
  const blocks: string[][] = []
  const insert = async (_table: object, ndjson: Uint8Array) => {
    await new Promise((resume) => setTimeout(resume, millis))
    const failure = failures.shift()
    if (failure) throw failure
    const rows = Buffer.from(ndjson).toString().trimEnd().split('\n')
    if (rows.some((row) => row.includes('bad'))) throw new EngineError('rejected', 'cannot parse')
    blocks.push(rows)
  }
  return { insert, blocks, stored: () => blocks.flat().sort() }
}

function part(...rows: string[]): Part {
  const bytes = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return { pieces: [bytes], rows: rows.length, bytes: bytes.length }
}

const json = (...rows: string[]) => rows.map((row) => JSON.stringify(row)).sort()

function commitOn(engine: ReturnType<typeof fakeEngine>, rhythm = {}) {
  const counters = { inserts: 0, insertedRows: 0, insertedBytes: 0, failedInserts: 0 }
  const inserter = createInserter({ engine, attempts: 3, counters })
  const commit = createGroupCommit(inserter, clock, {
    ...defaultIngestLimits,
    quickMillis: 5,
    blockMillis: 50,
    ...rhythm,
  })
  return { commit, counters }
}

describe('group commit', () => {
  test('requests that wait together share one insert', async () => {
    const engine = fakeEngine()
    const { commit, counters } = commitOn(engine)
    await Promise.all(['a', 'b', 'c'].map((row) => commit.store(table, part(row))))
    expect(engine.blocks).toEqual([json('a', 'b', 'c')])
    expect(counters).toMatchObject({ inserts: 1, insertedRows: 3, failedInserts: 0 })
  })

  test('what comes while a block is written goes into the next', async () => {
    const engine = fakeEngine({ millis: 30 })
    const { commit } = commitOn(engine)
    const first = commit.store(table, part('a'))
    await new Promise((resume) => setTimeout(resume, 15))
    await Promise.all([first, ...['b', 'c', 'd'].map((row) => commit.store(table, part(row)))])
    expect(engine.blocks.map((rows) => rows.length)).toEqual([1, 3])
  })

  test('a block worth an insert waits for the one before only', async () => {
    const engine = fakeEngine({ millis: 20 })
    const { commit } = commitOn(engine, { quickMillis: 60_000, blockMillis: 60_000, eagerBytes: 10 })
    await Promise.all(['long enough', 'long enough, too', 'and this'].map((row) => commit.store(table, part(row))))
    expect(engine.blocks.map((rows) => rows.length)).toEqual([1, 2])
  })

  test('a full block does not wait', async () => {
    const engine = fakeEngine()
    const { commit } = commitOn(engine, { quickMillis: 60_000, blockMillis: 60_000, blockBytes: 10 })
    await Promise.all([commit.store(table, part('long enough')), commit.store(table, part('long enough, too'))])
    expect(engine.blocks).toHaveLength(2)
  })

  test('many small requests one after another are slowed to a block each half second', async () => {
    const engine = fakeEngine()
    const { commit } = commitOn(engine, { quickBlocks: 3, quickMillis: 1, blockMillis: 40 })
    const started = Date.now()
    for (let i = 0; i < 6; i++) await commit.store(table, part(`row ${i}`))
    expect(Date.now() - started).toBeGreaterThan(80)
    expect(engine.stored()).toHaveLength(6)
  })

  test('tables do not wait for each other', async () => {
    const engine = fakeEngine()
    const { commit } = commitOn(engine)
    await Promise.all([commit.store(table, part('a')), commit.store({ ...table, table: 'U' }, part('b'))])
    expect(engine.blocks).toHaveLength(2)
  })

  test('flush writes at once', async () => {
    const engine = fakeEngine()
    const { commit } = commitOn(engine, { quickMillis: 60_000, blockMillis: 60_000 })
    const stored = commit.store(table, part('a'))
    await commit.flush()
    await stored
    expect(engine.stored()).toEqual(json('a'))
  })
})

describe('a block that the engine refuses', () => {
  test('costs only the rows at fault, and those are named', async () => {
    const engine = fakeEngine()
    const { commit } = commitOn(engine)
    const good = Array.from({ length: 20 }, (_, i) => `row ${i}`)
    const mixed = [...good.slice(0, 7), 'bad 1', ...good.slice(7), 'bad 2']
    const [first, second, third] = await Promise.all([
      commit.store(table, part('a')),
      commit.store(table, part(...mixed)),
      commit.store(table, part('b')),
    ])
    expect([first, third]).toEqual([[], []])
    expect(second).toEqual([
      { row: 7, reason: 'cannot parse', json: '"bad 1"\n' },
      { row: 21, reason: 'cannot parse', json: '"bad 2"\n' },
    ])
    expect(engine.stored()).toEqual(json('a', 'b', ...good))
  })

  test('because of the table fails the request instead of refusing every row', async () => {
    const engine = fakeEngine()
    const { commit } = commitOn(engine)
    const rows = Array.from({ length: 1000 }, (_, i) => `bad ${i}`)
    await expect(commit.store(table, part(...rows))).rejects.toThrow('cannot parse')
    expect(engine.stored()).toEqual([])
  })
})

describe('failures that pass', () => {
  test('are tried again', async () => {
    const engine = fakeEngine({ failures: [new EngineError('memory', 'full'), new EngineError('timeout', 'slow')] })
    const { commit } = commitOn(engine)
    expect(await commit.store(table, part('a'))).toEqual([])
    expect(engine.stored()).toEqual(json('a'))
  })

  test('and do not pass reach every request of the block', async () => {
    const engine = fakeEngine({ failures: [new EngineError('closed', 'gone')] })
    const { commit } = commitOn(engine)
    const both = await Promise.allSettled([commit.store(table, part('a')), commit.store(table, part('b'))])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await commit.store(table, part('c'))).toEqual([])
  })
})

describe('budget', () => {
  test('a request beyond it is turned away, one alone is not', () => {
    const budget = new Budget(100)
    const first = budget.share()
    first.reserve(90)
    const second = budget.share()
    expect(() => second.reserve(20)).toThrow(Overloaded)
    first.reserve(500)
    expect(() => budget.share()).toThrow(Overloaded)
    first.release()
    expect(budget.held).toBe(0)
    budget.share().reserve(100)
    expect(budget.held).toBe(100)
  })
})
