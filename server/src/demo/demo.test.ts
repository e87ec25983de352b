// The demo's repeatability, its plan of batches, and how it runs against a port of ingestion that stores in memory.
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Workspace, Workspaces } from '../catalog/types.ts'
import type { Ingest, IngestRequest, Receiver } from '../ingest/types.ts'
import { type Demo, type DemoOptions, startDemo } from './demo.ts'
import { workspaceGuids } from './environment.ts'
import { body, feeds } from './feed.ts'
import { type Batch, historyMillis, nextBatch } from './plan.ts'
import { random } from './random.ts'
import { logAlertRules, resources } from './resources/index.ts'
import { sources } from './sources/index.ts'
import { hour, minute, type Slot, slotMillis, slots } from './time.ts'
import { type World, worldOf } from './world.ts'

const start = Date.UTC(2024, 4, 2, 10, 0)

function digest(world: World, pieces: Iterable<Slot>): string {
  const lines: string[] = []
  for (const slot of pieces) {
    for (const source of sources)
      for (const record of source.records(world, slot)) lines.push(`${source.name} ${JSON.stringify(record)}`)
  }
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex')
}

describe('records', () => {
  // An administrator's session with a rollout, a reboot, and a crash loop.
  const pieces = [
    [26.6, 27.4],
    [34, 34.3],
    [46.5, 46.9],
  ].flatMap(([from, to]) => [...slots(start + from! * hour, start + to! * hour, false)])

  test('depend on seed and beginning alone, not on order or on what was asked before', () => {
    const first = digest(worldOf(3, start), pieces)
    const experienced = worldOf(3, start)
    experienced.pods(start + 200 * hour)
    expect(digest(experienced, pieces.toReversed())).toBe(first)
    expect(digest(worldOf(4, start), pieces)).not.toBe(first)
    expect(digest(worldOf(3, start + hour), pieces)).not.toBe(first)
  })

  test('go on after the script ends, with the next image', () => {
    const world = worldOf(3, start)
    const tags = world.beginning('rollout', { start, end: start + 192 * hour, thinned: true }).map(({ tag }) => tag)
    expect(tags).toEqual(['1.1', '1.2', '1.3', '1.4'])
    expect(digest(world, slots(start + 150 * hour, start + 150 * hour + minute, false))).toMatch(/^[0-9a-f]{64}$/)
  })

  test('never need more addresses than a node has, over a month of reboots', () => {
    const world = worldOf(3, start)
    const pods = world.pods(start + 720 * hour)
    for (const node of world.environment.nodes)
      expect(pods.filter((pod) => pod.node === node).length).toBeLessThanOrEqual(30)
    const own = pods.filter((pod) => pod.ip !== pod.node.ip).map((pod) => pod.ip)
    expect(new Set(own).size).toBe(own.length)
  })
})

test('random streams are even and apart from each other', () => {
  const r = random(1, 'a', 5)
  const draws = Array.from({ length: 20_000 }, () => r.int(0, 9))
  for (let digit = 0; digit < 10; digit++)
    expect(draws.filter((draw) => draw === digit).length / 2000).toBeCloseTo(1, 0.9)
  const next = (seed: number, stream: string, slot: number): number => random(seed, stream, slot).next()
  expect(
    new Set([next(1, 'a', 0), next(2, 'a', 0), next(1, 'b', 0), next(1, 'a', 15_000), next(1, 'a', 2 ** 32)]).size,
  ).toBe(5)
  const counts = Array.from({ length: 20_000 }, () => r.count(1.5))
  expect(counts.reduce((sum, count) => sum + count, 0) / counts.length).toBeCloseTo(1.5, 1)
})

