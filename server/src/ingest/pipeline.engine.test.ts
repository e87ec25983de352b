import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCatalog } from '../catalog/catalog.ts'
import type { Tables, Workspace, Workspaces } from '../catalog/types.ts'
import { openContent } from '../content/content.ts'
import { systemClock } from '../core/clock.ts'
import { guidOf, randomIds } from '../core/ids.ts'
import { createLog } from '../core/log.ts'
import { openChdb } from '../engine/chdb.ts'
import type { Engine } from '../engine/engine.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { createIngest, type IngestParts } from './pipeline.ts'
import { type ReceiverName, receivers } from './receivers/index.ts'
import { BodyTooLarge, type Ingest, type IngestOutcome, MalformedBody, Overloaded, UnknownTable } from './types.ts'

/** A whole second near the present: the engine drops what is older than a table's retention. */
const now = Math.floor(systemClock.now() / 1000) * 1000
const hour = 3_600_000
/** As sources write times, and as the engine answers them. */
const at0 = (millis: number) => new Date(now + millis).toISOString()
const answered = (millis: number) => at0(millis).replace('000Z', '0000000Z')
const directory = mkdtempSync(join(tmpdir(), 'conshelf-ingest-'))
let engine: Engine
let store: Store
let workspaces: Workspaces
let tables: Tables
let ingest: Ingest

beforeAll(async () => {
  engine = await openChdb({ path: join(directory, 'engine') })
  store = openSqliteStore(':memory:')
  ;({ workspaces, tables } = await openCatalog({ store, engine, content: openContent(), clock: { now: () => now } }))
  ingest = pipeline()
})
afterAll(async () => {
  await ingest.close()
  await store.close()
  await engine.close()
  rmSync(directory, { recursive: true })
})

function pipeline(parts: Partial<IngestParts> = {}): Ingest {
  const clock = { now: () => now }
  const limits = { quickMillis: 5, ...parts.limits }
  return createIngest({ engine, tables, store, clock, ids: randomIds, log: createLog('silent'), ...parts, limits })
}

let made = 0
/** An empty one for each test. */
function workspace(): Promise<Workspace> {
  const name = `test-${++made}`
  const resourceId = `/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/${name}`
  return workspaces.create({ id: guidOf(name), name, resourceId })
}

async function* bytes(body: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(body)
  for (let at = 0; at < all.length; at += 65_536) yield all.subarray(at, at + 65_536)
}

interface Sent {
  readonly to: Workspace
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>
  readonly as?: ReceiverName
  readonly key?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly by?: Ingest
}

function send({ to, body, as = 'json', key, parameters = {}, by = ingest }: Sent): Promise<IngestOutcome> {
  return by.accept({
    workspace: to,
    receiver: receivers[as],
    body: typeof body === 'string' || body instanceof Uint8Array ? bytes(body) : body,
    head: { contentType: 'application/json', parameters },
    ...(key !== undefined && { idempotencyKey: key }),
  })
}

async function select(sql: string): Promise<unknown[][]> {
  const found: unknown[][] = []
  const limits = { maxMillis: 30_000, maxMemoryBytes: 1_000_000_000 }
  for await (const rows of engine.query(sql, { tag: `test-${Math.random()}`, limits })) {
    found.push(...rows.map((row) => [...row]))
  }
  return found
}

const rowsOf = async ({ database }: Workspace, table: string, columns = 'count()', more = '') =>
  select(`SELECT ${columns} FROM ${database}.${table} ${more}`)
const countOf = async (at: Workspace, table: string) => Number((await rowsOf(at, table))[0]?.[0])

const samples = new URL('../../../../shared/samples/', import.meta.url)
const counted = [
  'azure-firewall-application-rule',
  'azure-firewall-network-rule',
  'azure-firewall-dns-proxy',
  'azure-firewall-structured',
  'application-gateway-access-log',
  'application-gateway-firewall-log',
  'application-gateway-performance-log',
  'key-vault-audit-event',
  'key-vault-policy-evaluation',
  'kube-apiserver',
  'kube-audit',
  'kube-audit-admin',
  'kube-controller-manager',
  'kube-scheduler',
  'cluster-autoscaler',
  'cloud-controller-manager',
  'guard',
  'aks-control-plane-other',
]

