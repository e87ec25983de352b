// Analytics rules on the real engine, under a clock that the test moves.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { owner } from '../../access/principal.ts'
import type { Workspace } from '../../catalog/types.ts'
import { randomIds } from '../../core/ids.ts'
import { defaultLimits } from '../../core/limits.ts'
import { createLog } from '../../core/log.ts'
import { formatInstant } from '../../core/time-range.ts'
import { openRowOutbox } from '../../ingest/outbox.ts'
import { arrivals } from '../../ingest/rows/arrival.ts'
import { at0, type Bench, now, openBench } from '../../ingest/testing.ts'
import { noAudit } from '../../query/audit.ts'
import { openQueryService } from '../../query/service.ts'
import type { QueryService } from '../../query/types.ts'
import { alertRuleKind } from '../../resources/kinds/sentinel/alert-rule.ts'
import { openResources } from '../../resources/resource.ts'
import { ask } from '../ask.ts'
import { type SecurityParts, sentinelId } from '../parts.ts'
import { openSecurity, type Security } from '../security.ts'

const minute = 60_000
const log = createLog('silent')
let bench: Bench
let queries: QueryService
let workspace: Workspace
let parts: SecurityParts
let security: Security
let time = now

beforeAll(async () => {
  bench = await openBench()
  workspace = await bench.workspace()
  const clock = { now: () => time }
  queries = await openQueryService({ ...bench, audit: noAudit, clock, ids: randomIds, limits: defaultLimits, log })
  const workspaces = { list: () => [workspace], find: () => workspace }
  const ticks = arrivals(clock)
  parts = {
    ...bench,
    queries,
    workspaces,
    resources: openResources(bench.store, clock),
    outbox: openRowOutbox({ ...bench, workspaces, ids: randomIds, log }),
    clock,
    ids: randomIds,
    log,
    nextInstant: () => formatInstant(ticks()),
    base: () => 'http://h',
  }
  security = openSecurity(parts)
})
afterAll(async () => {
  await security.runs.stop()
  await security.refresh.stop()
  await queries.close()
  await bench.close()
})

const put = (name: string, properties: object) =>
  security.rules.put(
    workspace,
    sentinelId(workspace, `alertRules/${name}`),
    { kind: 'Scheduled', properties: { ...base, ...properties } },
    owner,
    { by: 'me' },
  )
const base = {
  displayName: 'Refused',
  severity: 'Medium',
  enabled: true,
  query: 'Syslog | where SyslogMessage has "refused"',
  queryFrequency: 'PT10M',
  queryPeriod: 'PT10M',
  triggerOperator: 'GreaterThan',
  triggerThreshold: 0,
  tactics: ['CredentialAccess'],
  eventGroupingSettings: { aggregationKind: 'AlertPerResult' },
  entityMappings: [{ entityType: 'Host', fieldMappings: [{ identifier: 'HostName', columnName: 'HostName' }] }],
  incidentConfiguration: {
    createIncident: true,
    groupingConfiguration: {
      enabled: true,
      lookbackDuration: 'PT1H',
      matchingMethod: 'AllEntities',
      reopenClosedIncident: true,
    },
  },
}
const line = (millis: number, host: string) =>
  JSON.stringify({ TimeGenerated: at0(millis), SyslogMessage: 'refused', HostName: host })
const count = async (query: string) => Number((await ask(parts, workspace, `${query} | count`))[0]?.Count)