test('resource documents cover the environment once', () => {
  const all = [...resources(1), ...logAlertRules(1)]
  expect(new Set(all.map(({ id }) => id.toLowerCase())).size).toBe(all.length)
  const kinds = new Set(all.map(({ type }) => type))
  for (const type of [
    'Microsoft.ContainerService/managedClusters',
    'Microsoft.Network/azureFirewalls',
    'Microsoft.Insights/scheduledQueryRules',
    'Microsoft.KeyVault/vaults',
  ]) {
    expect(kinds).toContain(type)
  }
  expect(
    all
      .filter(({ type }) => type === 'Microsoft.OperationalInsights/workspaces')
      .map(({ properties }) => properties.customerId),
  ).toEqual(Object.values(workspaceGuids))
  const names = new Set(all.map(({ id }) => id.toLowerCase()))
  for (const id of Object.values(worldOf(1, start).environment.ids)) expect(names, id).toContain(id.toLowerCase())
})

describe('the plan', () => {
  function batches(done: number, now: number): readonly Batch[] {
    const list: Batch[] = []
    for (let batch = nextBatch(done, now); batch !== undefined; batch = nextBatch(batch.to, now)) list.push(batch)
    return list
  }

  test('covers the history without gap or overlap, the last hour in full', () => {
    const now = start + 7 * minute + 21_000
    const list = batches(now - historyMillis, now)
    expect(list.at(-1)?.to).toBe(now - (now % slotMillis))
    for (const [index, batch] of list.slice(1).entries()) expect(batch.from).toBe(list[index]!.to)
    expect(list.filter((batch) => !batch.thinned)[0]!.from).toBeLessThanOrEqual(now - hour)
    expect(list.length).toBeLessThan(40)
  })

  test('fills a pause of up to 48 hours, and waits for the end of a slot', () => {
    expect(batches(start - 100 * hour, start)[0]!.from).toBe(start - historyMillis)
    expect(batches(start - 3 * hour, start)[0]!.from).toBe(start - 3 * hour)
    expect(nextBatch(start, start + slotMillis - 1)).toBeUndefined()
    expect(nextBatch(start, start + slotMillis)).toEqual({ from: start, to: start + slotMillis, thinned: false })
  })
})

test('a body is JSON lines', async () => {
  const world = worldOf(1, start)
  for (const feed of feeds) {
    let text = ''
    for await (const chunk of body(world, { from: start, to: start + 5 * minute, thinned: false }, feed))
      text += new TextDecoder().decode(chunk)
    for (const line of text.split('\n').slice(0, -1)) expect(typeof JSON.parse(line), feed.name).toBe('object')
  }
})

describe('a run', () => {
  test('creates the workspaces, stores what is missing once, and keeps up with the clock', async () => {
    const bench = benchOf(start)
    bench.remember({ from: start - 4 * hour, to: start - 3 * hour, thinned: true }, true)
    const demo = await bench.run()
    await demo.ready
    await demo.stop()
    expect(bench.created).toEqual(workspaceGuids)
    expect(bench.covered()).toEqual([[start - 3 * hour, start]])
    expect(bench.progress.at(-1)).toMatchObject({ until: start, share: 1, rows: bench.rows() })
    expect(bench.rows()).toBeGreaterThan(10_000)

    bench.now = start + 2 * slotMillis
    const again = await bench.run()
    await again.ready
    await again.stop()
    expect(bench.covered()).toEqual([[start - 3 * hour, start + 2 * slotMillis]])
  })

  test('repeats the batch that a crash cut short with the same bounds and keys', async () => {
    const bench = benchOf(start)
    const cut = { from: start - 30 * minute, to: start - 20 * minute, thinned: false }
    bench.remember(cut, false)
    const demo = await bench.run()
    await demo.ready
    await demo.stop()
    const keys = [...bench.stored.keys()].filter((key) => key.includes(`/${cut.from}-${cut.to}/`))
    expect(keys.length).toBeGreaterThan(10)
    const rows = bench.rows()
    // The same state once more: every key is known, so nothing is added.
    bench.remember(cut, false)
    const again = await bench.run()
    await again.ready
    await again.stop()
    expect(bench.rows()).toBe(rows)
  })

  test('tries a stream again that could not be stored', async () => {
    const bench = benchOf(start)
    bench.remember({ from: start - 2 * minute, to: start - minute, thinned: false }, true)
    bench.failures = 1
    const demo = await bench.run()
    await demo.ready
    await demo.stop()
    expect(bench.problems).toEqual([expect.stringContaining('disk full')])
    expect(bench.covered()).toEqual([[start - minute, start]])
  })

  test('that is stopped early says so', async () => {
    const bench = benchOf(start)
    const demo = await bench.run()
    const outcome = expect(demo.ready).rejects.toThrow('stopped')
    await demo.stop()
    await outcome
  })
})

