// Bad bodies of every kind for every receiver: each is refused, or stored as far as it makes sense, and nothing else; what is acknowledged is
// there, what is not is not; and the next good batch is stored.
import { compress } from 'snappyjs'
import { afterAll, expect, test } from 'vitest'
import type { Workspace } from '../catalog/types.ts'
import { type GoodBody, goodBodies } from './receivers/good-bodies.ts'
import { at0, hour, openBench } from './testing.ts'
import { BodyTooLarge, type IngestOutcome, MalformedBody, UnknownTable } from './types.ts'

const bench = await openBench()
afterAll(() => bench.close())

const text = (body: Uint8Array): string => Buffer.from(body).toString('latin1')
const isJson = ({ type, body }: GoodBody): boolean => type === 'application/json' && /^[[{]/.test(text(body))

/** Before the last object's members; in the records of all JSON formats here that is one with names of the sender's. */
function withMembers(body: Uint8Array, members: string): Buffer {
  const whole = text(body)
  const at = whole.lastIndexOf('{') + 1
  const comma = whole[at] === '}' ? '' : ','
  return Buffer.from(whole.slice(0, at) + members + comma + whole.slice(at), 'latin1')
}

const random = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 2654435761) >>> 24))
const nested = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`
const manyMembers = Array.from({ length: 700 }, (_, i) => `"m${i}":${i}`).join(',')
const names = [
  '`; DROP TABLE x; --',
  '../../etc/passwd',
  "a' OR 1=1",
  '',
  '__proto__',
  'constructor',
  'TenantId',
  'x'.repeat(2000),
]

/** What is done to a good body; undefined: it makes no sense for it. */
const faults: Readonly<Record<string, (good: GoodBody) => Buffer | undefined>> = {
  'cut off': ({ body }) => Buffer.from(body.subarray(0, Math.floor(body.length * 0.6))),
  'random bytes': () => random,
  'bytes that are no UTF-8': ({ body }) => {
    const at = Math.max(text(body).lastIndexOf('"a'), 0) + 1
    return Buffer.concat([body.subarray(0, at), Buffer.from([0xff, 0xc3, 0xed, 0xa0, 0x80]), body.subarray(at)])
  },
  'the same keys twice': (good) => (isJson(good) ? withMembers(good.body, '"twice":1,"twice":"b"') : undefined),
  'deep nesting': (good) => (isJson(good) ? withMembers(good.body, `"deep":${nested}`) : undefined),
  NaN: (good) => (isJson(good) ? withMembers(good.body, '"nan":NaN') : undefined),
  'numbers beyond 2^53': (good) =>
    isJson(good)
      ? withMembers(good.body, '"big":9007199254740993,"bigger":18446744073709551616,"inf":-1e400')
      : undefined,
  'names of SQL and of paths': (good) =>
    isJson(good) ? withMembers(good.body, names.map((name, i) => `${JSON.stringify(name)}:${i}`).join(',')) : undefined,
  'more than 500 properties': (good) => (isJson(good) ? withMembers(good.body, manyMembers) : undefined),
  'times of another century': ({ body, type }) => {
    const skewed = text(body)
      .replaceAll('2026-', '2126-')
      .replaceAll('17723592', '49281192')
      .replaceAll('1760000', '4915600')
    return type.includes('protobuf') ? undefined : Buffer.from(skewed, 'latin1')
  },
}

const kinds = goodBodies.map((good) => {
  const name = typeof good.receiver === 'string' ? good.receiver : good.receiver.name
  return [name, good.type, good] as const
})

test.each(kinds)('%s, %s', async (_name, _type, good) => {
  const at = await bench.workspace()
  const first = await sent(at, good, good.body)
  expect(first?.accepted).toBeGreaterThan(0)
  let accepted = first?.accepted ?? 0
  for (const [fault, make] of Object.entries(faults)) {
    const bad = make(good)
    if (!bad) continue
    const outcome = await sent(at, good, bad, fault)
    const next = await sent(at, good, good.body)
    expect([fault, next]).toEqual([fault, first])
    accepted += (outcome?.accepted ?? 0) + (next?.accepted ?? 0)
    expect([fault, await stored(at)]).toEqual([fault, accepted])
  }
  expect(await farAway(at)).toBe(0)
})

/** One that splits records, one that collects the body, one that reads lines. */
const longReaders = kinds.filter(
  ([name, type]) => ['json', 'otlp-logs', 'syslog'].includes(name) && !/protobuf/.test(type),
)

test.each(longReaders)(
  '%s, %s: a line of more than 100 MB is too large, and the next batch is stored',
  async (_name, contentType, good) => {
    const at = await bench.workspace()
    const { wrap = (bytes) => bytes } = good
    async function* endless() {
      yield good.body.subarray(0, Math.max(text(good.body).lastIndexOf('"'), 1))
      for (let n = 0; n <= 100; n++) yield Buffer.alloc(1_048_576, 'x')
    }
    const parameters = good.parameters ?? {}
    const long = bench.send({ to: at, as: good.receiver, body: endless(), parameters, contentType })
    await expect(long).rejects.toThrow(BodyTooLarge)
    expect(bench.ingest.metrics().pendingBytes).toBe(0)
    const next = await bench.send({ to: at, as: good.receiver, body: wrap(good.body), parameters, contentType })
    expect(next.accepted).toBeGreaterThan(0)
    expect(await stored(at)).toBe(next.accepted)
  },
)

test('compressed messages that are not whole are refused', async () => {
  const at = await bench.workspace()
  for (const [, contentType, good] of kinds.filter(([, , { wrap }]) => wrap !== undefined)) {
    const cut = compress(Buffer.from(good.body)).subarray(0, 10)
    await expect(bench.send({ to: at, as: good.receiver, body: cut, contentType })).rejects.toThrow(MalformedBody)
  }
})

/** Undefined: the body as a whole was refused; any other error fails the test. */
async function sent(
  at: Workspace,
  good: GoodBody,
  body: Uint8Array,
  fault = 'none',
): Promise<IngestOutcome | undefined> {
  const { receiver, type: contentType, wrap = (bytes) => bytes, parameters = {} } = good
  try {
    return await bench.send({ to: at, as: receiver, body: wrap(body), parameters, contentType })
  } catch (error) {
    if (error instanceof MalformedBody || error instanceof UnknownTable) return undefined
    throw new Error(`the fault '${fault}' is not taken`, { cause: error })
  }
}

const tablesOf = (at: Workspace) =>
  bench.select(
    `SELECT name, total_rows FROM system.tables WHERE database = '${at.database}' AND name != 'ConshelfIngestionErrors_CL'`,
  )

async function stored(at: Workspace): Promise<number> {
  return (await tablesOf(at)).reduce((sum, [, rows]) => sum + Number(rows), 0)
}

/** Rows whose time is not believable. */
async function farAway(at: Workspace): Promise<number> {
  let found = 0
  for (const [table] of await tablesOf(at)) {
    const [row] = await bench.rowsOf(at, String(table), `countIf(TimeGenerated > '${at0(25 * hour).slice(0, 19)}')`)
    found += Number(row?.[0])
  }
  return found
}