describe.skipIf(!existsSync(samples))('as many rows as records, of every sample (skipped without ../shared)', () => {
  test.each(['diagnostics', 'resource'])('mode %s', async (mode) => {
    const at = await workspace()
    let sent = 0
    for (const name of counted) {
      const body = readFileSync(new URL(`${name}.jsonl`, samples))
      const records = body.toString().trim().split('\n').length
      const outcome = await send({ to: at, as: 'azure-diagnostics', body, parameters: { mode } })
      expect([name, outcome]).toEqual([name, { accepted: records, rejected: 0, errors: [] }])
      sent += records
    }
    const stored = await select(
      `SELECT sum(total_rows) FROM system.tables WHERE database = '${at.database}' AND name != 'ConshelfIngestionErrors_CL'`,
    )
    expect(Number(stored[0]?.[0])).toBe(sent)
    if (mode === 'diagnostics') expect(await countOf(at, 'AzureDiagnostics')).toBe(sent)
  })

  test.each([
    ['diagnostics', 'AzureDiagnostics', "countIf(JSONHas(log_s, 'auditID') AND Category LIKE 'kube-audit%')"],
    ['resource', 'AKSAudit', "countIf(AuditId != '' AND JSONHas(User, 'username'))"],
  ])('audit webhook, mode %s', async (mode, table, whole) => {
    const at = await workspace()
    const events = readFileSync(new URL('k8s-audit-events.jsonl', samples), 'utf8').trim().split('\n')
    const body = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${events.join(',')}]}`
    const cluster = '/subscriptions/S/resourceGroups/G/providers/Microsoft.ContainerService/managedClusters/C'
    const outcome = await send({ to: at, as: 'kubernetes-audit', body, parameters: { mode, cluster } })
    expect(outcome).toEqual({ accepted: events.length, rejected: 0, errors: [] })
    const found = await rowsOf(at, table, `count(), ${whole}, countIf(_ResourceId = '${cluster.toLowerCase()}')`)
    expect(found).toEqual([[String(events.length), String(events.length), String(events.length)]])
  })
})

describe('rows', () => {
  test('get the standard columns', async () => {
    const at = await workspace()
    const id = '/subscriptions/AAAA-B/resourceGroups/RG/providers/Microsoft.X/y/Zed'
    const fields = { TimeGenerated: at0(-hour).replace('000Z', '1234567Z'), HostName: 'hé', _ResourceId: id, TenantId: 'ignored', Type: 'x' }
    await send({ to: at, body: JSON.stringify(fields), parameters: { table: 'Syslog' } })
    const columns = 'TenantId, Type, TimeGenerated, _TimeReceived, _ResourceId, _SubscriptionId, _IsBillable, _BilledSize, _ItemId'
    const [row = []] = await rowsOf(at, 'Syslog', columns)
    expect(row.slice(0, 7)).toEqual([
      at.id,
      'Syslog',
      at0(-hour).replace('000Z', '1234567Z'),
      expect.stringContaining(at0(0).slice(0, 20)),
      id.toLowerCase(),
      'aaaa-b',
      'True',
    ])
    const own = Buffer.byteLength('{"HostName":"hé","TimeGenerated":"2026-03-01 11:00:00.1234567"}')
    expect(Number(row[7])).toBe(own)
    expect(row[8]).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('keep a believable time; others get the time of arrival, unless keepTime is asked for', async () => {
    const at = await workspace()
    const offsets = [-48 * hour + 1000, -48 * hour - 1000, 24 * hour, 24 * hour + 1000]
    const rows = [...offsets.map((offset, i) => ({ ProcessID: i, TimeGenerated: at0(offset) })), { ProcessID: 4 }]
    await send({ to: at, body: JSON.stringify(rows), parameters: { table: 'Syslog' } })
    // The arrivals of requests in one millisecond are 100 ns apart.
    const columns = "ProcessID, dateTrunc('second', TimeGenerated), _OriginalTimeGenerated"
    const found = await rowsOf(at, 'Syslog', columns, 'ORDER BY ProcessID')
    const second = (millis: number) => expect.stringContaining(at0(millis).slice(0, 19))
    expect(found).toEqual([
      [0, second(-48 * hour + 1000), null],
      [1, second(0), answered(-48 * hour - 1000)],
      [2, second(24 * hour), null],
      [3, second(0), answered(24 * hour + 1000)],
      [4, second(0), null],
    ])
    const old = JSON.stringify({ ProcessID: 9, TimeGenerated: at0(-240 * hour) })
    await send({ to: at, body: old, parameters: { table: 'Syslog', keepTime: 'true' } })
    expect(await rowsOf(at, 'Syslog', columns, 'WHERE ProcessID = 9')).toEqual([[9, second(-240 * hour), null]])
  })

  test('of every type come back as they were', async () => {
    const at = await workspace()
    const body = `{"n":9007199254740993,"r":1.5,"inf":1e400,"b":true,"s":"\\ud800 \\u0000 ü😀 \\\\ud800","t":"2026-03-01T10:00:00.5Z",
      "d":{"a":1.0,"n":null,"e":{},"big":18446744073709551616,"q":"\\"\\\\"},"l":[1,"x"],"dup":1,"dup":2,"g":"592d1649f75a8d480a3c4dc6a975309d"}`
    expect(await send({ to: at, body, parameters: { table: 'Types_CL' } })).toMatchObject({ accepted: 1 })
    const columns = 'n, r, inf, b, s, t, d, l, dup, g'
    expect(await rowsOf(at, 'Types_CL', columns)).toEqual([
      [
        '9007199254740993',
        1.5,
        'inf',
        true,
        '\ufffd \0 ü😀 \\ud800',
        '2026-03-01T10:00:00.5000000Z',
        '{"a":1.0,"n":null,"e":{},"big":18446744073709551616,"q":"\\"\\\\"}',
        '[1,"x"]',
        2,
        '592d1649f75a8d480a3c4dc6a975309d',
      ],
    ])
  })

  test('with bytes that are no UTF-8 are stored with replacement characters', async () => {
    const at = await workspace()
    const body = Buffer.concat([Buffer.from('{"HostName":"a'), Buffer.from([0xff, 0xc3]), Buffer.from('b"}')])
    expect(await send({ to: at, body, parameters: { table: 'Syslog' } })).toMatchObject({ accepted: 1 })
    expect(await rowsOf(at, 'Syslog', 'HostName')).toEqual([['a\ufffd\ufffdb']])
  })
})