interface Bench {
  now: number
  failures: number
  readonly stored: Map<string, number>
  readonly created: Record<string, string>
  readonly progress: { readonly until: number; readonly share: number; readonly rows: number }[]
  readonly problems: string[]
  remember(batch: Batch, stored: boolean): void
  run(): Promise<Demo>
  rows(): number
  /** Stretches of time that are stored, joined where they meet. */
  covered(): readonly (readonly [number, number])[]
}

function benchOf(now: number): Bench {
  const values = new Map<string, string>()
  const stored = new Map<string, number>()
  const created: Record<string, string> = {}
  const bench: Bench = {
    now,
    failures: 0,
    stored,
    created,
    progress: [],
    problems: [],
    remember: (batch, done) =>
      void values.set('demo/1', JSON.stringify({ epoch: start - historyMillis, batch, stored: done })),
    run: () => startDemo(options),
    rows: () => [...stored.values()].reduce((sum, rows) => sum + rows, 0),
    covered: () => joined([...stored.keys()].map(boundsOf)),
  }
  const options: DemoOptions = {
    ingest: memoryIngest(bench),
    workspaces: memoryWorkspaces(created),
    receivers: { azureDiagnostics: receiver('azure-diagnostics'), json: receiver('json') },
    clock: { now: () => bench.now },
    seed: 1,
    store: { get: async (key) => values.get(key), set: async (key, value) => void values.set(key, value) },
    onProgress: (progress) => void bench.progress.push(progress),
    onProblem: (problem) => void bench.problems.push(problem),
  }
  return bench
}

function memoryIngest(bench: Bench): Pick<Ingest, 'accept'> {
  return {
    accept: async ({ body: chunks, idempotencyKey, head }: IngestRequest) => {
      if (bench.failures-- > 0) throw new Error('disk full')
      let accepted = 0
      for await (const chunk of chunks) accepted += new TextDecoder().decode(chunk).split('\n').length - 1
      expect(head.parameters.keepTime).toBe('true')
      if (!bench.stored.has(idempotencyKey!)) bench.stored.set(idempotencyKey!, accepted)
      return { accepted, rejected: 0, errors: [] }
    },
  }
}

function memoryWorkspaces(created: Record<string, string>): Pick<Workspaces, 'create'> {
  return {
    create: async (workspace): Promise<Workspace> => {
      created[workspace.name] = workspace.id
      return { ...workspace, database: workspace.name }
    },
  }
}

function receiver(name: string): Receiver {
  return {
    name,
    // The port in memory never decodes.
    decode: () => {
      throw new Error('not used')
    },
  }
}

function boundsOf(key: string): readonly [number, number] {
  const [, from, to] = /\/(\d+)-(\d+)(?:-thinned)?\//.exec(key.replace(/^demo\/\d+\/\d+/, ''))!
  return [Number(from), Number(to)]
}

function joined(stretches: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const result: [number, number][] = []
  for (const [from, to] of stretches.toSorted((one, other) => one[0] - other[0])) {
    const last = result.at(-1)
    if (last === undefined || from > last[1]) result.push([from, to])
    else last[1] = Math.max(last[1], to)
  }
  return result
}
