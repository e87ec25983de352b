import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LifecycleBench, openLifecycleBench } from '../../../test/lifecycle-bench.ts'
import type { Workspace } from '../../catalog/types.ts'
import { startDataExports } from './data-exports.ts'

const minute = 60_000
const start = Math.floor(Date.now() / 3_600_000) * 3_600_000
const iso = (millis: number) => new Date(start + millis).toISOString()
const folder = mkdtempSync(join(tmpdir(), 'conshelf-exports-'))
const account = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/archive'
let bench: LifecycleBench
let at: Workspace
const open = () =>
  startDataExports({
    ...bench,
    workspaces: { list: () => [at] },
    destinations: new Map([[account.toLowerCase(), folder]]),
  })
const ruleOf = (change: object = {}) => ({
  properties: { tableNames: ['Syslog', 'Heartbeat'], destination: { resourceId: account }, ...change },
})
const files = () =>
  Object.fromEntries(
    globSync('**/*.json', { cwd: folder }).map((name) => [
      name,
      readFileSync(join(folder, name), 'utf8').trim().split('\n'),
    ]),
  )
const row = (millis: number, SyslogMessage: string) => ({
  table: 'Syslog',
  time: iso(millis),
  fields: { SyslogMessage },
})

beforeAll(async () => {
  bench = await openLifecycleBench()
  at = await bench.workspace()
})
afterAll(async () => {
  await bench.close()
  rmSync(folder, { recursive: true })
})

test('rows that arrive from now on are in files by their time, once settled, in whole and not twice', async () => {
  const exports = open()
  bench.clock.time = start
  await bench.ingest.append(at, [row(0, 'before')])
  bench.clock.time = start + minute
  await exports.put(at, `${at.resourceId}/dataExports/all`, ruleOf(), { by: 'ada' })
  await bench.ingest.append(at, [row(0, 'one "quoted"'), row(4 * minute, 'two'), row(6 * minute, 'three')])
  await exports.run()
  expect(files()).toEqual({})
  bench.clock.time = start + 5 * minute
  await exports.run()
  const found = files()
  const path = (at5: string) =>
    `am-Syslog/WorkspaceResourceId=${at.resourceId}/${iso(0).replace(/^(\d+)-(\d+)-(\d+)T(\d+).*/, 'y=$1/m=$2/d=$3/h=$4')}/m=${at5}/PT05M.json`
  expect(Object.keys(found).sort()).toEqual([path('00'), path('05')])
  const messages = (name: string) => found[name]?.map((line) => JSON.parse(line).SyslogMessage)
  expect(messages(path('00'))?.sort()).toEqual(['one "quoted"', 'two'])
  expect(JSON.parse(found[path('05')]?.[0] ?? '')).toMatchObject({
    SyslogMessage: 'three',
    Type: 'Syslog',
    TenantId: at.id,
    TimeGenerated: iso(6 * minute).replace('000Z', '0000000Z'),
  })
  await exports.stop()
  const next = open()
  await bench.ingest.append(at, [row(7 * minute, 'four')])
  bench.clock.time = start + 10 * minute
  await next.run()
  await next.stop()
  expect(Object.values(files()).flat()).toHaveLength(4)
})

test.each<[object, RegExp]>([
  [{ tableNames: ['Nope'] }, /no table 'Nope'/],
  [{ tableNames: [] }, /tableNames/],
  [{ destination: { resourceId: `${account}2` } }, /no folder/],
  [{ destination: { resourceId: '/subscriptions/s/providers/Microsoft.EventHub/namespaces/n' } }, /event hubs/],
  [{}, /another rule/],
])('%j is refused', async (change, reason) => {
  const exports = open()
  const put = exports.put(at, `${at.resourceId}/dataExports/other`, ruleOf(change), { by: 'ada' })
  await expect(put).rejects.toThrow(reason)
  await exports.stop()
})