describe('records that do not fit', () => {
  test('are refused one by one, and the error table says why', async () => {
    const at = await workspace()
    const lines = ['{"ProcessID":1}', '{"ProcessID":"x"}', '{"Hostname":"h"}', 'nonsense', '{"ProcessID":2}', '{"TimeGenerated":"soon"}']
    const outcome = await send({ to: at, body: lines.join('\n'), parameters: { table: 'Syslog' } })
    expect(outcome).toEqual({
      accepted: 2,
      rejected: 4,
      errors: [
        { index: 1, reason: `column 'ProcessID' is of type int, the value is "x"` },
        { index: 2, reason: `the table Syslog has no column 'Hostname'; did you mean 'HostName'?` },
        { index: 3, reason: expect.stringMatching(/^not JSON: .*line 4/) },
        { index: 5, reason: `column 'TimeGenerated' is of type datetime, the value is "soon"` },
      ],
    })
    expect(await countOf(at, 'Syslog')).toBe(2)
    const noted = await rowsOf(at, 'ConshelfIngestionErrors_CL', 'Index, Receiver, TargetTable, Reason, RawRecord', 'ORDER BY Index')
    expect(noted.map((row) => row.slice(0, 3))).toEqual([
      ['1', 'json', 'Syslog'],
      ['2', 'json', 'Syslog'],
      ['3', 'json', ''],
      ['5', 'json', 'Syslog'],
    ])
    expect(noted.map((row) => row[4])).toEqual([lines[1], lines[2], lines[3], lines[5]])
  })

  test('of diagnostic settings lose the value, not the record', async () => {
    const at = await workspace()
    const resourceId = '/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.NETWORK/AZUREFIREWALLS/F'
    const record = { category: 'AZFWNetworkRule', resourceId, properties: { SourceIp: '10.0.0.1', SourcePort: 'none' } }
    const outcome = await send({ to: at, as: 'azure-diagnostics', body: JSON.stringify([record]), parameters: { mode: 'resource' } })
    expect(outcome).toEqual({ accepted: 1, rejected: 0, errors: [] })
    expect(await rowsOf(at, 'AZFWNetworkRule', 'SourceIp, SourcePort')).toEqual([['10.0.0.1', null]])
    const [[reason] = []] = await rowsOf(at, 'ConshelfIngestionErrors_CL', 'Reason')
    expect(reason).toContain("stored without a value: column 'SourcePort' is of type int")
  })

  test('answers list a hundred of them', async () => {
    const at = await workspace()
    const body = Array.from({ length: 250 }, () => '{"Nope":1}').join('\n')
    const outcome = await send({ to: at, body, parameters: { table: 'Syslog' } })
    expect(outcome).toMatchObject({ accepted: 0, rejected: 250 })
    expect(outcome.errors).toHaveLength(100)
    expect(await countOf(at, 'ConshelfIngestionErrors_CL')).toBe(250)
  })

  test('because their names cannot name columns', async () => {
    const at = await workspace()
    const body = JSON.stringify([{ 'a.b': 1 }, { '`; DROP TABLE x': 1 }, { ok: 1 }, { __proto__x: 1 }])
    const outcome = await send({ to: at, body, parameters: { table: 'Names_CL' } })
    expect(outcome).toMatchObject({ accepted: 2, rejected: 2 })
    expect(outcome.errors[0]?.reason).toContain("'a.b' cannot name a column")
  })
})