test('rows become alerts, alerts incidents, once', async () => {
  const lines = [line(-minute, 'a'), line(-2 * minute, 'b'), line(-3 * minute, 'a'), line(-20 * minute, 'c')]
  await bench.send({ to: workspace, body: lines.join('\n'), parameters: { table: 'Syslog' } })
  await put('r1', {})
  time = now + 4 * minute
  await security.runs.run()
  expect(await security.incidents.list(workspace)).toEqual([])
  time = now + 5 * minute
  await security.runs.run()
  const found = await security.incidents.list(workspace)
  expect(
    found.map(({ body, relations }) => [body.properties.title, body.properties.status, relations.length]).sort(),
  ).toEqual([
    ['Refused', 'New', 1],
    ['Refused', 'New', 2],
  ])
  expect(
    await ask(parts, workspace, 'SecurityAlert | summarize N = count() by AlertType, ProviderName, Tactics'),
  ).toEqual([
    { AlertType: `${workspace.id}_r1`, ProviderName: 'ASI Scheduled Alerts', Tactics: 'CredentialAccess', N: 3 },
  ])
  const joined = `SecurityIncident | summarize arg_max(LastModifiedTime, *) by IncidentNumber
| mv-expand AlertIds to typeof(string) | join kind=inner SecurityAlert on $left.AlertIds == $right.SystemAlertId`
  expect(await count(joined)).toBe(3)
  const withTwo = found.find(({ relations }) => relations.length === 2)
  expect(withTwo && (await security.related.entities(workspace, withTwo))).toMatchObject([
    { Type: 'host', HostName: 'a' },
  ])

  // The state of the run is lost, as by a kill before it was stored: nothing comes twice.
  const key = sentinelId(workspace, 'alertRules/r1').toLowerCase()
  await bench.store.apply([{ do: 'unset', space: 'analytics-rules', key }])
  await security.runs.run()
  expect(await count('SecurityAlert')).toBe(3)
  expect(await security.incidents.list(workspace)).toHaveLength(2)
})

test('a further alert joins, and opens what was closed', async () => {
  const found = (await security.incidents.list(workspace)).find(({ relations }) => relations.length === 2)
  if (!found) throw new Error('there is no incident of two alerts')
  const closed = { ...found.body.properties, status: 'Closed', classification: 'Undetermined' }
  const change = { by: { name: 'me' }, base: '' }
  await security.incidents.put(workspace, found.id, { properties: closed }, change, { by: 'me' })
  await bench.send({ to: workspace, body: line(8 * minute, 'a'), parameters: { table: 'Syslog' } })
  time = now + 15 * minute
  await security.runs.run()
  const after = await security.incidents.get(found.id)
  expect(after?.relations).toHaveLength(3)
  expect(after?.body.properties).toMatchObject({ status: 'Active' })
  expect(after?.body.properties.classification).toBeUndefined()
})

test('a rule that fails again and again is disabled', async () => {
  const id = sentinelId(workspace, 'alertRules/r2')
  await bench.tables.functions(workspace).save({ name: 'Gone', parameters: '', body: 'Syslog', by: 'me' })
  await put('r2', { query: 'Gone | where TimeGenerated > ago(1h)', displayName: 'Lost', entityMappings: [] })
  await bench.tables.functions(workspace).remove('Gone')
  for (let n = 0; n < 5; n++) {
    time += 10 * minute
    await security.runs.run()
    await security.runs.run()
  }
  const rule = await parts.resources.get(alertRuleKind, id)
  expect(rule?.body.properties).toMatchObject({ displayName: 'AUTO DISABLED Lost', enabled: false })
})

test('rows of a watchlist are written again before they expire', async () => {
  const change = { by: { name: 'me' }, base: '' }
  const properties = { displayName: 'W', provider: 'me', itemsSearchKey: 'A', rawContent: 'A,B\n1,2\n3,4' }
  await security.watchlists.put(workspace, sentinelId(workspace, 'watchlists/www'), { properties }, change, {
    by: 'me',
  })
  await security.refresh.run()
  expect(await count("Watchlist | where _DTItemType == 'watchlist-item'")).toBe(2)
  time += 12 * 24 * 60 * minute
  await security.refresh.run()
  await security.refresh.run()
  expect(await count("Watchlist | where _DTItemType == 'watchlist-item'")).toBe(4)
  expect(await count("_GetWatchlist('www') | where B in ('2', '4')")).toBe(2)
})
