// Topics that a server follows, at the brokers inside librdkafka: messages of every form and compression, brokers that do
// not answer for a while, messages that are gone before they were read, the server killed in between.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Brokers, findKcat, type Kcat, startBrokers } from './kafka.ts'
import { startWithSources, until } from './sources.ts'

const kcat = findKcat()
if (!kcat) console.warn('There is no kcat (`node scripts/setup.mjs kcat` gets one from Debian): skipped.')

const root = mkdtempSync(join(tmpdir(), 'conshelf-kafka-'))
let brokers: Brokers
beforeAll(async () => {
  if (kcat) brokers = await startBrokers(kcat, 2)
})
afterAll(async () => {
  await brokers?.stop()
  rmSync(root, { recursive: true, force: true })
})

const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
const resourceId =
  '/SUBSCRIPTIONS/0A0B0C0D-1111-2222-3333-444455556666/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KV'
const audit = (n: number) => ({ time: `${day}T10:00:00Z`, resourceId, category: 'AuditEvent', operationName: `Op${n}` })
const row = (n: number) => JSON.stringify({ TimeGenerated: `${day}T10:00:00Z`, N: n })
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => row(from + index))

const source = (topic: string, more: Readonly<Record<string, unknown>> = {}) => ({
  kind: 'kafka',
  name: topic,
  brokers: brokers.addresses,
  topics: [topic],
  ...more,
})
const rowsOf = (topic: string, more: object = {}) => source(topic, { receiver: 'json', table: `${topic}_CL`, ...more })
const start = (data: string, ...sources: readonly unknown[]) => startWithSources(join(root, data), sources)

describe.skipIf(!kcat)('topics (skipped where kcat is missing)', () => {
  test('resource logs as Event Hubs has them, in every compression; arrays; what is no JSON', async () => {
    const message = (...numbers: number[]) => JSON.stringify({ records: numbers.map(audit) })
    await brokers.produce('insights', [message(1, 2), JSON.stringify([audit(3)]), '{"records":[{"broken'])
    const server = await start('forms', source('insights', { mode: 'resource' }))
    await until(server, 'AZKVAuditLogs | count', [[3]])
    for (const [index, compression] of (['gzip', 'snappy', 'lz4', 'zstd'] as const).entries()) {
      await brokers.produce('insights', [message(4 + 2 * index, 5 + 2 * index)], { compression })
    }
    const numbers = Array.from({ length: 11 }, (_, index) => index + 1)
    await until(
      server,
      'AZKVAuditLogs | extend N = toint(substring(OperationName, 2)) | sort by N asc | summarize make_list(N)',
      [[JSON.stringify(numbers)]],
    )
    await until(server, 'ConshelfIngestionErrors_CL | count', [[1]])
    await server.stop()
  })

  test('killed in the middle of a topic again and again: no message is lost, none is there twice', async () => {
    const all = 40_000
    await brokers.produce('Killed', rows(0, all / 2))
    for (let round = 0; round < 3; round++) {
      const server = await start('killed', rowsOf('Killed'))
      await new Promise((resume) => setTimeout(resume, 300 + round * 500))
      await server.kill()
      if (round === 1) await brokers.produce('Killed', rows(all / 2, all))
    }
    const server = await start('killed', rowsOf('Killed'))
    await until(server, 'Killed_CL | summarize count(), count_distinct(N)', [[all, all]], 60)
    await server.stop()
  })

  test('only what comes from now on, in partitions that were empty too', async () => {
    await brokers.produce('Later', rows(0, 5), { partition: 0 })
    const server = await start('later', rowsOf('Later', { start: 'latest' }), rowsOf('Witness'))
    await brokers.produce('Witness', rows(0, 1))
    await until(server, 'Witness_CL | count', [[1]])
    await brokers.produce('Later', rows(5, 7), { partition: 0 })
    await brokers.produce('Later', rows(7, 8), { partition: 3 })
    await until(server, 'Later_CL | sort by N asc | summarize make_list(toint(N))', [['[5,6,7]']])
    await server.stop()
  })

  test('messages that left the brokers before they were read are told of', async () => {
    await brokers.produce('Short', rows(0, 3), { partition: 1 })
    const before = await start('short', rowsOf('Short'))
    await until(before, 'Short_CL | count', [[3]])
    await before.stop()
    // A partition of these brokers keeps 5 MB.
    const big = rows(3, 103).map((text) => `${text.slice(0, -1)},"Text":"${'x'.repeat(100_000)}"}`)
    await brokers.produce('Short', big, { partition: 1 })
    const server = await start('short', rowsOf('Short'))
    await until(server, 'Short_CL | summarize max(N), count() == dcount(N), count() < 103', [[102, true, true]])
    await until(
      server,
      `Operation | where OperationKey == 'Data dropped'
       | project Detail has 'topic Short, partition 1: the messages from offset 3 to', OperationStatus`,
      [[true, 'Warning']],
    )
    await server.stop()
  })
})

test.skipIf(!kcat)('brokers that do not answer for a while (skipped where kcat is missing)', async () => {
  const away = await startBrokers(kcat as Kcat, 1)
  await away.produce('Away', rows(0, 2))
  const server = await start('away', rowsOf('Away', { brokers: away.addresses }))
  await until(server, 'Away_CL | count', [[2]])
  away.freeze()
  await new Promise((resume) => setTimeout(resume, 18_000))
  away.thaw()
  await away.produce('Away', rows(2, 4))
  await until(server, 'Away_CL | summarize count(), dcount(N)', [[4, 4]], 40)
  expect(server.output()).toContain('a source cannot be read')
  await server.stop()
  await away.stop()
})

test('a source that cannot be', async () => {
  const topic = { kind: 'kafka', name: 'a', brokers: ['127.0.0.1:1'], topics: ['t'] }
  await expect(start('bad', { ...topic, name: undefined })).rejects.toThrow(/source 1: must have required.*name/)
  await expect(start('bad', { ...topic, topics: undefined })).rejects.toThrow(/'brokers' and 'topics'/)
  const secret = { user: 'u', passwordVariable: 'NOBODY_SET_THIS' }
  await expect(start('bad', { ...topic, ...secret })).rejects.toThrow(/variable NOBODY_SET_THIS is not set/)
  const hub = { kind: 'kafka', name: 'a', connectionStringVariable: 'HUB' }
  const env = { HUB: 'Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=hidden' }
  const started = startWithSources(join(root, 'bad'), [hub], env)
  await expect(started).rejects.toThrow(/'topics' is needed: HUB has no EntityPath/)
  await expect(started).rejects.not.toThrow(/hidden/)
})

test('brokers that are not there keep nobody from starting', async () => {
  const server = await start('none', { kind: 'kafka', name: 'a', brokers: ['127.0.0.1:1'], topics: ['t'] })
  await until(server, 'print 1', [[1]])
  expect(await server.stop()).toBe(0)
})
