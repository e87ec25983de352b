import { afterAll, describe, expect, test } from 'vitest'
import { answered, at0, hour, openBench } from './testing.ts'

const bench = await openBench()
afterAll(() => bench.close())
const { countOf, rowsOf, send, workspace } = bench

describe('rows', () => {
  test('get the standard columns', async () => {
    const at = await workspace()
    const id = '/subscriptions/AAAA-B/resourceGroups/RG/providers/Microsoft.X/y/Zed'
    const fields = {
      TimeGenerated: at0(-hour).replace('000Z', '1234567Z'),
      HostName: 'hé',
      _ResourceId: id,
      TenantId: 'ignored',
      Type: 'x',
    }
    await send({ to: at, body: JSON.stringify(fields), parameters: { table: 'Syslog' } })
    const columns =
      'TenantId, Type, TimeGenerated, _TimeReceived, _ResourceId, _SubscriptionId, _IsBillable, _BilledSize, _ItemId'
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

  test('get them also where they say null', async () => {
    const at = await workspace()
    const row = '{"TimeGenerated":null,"_ResourceId":null,"TenantId":null,"Computer":"c"}'
    expect(await send({ to: at, body: row, parameters: { table: 'Heartbeat' } })).toMatchObject({
      accepted: 1,
      rejected: 0,
    })
    expect(await rowsOf(at, 'Heartbeat', 'Computer, _ResourceId, TimeGenerated = _TimeReceived')).toEqual([
      ['c', '', 1],
    ])
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
    const lines = [
      '{"ProcessID":1}',
      '{"ProcessID":"x"}',
      '{"Hostname":"h"}',
      'nonsense',
      '{"ProcessID":2}',
      '{"TimeGenerated":"soon"}',
    ]
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
    const noted = await rowsOf(
      at,
      'ConshelfIngestionErrors_CL',
      'Index, Receiver, TargetTable, Reason, RawRecord',
      'ORDER BY Index',
    )
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
    const outcome = await send({
      to: at,
      as: 'azure-diagnostics',
      body: JSON.stringify([record]),
      parameters: { mode: 'resource' },
    })
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

  test('because their table would not keep them', async () => {
    const at = await workspace()
    const body = [at0(-400 * 24 * hour), at0(-24 * hour)].map((time) => `{"TimeGenerated":"${time}","Computer":"a"}`)
    const parameters = { table: 'Heartbeat', keepTime: 'true' }
    const outcome = await send({ to: at, body: body.join('\n'), parameters })
    expect(outcome).toMatchObject({
      accepted: 1,
      rejected: 1,
      errors: [{ index: 0, reason: expect.stringContaining('retention') }],
    })
    expect(await countOf(at, 'Heartbeat')).toBe(1)
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
    expect(outcome).toMatchObject({
      accepted: 2,
      rejected: 1,
      errors: [{ index: 2, reason: expect.stringContaining('real') }],
    })
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
    const bodies = Array.from({ length: 12 }, (_, i) =>
      JSON.stringify([{ shared: i % 2 ? 'text' : 1, [`own${i}`]: i }]),
    )
    const outcomes = await Promise.all(bodies.map((body) => send({ to: at, body, parameters: { table: 'Race_CL' } })))
    const accepted = outcomes.reduce((total, outcome) => total + outcome.accepted, 0)
    expect(await countOf(at, 'Race_CL')).toBe(accepted)
    expect(accepted + outcomes.reduce((total, outcome) => total + outcome.rejected, 0)).toBe(12)
    expect(accepted).toBeGreaterThanOrEqual(6)
  })
})
