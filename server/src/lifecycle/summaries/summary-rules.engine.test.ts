import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LifecycleBench, openLifecycleBench } from '../../../test/lifecycle-bench.ts'
import { owner } from '../../access/principal.ts'
import type { Workspace } from '../../catalog/types.ts'
import { hour } from '../../ingest/testing.ts'
import type { SummaryRuleBody } from '../../resources/kinds/summary-rule.ts'
import { type SummaryRuleParts, startSummaryRules } from './summary-rules.ts'

const minute = 60_000
/** A quarter to a whole hour. */
const start = Math.ceil(Date.now() / hour) * hour - 15 * minute
const iso = (millis: number) => new Date(millis).toISOString()
let bench: LifecycleBench
let at: Workspace
const options = { by: 'ada' }
const idOf = (name: string) => `${at.resourceId}/summaryLogs/${name}`
const open = (more: Partial<SummaryRuleParts> = {}) =>
  startSummaryRules({ ...bench, workspaces: { list: () => [at] }, ...more })
const ruleOf = (change: object = {}): SummaryRuleBody => ({
  properties: {
    ruleDefinition: {
      query:
        'Syslog | summarize Count = count(), Last = max(TimeGenerated), TimeGenerated = min(TimeGenerated) by Computer',
      binSize: 30,
      destinationTable: 'Summed_CL',
      ...change,
    },
  },
})

beforeAll(async () => {
  bench = await openLifecycleBench()
  at = await bench.workspace()
  bench.clock.time = start
  const line = (millis: number, Computer: string) => ({
    table: 'Syslog',
    time: iso(start + millis),
    fields: { Computer },
  })
  const minutes = [-40, -20, -10, 5, 14, 20, 40].map((n) => n * minute)
  await bench.ingest.append(at, [
    ...minutes.map((m) => line(m, 'a')),
    line(-10 * minute, 'b'),
    line(-30 * 24 * hour, 'old'),
  ])
})
afterAll(() => bench.close())

const summed = () =>
  bench.ask(at, 'Summed_CL | order by _BinStartTime asc, Computer asc | project _BinStartTime, Computer, Count')
const bin = (millis: number) => iso(start + millis).replace('000Z', '0000000Z')

test('each bin is summed once, when its delay is over, with what tells its rule', async () => {
  const rules = open()
  const made = await rules.put(at, idOf('sum'), ruleOf(), owner, options)
  expect(made.body.properties.isActive).toBe(true)
  await rules.run()
  expect(await summed()).toEqual([])
  // The next whole hour is in 15 minutes: the first bin ends there, and waits for four minutes more.
  bench.clock.time = start + 18 * minute
  await rules.run()
  expect(await summed()).toEqual([])
  bench.clock.time = start + 20 * minute
  await rules.run()
  await rules.run()
  await rules.stop()
  const next = open()
  await next.run()
  expect(await summed()).toEqual([
    [bin(-15 * minute), 'a', 3],
    [bin(-15 * minute), 'b', 1],
  ])
  const tells =
    'Summed_CL | take 1 | project _RuleName, _BinSize, Type, _OriginalTimeGenerated < TimeGenerated, Last > _BinStartTime'
  expect(await bench.ask(at, tells)).toEqual([['sum', 30, 'Summed_CL', true, true]])
  const logged = 'LASummaryLogs | project RuleName, BinSize, Status, ResultsRecordCount'
  expect(await bench.ask(at, logged)).toEqual([['sum', 30, 'Succeeded', 2]])
  bench.clock.time = start + 50 * minute
  await next.run()
  expect((await summed()).slice(2)).toEqual([[bin(15 * minute), 'a', 2]])
  await next.stop()
})

test('bins of the past on demand: also from before the rule, and what is there is replaced', async () => {
  const rules = open()
  const range = await rules.backfill(idOf('sum'), start - 44 * minute, start - 14 * minute)
  expect(range).toEqual({ from: start - 45 * minute, to: start + 15 * minute })
  await rules.run()
  expect((await summed()).map(([, ...rest]) => rest)).toEqual([
    ['a', 2],
    ['a', 3],
    ['b', 1],
    ['a', 2],
  ])
  expect((await rules.progress(idOf('sum')))?.again).toEqual([])
  await expect(rules.backfill(idOf('sum'), start + 20 * hour, start + 21 * hour)).rejects.toThrow(/no bin that is past/)
  expect(await rules.backfill(idOf('none'), 0, 1)).toBeUndefined()
  await rules.stop()
})

test('a bin that was cut off between its rows and their note is not doubled; one that failed comes again', async () => {
  bench.clock.time = start + 80 * minute
  let broken = true
  const append: SummaryRuleParts['ingest']['append'] = async (workspace, rows) => {
    const outcome = await bench.ingest.append(workspace, rows)
    if (broken && rows[0]?.table === 'Summed_CL') throw new Error('the connection was lost')
    return outcome
  }
  await bench.ingest.append(at, [{ table: 'Syslog', time: iso(start + 50 * minute), fields: { Computer: 'c' } }])
  const rules = open({ ingest: { append } })
  await rules.run()
  expect((await rules.progress(idOf('sum')))?.failures).toBe(1)
  const failed = 'LASummaryLogs | where Status == "Failed" | project Message'
  expect(await bench.ask(at, failed)).toEqual([['the connection was lost']])
  broken = false
  await rules.run()
  expect((await rules.progress(idOf('sum')))?.failures).toBe(1)
  bench.clock.time += 2 * minute
  await rules.run()
  await rules.stop()
  expect((await summed()).slice(4)).toEqual([[bin(45 * minute), 'c', 1]])
})

test('stopped, it does nothing, and starts again with the next whole hour', async () => {
  const rules = open()
  await rules.setActive(idOf('sum'), false, 'ada')
  bench.clock.time = start + 10 * hour
  await rules.run()
  expect(await summed()).toHaveLength(5)
  await rules.setActive(idOf('sum'), true, 'ada')
  expect((await rules.progress(idOf('sum')))?.next).toBe(start + 10 * hour - 15 * minute)
  expect(await rules.remove(idOf('sum'))).toBe(true)
  expect(await rules.remove(idOf('sum'))).toBe(false)
  await rules.stop()
})

test.each<[object, RegExp]>([
  [{ query: 'Syslog | where Nope == 1' }, /Nope/],
  [{ query: "workspace('x').Syslog | count" }, /another place/],
  [{ query: 'Syslog | evaluate narrow()' }, /narrow/],
  [{ binSize: 25 }, /binSize/],
  [{ destinationTable: 'Summed' }, /destinationTable/],
  [{ binDelay: 1441 }, /binDelay/],
  [{ binStartTime: iso(start) }, /whole hour/],
  [{ binStartTime: iso(start + 15 * minute - 48 * hour) }, /earlier than one binSize/],
])('%j is refused', async (change, reason) => {
  const rules = open()
  bench.clock.time = start
  await expect(rules.put(at, idOf('bad'), ruleOf(change), owner, options)).rejects.toThrow(reason)
  expect(await rules.progress(idOf('bad'))).toBeUndefined()
  await rules.stop()
})