describe('growing tables', () => {
  test('get a column for each new property, its type from the first value', async () => {
    const at = await workspace()
    const first = [{ status: 200, user: 'a' }, { status: '404', took: 'PT1S', extra: { a: 1 } }, { status: 'down' }]
    const outcome = await send({ to: at, body: JSON.stringify(first), parameters: { table: 'App_CL' } })
    expect(outcome).toMatchObject({ accepted: 2, rejected: 1, errors: [{ index: 2, reason: expect.stringContaining('real') }] })
    expect(await rowsOf(at, 'App_CL', 'status, user, took, extra', 'ORDER BY status')).toEqual([
      [200, 'a', '', null],
      [404, '', 'PT1S', '{"a":1}'],
    ])
  })

  test('beyond 500 columns properties go into AdditionalFields without their suffix', async () => {
    const at = await workspace()
    const properties = Object.fromEntries(Array.from({ length: 520 }, (_, i) => [`p${i}`, i]))
    const record = { category: 'Wide', resourceId: '/subscriptions/s', properties }
    const body = JSON.stringify({ records: [record, { ...record, properties: { later: 'x', p0: 7 } }] })
    expect(await send({ to: at, as: 'azure-diagnostics', body })).toMatchObject({ accepted: 2, rejected: 0 })
    const rows = await rowsOf(at, 'AzureDiagnostics', 'p0_d, p499_d, AdditionalFields', 'ORDER BY p0_d')
    expect(rows.map((row) => row.slice(0, 2))).toEqual([
      [0, 499],
      [7, null],
    ])
    expect(JSON.parse(String(rows[0]?.[2]))).toMatchObject({ p500: 500, p519: 519 })
    expect(JSON.parse(String(rows[1]?.[2]))).toEqual({ later: 'x' })
  })

  test('grow from several requests at once without losing rows', async () => {
    const at = await workspace()
    const bodies = Array.from({ length: 12 }, (_, i) => JSON.stringify([{ shared: i % 2 ? 'text' : 1, [`own${i}`]: i }]))
    const outcomes = await Promise.all(bodies.map((body) => send({ to: at, body, parameters: { table: 'Race_CL' } })))
    const accepted = outcomes.reduce((total, outcome) => total + outcome.accepted, 0)
    expect(await countOf(at, 'Race_CL')).toBe(accepted)
    expect(accepted + outcomes.reduce((total, outcome) => total + outcome.rejected, 0)).toBe(12)
    expect(accepted).toBeGreaterThanOrEqual(6)
  })
})

