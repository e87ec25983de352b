import { afterAll, describe, expect, test } from 'vitest'
import type { Store } from '../store/store.ts'
import type { IngestParts } from './pipeline.ts'
import { answered, at0, hour, now, openBench } from './testing.ts'
import { BodyTooLarge, MalformedBody, Overloaded, UnknownTable } from './types.ts'

const bench = await openBench()
afterAll(() => bench.close())
const { countOf, engine, ingest, pipeline, rowsOf, select, send, store, tables, workspace } = bench

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
    const parts = await select(
      `SELECT count() FROM system.parts WHERE database = '${at.database}' AND table = 'Syslog'`,
    )
    expect(Number(parts[0]?.[0])).toBeLessThan(40)
  })

  test('whose body breaks off store nothing', async () => {
    const at = await workspace()
    async function* broken() {
      yield Buffer.from('{"ProcessID":1}\n{"ProcessID":2}\n')
      throw new Error('unexpected end of file')
    }
    await expect(send({ to: at, body: broken(), parameters: { table: 'Syslog' } })).rejects.toThrow(
      'unexpected end of file',
    )
    const cut = '[{"ProcessID":1},{"ProcessID":'
    await expect(send({ to: at, body: cut, parameters: { table: 'Syslog' } })).rejects.toThrow(MalformedBody)
    expect(tables.stored(at, 'Syslog')).toBeUndefined()
    expect(ingest.metrics().pendingBytes).toBe(0)
  })

  test('with faults, many in a row: some are noted each minute, all are counted', async () => {
    const at = await workspace()
    let time = now
    const clock = { now: () => time }
    const few = pipeline({ clock, limits: { notedErrors: 5, notedErrorsPerMinute: 8 } })
    const flood = async (requests: number, faults: number) => {
      for (let i = 0; i < requests; i++)
        await send({ to: at, body: '{"Nope":1}\n'.repeat(faults), parameters: { table: 'Syslog' }, by: few })
    }
    const reasons = "if(Reason LIKE '%more records%', Reason, 'noted') AS What, count()"
    const noted = () => rowsOf(at, 'ConshelfIngestionErrors_CL', reasons, 'GROUP BY What ORDER BY What')
    const more = (count: number) => `${count} more records of the request had faults, which are not listed one by one`
    await flood(3, 7)
    await flood(100, 1)
    expect(await noted()).toEqual([
      [more(2), '1'],
      [more(4), '1'],
      ['noted', '8'],
    ])
    expect(few.metrics().receivers.json).toMatchObject({ accepted: 0, rejected: 121 })
    time += 60_000
    await flood(20, 1)
    expect((await noted()).at(-1)).toEqual(['noted', '16'])
    await few.close()
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
    const many = await Promise.allSettled(
      Array.from({ length: 30 }, () => send({ to: at, body: row, parameters, by: small })),
    )
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
    const fields = {
      CorrelationId: 'c',
      TimeGenerated: at0(-240 * hour),
      RequestContext: { a: 1 },
      ResponseRowCount: 3n,
    }
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
