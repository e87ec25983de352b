import { afterAll, expect, test } from 'vitest'
import type { Workspace } from '../catalog/types.ts'
import { createLog } from '../core/log.ts'
import { startOperationLog } from '../monitor/operations.ts'
import { openDailyQuota } from './quota.ts'
import { now, openBench } from './testing.ts'
import { OverQuota } from './types.ts'

const bench = await openBench()
afterAll(() => bench.close())

const day = 86_400_000

/** A workspace whose cap is so many bytes; `used`: what it took before the server started. */
async function capped(bytes: number, used = 0) {
  const at = await bench.workspace()
  let time = now
  let gigabytes: number | undefined = bytes / 1e9
  const events = startOperationLog({ ingest: () => bench.ingest, clock: { now: () => time }, log: createLog('silent') })
  const quota = openDailyQuota({
    workspaces: { settings: () => ({ dailyQuotaGb: gigabytes }) },
    clock: { now: () => time },
    used: async (_, since) => (since > now ? 0 : used),
    onNear: events.nearQuota,
  })
  const by = bench.pipeline({ quota, observer: events })
  const send = (table: string, body: string, to: Workspace = at) => bench.send({ to, body, parameters: { table }, by })
  return {
    at,
    send,
    lift: () => {
      gigabytes = undefined
    },
    passDay: () => {
      time += day
    },
    async told(): Promise<unknown[][]> {
      await events.flush()
      if (!bench.tables.stored(at, 'Operation')) return []
      return bench.rowsOf(
        at,
        'Operation',
        "OperationKey, OperationStatus, extract(Detail, '^[A-Za-z]+')",
        'ORDER BY Detail',
      )
    },
  }
}

const status = 'Data collection Status'
const perf = JSON.stringify({ ObjectName: 'x'.repeat(100) })

test('beyond the cap billable tables are refused; what is free and what is security go on', async () => {
  const { at, send, told, passDay } = await capped(1_000, 1_000)
  await expect(send('Perf', perf)).rejects.toThrow(OverQuota)
  await expect(send('Mine_CL', '{"a":1}')).rejects.toThrow(OverQuota)
  for (const table of ['SecurityEvent', 'SecurityAlert', 'CommonSecurityLog', 'Syslog', 'WindowsEvent', 'Heartbeat']) {
    expect(await send(table, '{"TimeGenerated":null}')).toEqual({ accepted: 1, rejected: 0, errors: [] })
  }
  expect(bench.tables.stored(at, 'Perf')).toBeUndefined()
  expect(await told()).toEqual([[status, 'Warning', 'OverQuota']])
  passDay()
  expect(await send('Perf', perf)).toMatchObject({ accepted: 1 })
})

test('a warning at 80 %, once; then the cap; a cap that is lifted', async () => {
  const { at, send, told, lift } = await capped(1_000)
  const quarter = `${perf}\n${perf}`
  await send('Perf', quarter)
  await send('Perf', quarter)
  await send('Perf', quarter)
  expect(await told()).toEqual([])
  await send('Perf', perf)
  await send('Perf', '{"ObjectName":"y"}')
  expect(await told()).toEqual([[status, 'Warning', 'ApproachingQuota']])
  await send('Perf', quarter)
  await expect(send('Perf', perf)).rejects.toThrow(OverQuota)
  expect(await told()).toEqual([
    [status, 'Warning', 'ApproachingQuota'],
    [status, 'Warning', 'OverQuota'],
  ])
  lift()
  await send('Perf', perf)
  expect(await bench.countOf(at, 'Perf')).toBe(11)
})