describe('requests', () => {
  test('side by side store every row once', async () => {
    const at = await workspace()
    const requests = Array.from({ length: 40 }, (_, request) => {
      const body = Array.from({ length: 50 }, (_, i) => JSON.stringify({ ProcessID: request * 50 + i })).join('\n')
      return send({ to: at, body, parameters: { table: 'Syslog' } })
    })
    const outcomes = await Promise.all(requests)
    expect(outcomes.every(({ accepted }) => accepted === 50)).toBe(true)
    const found = await rowsOf(at, 'Syslog', 'count(), uniqExact(ProcessID), uniqExact(_TimeReceived)')
    expect(found).toEqual([['2000', '2000', '40']])
    const parts = await select(`SELECT count() FROM system.parts WHERE database = '${at.database}' AND table = 'Syslog'`)
    expect(Number(parts[0]?.[0])).toBeLessThan(40)
  })

  test('whose body breaks off store nothing', async () => {
    const at = await workspace()
    async function* broken() {
      yield Buffer.from('{"ProcessID":1}\n{"ProcessID":2}\n')
      throw new Error('unexpected end of file')
    }
    await expect(send({ to: at, body: broken(), parameters: { table: 'Syslog' } })).rejects.toThrow('unexpected end of file')
    const cut = '[{"ProcessID":1},{"ProcessID":'
    await expect(send({ to: at, body: cut, parameters: { table: 'Syslog' } })).rejects.toThrow(MalformedBody)
    expect(tables.stored(at, 'Syslog')).toBeUndefined()
    expect(ingest.metrics().pendingBytes).toBe(0)
  })

  test('that name no table say which was meant', async () => {
    const at = await workspace()
    const failure = send({ to: at, body: '{"a":1}', parameters: { table: 'AKSAudt' } })
    await expect(failure).rejects.toThrow(UnknownTable)
    await expect(failure).rejects.toThrow("there is no table 'AKSAudt'; did you mean 'AKSAudit'?")
    for (const table of ['../x', 'a;b', 'x`_CL', 'Nothing'])
      await expect(send({ to: at, body: '{"a":1}', parameters: { table } })).rejects.toThrow(UnknownTable)
  })

  test('beyond the limits are turned away whole', async () => {
    const at = await workspace()
    const small = pipeline({ limits: { bodyBytes: 1_000, pendingBytes: 20_000 } })
    const row = `{"HostName":"${'x'.repeat(400)}"}\n`
    const parameters = { table: 'Syslog' }
    await expect(send({ to: at, body: row.repeat(3), parameters, by: small })).rejects.toThrow(BodyTooLarge)
    const many = await Promise.allSettled(Array.from({ length: 30 }, () => send({ to: at, body: row, parameters, by: small })))
    const stored = many.filter(({ status }) => status === 'fulfilled').length
    const refused = many.filter((result) => result.status === 'rejected' && result.reason instanceof Overloaded).length
    expect(refused).toBeGreaterThan(0)
    expect(stored).toBeGreaterThan(0)
    expect(stored + refused).toBe(30)
    expect(await countOf(at, 'Syslog')).toBe(stored)
    expect(await send({ to: at, body: row, parameters, by: small })).toMatchObject({ accepted: 1 })
    await small.close()
  })

  test('larger than a block are stored in several', async () => {
    const at = await workspace()
    const small = pipeline({ limits: { blockBytes: 100_000 } })
    const body = Array.from({ length: 30_000 }, (_, i) => `{"ProcessID":${i},"HostName":"host-${i % 7}"}`).join('\n')
    expect(await send({ to: at, body, parameters: { table: 'Syslog' }, by: small })).toMatchObject({ accepted: 30_000 })
    expect(await rowsOf(at, 'Syslog', 'count(), uniqExact(ProcessID)')).toEqual([['30000', '30000']])
    expect(small.metrics().inserts).toBeGreaterThan(1)
    await small.close()
  })

  test('are counted', async () => {
    const own = pipeline()
    const at = await workspace()
    await send({ to: at, body: '{"ProcessID":1}\n{"x":1}', parameters: { table: 'Syslog' }, by: own })
    await send({ to: at, body: 'x', parameters: { table: 'Syslog' }, by: own }).catch(() => undefined)
    expect(own.metrics()).toMatchObject({
      receivers: { json: { requests: 2, failedRequests: 1, accepted: 1, rejected: 1, bytes: 24 } },
      pendingBytes: 0,
      insertedRows: 2,
    })
    await own.close()
  })

  test('append keeps times and copies its rows', async () => {
    const at = await workspace()
    const fields = { CorrelationId: 'c', TimeGenerated: at0(-240 * hour), RequestContext: { a: 1 }, ResponseRowCount: 3n }
    const rows = [{ table: 'LAQueryLogs', fields }]
    expect(await ingest.append(at, rows)).toEqual({ accepted: 1, rejected: 0, errors: [] })
    expect(fields.RequestContext).toEqual({ a: 1 })
    expect(await rowsOf(at, 'LAQueryLogs', 'TimeGenerated, ResponseRowCount')).toEqual([[answered(-240 * hour), 3]])
  })
})

describe('idempotency keys', () => {
  const body = `${Array.from({ length: 9 }, (_, i) => `{"ProcessID":${i}}`).join('\n')}\n{"Nope":1}`
  const parameters = { table: 'Syslog' }

  test('a repeated batch is answered as before and stored once', async () => {
    const at = await workspace()
    const first = await send({ to: at, body, parameters, key: 'k' })
    expect(first).toMatchObject({ accepted: 9, rejected: 1 })
    expect(await send({ to: at, body, parameters, key: 'k' })).toEqual(first)
    const both = [1, 2].map(() => send({ to: at, body, parameters, key: 'at the same time' }))
    expect(await Promise.all(both)).toMatchObject([{ accepted: 9 }, { accepted: 9 }])
    expect(await countOf(at, 'Syslog')).toBe(18)
    const other = await workspace()
    await send({ to: other, body, parameters, key: 'k' })
    expect(await countOf(other, 'Syslog')).toBe(9)
  })

  test('a key is forgotten after a day', async () => {
    const at = await workspace()
    let time = now
    const clock = { now: () => time }
    const own = pipeline({ clock })
    await send({ to: at, body, parameters, key: 'k', by: own })
    time += 24 * 3_600_000
    await send({ to: at, body, parameters, key: 'k', by: own })
    expect(await countOf(at, 'Syslog')).toBe(18)
    await own.close()
  })

  test('a batch whose answer was lost after the insert is not stored again', async () => {
    const at = await workspace()
    let calls = 0
    const dying: Pick<Store, 'value' | 'apply'> = {
      value: (...args) => store.value(...args),
      apply: async (changes) => {
        if (++calls === 2) throw new Error('the process was killed')
        return store.apply(changes)
      },
    }
    const before = pipeline({ store: dying })
    await expect(send({ to: at, body, parameters, key: 'k', by: before })).rejects.toThrow('killed')
    expect(await countOf(at, 'Syslog')).toBe(9)
    const after = pipeline()
    expect(await send({ to: at, body, parameters, key: 'k', by: after })).toMatchObject({ accepted: 9, rejected: 1 })
    expect(await countOf(at, 'Syslog')).toBe(9)
    expect(await countOf(at, 'ConshelfIngestionErrors_CL')).toBe(1)
    await Promise.all([before.close(), after.close()])
  })

  test('a batch that was interrupted before or within the insert is stored once', async () => {
    const at = await workspace()
    await send({ to: at, body: '{"ProcessID":100}', parameters })
    let half = true
    const cut: IngestParts['engine'] = {
      query: (...args) => engine.query(...args),
      command: (...args) => engine.command(...args),
      insert: async (table, ndjson) => {
        if (!half) return engine.insert(table, ndjson)
        // As if the block covered two partitions and the process had died between them.
        if (table.table === 'Syslog') await engine.insert(table, ndjson.subarray(0, ndjson.indexOf(10) + 1))
        throw new Error('the process was killed')
      },
    }
    const own = pipeline({ engine: cut })
    await expect(send({ to: at, body, parameters, key: 'k', by: own })).rejects.toThrow('killed')
    expect(await countOf(at, 'Syslog')).toBe(2)
    half = false
    expect(await send({ to: at, body, parameters, key: 'k', by: own })).toMatchObject({ accepted: 9, rejected: 1 })
    expect(await rowsOf(at, 'Syslog', 'count(), uniqExact(ProcessID)')).toEqual([['10', '10']])
    expect(await countOf(at, 'ConshelfIngestionErrors_CL')).toBe(1)
    await own.close()
  })
})
