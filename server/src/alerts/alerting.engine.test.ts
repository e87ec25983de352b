// Alert rules on the real engine, a clock that the test turns, and webhooks that a real server takes.
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { owner } from '../access/principal.ts'
import type { Workspace } from '../catalog/types.ts'
import { randomIds } from '../core/ids.ts'
import { defaultLimits } from '../core/limits.ts'
import { createLog } from '../core/log.ts'
import { at0, type Bench, now, openBench } from '../ingest/testing.ts'
import { noAudit } from '../query/audit.ts'
import { openQueryService } from '../query/service.ts'
import type { QueryService } from '../query/types.ts'
import { actionGroupKind } from '../resources/kinds/action-group.ts'
import { openResources, type Resources } from '../resources/resource.ts'
import type { Store } from '../store/store.ts'
import { alertsOf } from './alert-list.ts'
import { type Alerting, openAlerting } from './alerting.ts'
import { minute } from './rule.ts'

let bench: Bench
let queries: QueryService
let resources: Resources
let alerting: Alerting
let hook: Hook
let home: Workspace
let time = now
const clock = { now: () => time }
const log = createLog('silent')
const by = { by: 'test' }

beforeAll(async () => {
  bench = await openBench()
  queries = await openQueryService({ ...bench, audit: noAudit, clock, ids: randomIds, limits: defaultLimits, log })
  resources = openResources(bench.store, clock)
  hook = await openHook()
})
beforeEach(async () => {
  time = now
  home = await bench.workspace()
  alerting = openFor(home)
  hook.taken.length = 0
  hook.answers.length = 0
})
afterAll(async () => {
  await queries.close()
  await bench.close()
  hook.server.close()
})

function openFor(at: Workspace, store: Store = bench.store): Alerting {
  const find = (name: string) => (name.toLowerCase() === at.resourceId.toLowerCase() ? at : undefined)
  const workspaces = { list: () => [at], find }
  const { ingest } = bench
  const base = () => 'http://conshelf.test'
  const webhooks = { waits: [10, 10], timeoutMillis: 500 }
  return openAlerting({ resources, store, workspaces, queries, ingest, clock, ids: randomIds, log, base, webhooks })
}

interface Hook {
  readonly server: Server
  readonly address: string
  readonly taken: { readonly path: string; readonly body: Notified }[]
  /** Statuses of the next answers; 200 after them. */
  readonly answers: number[]
}

interface Notified {
  readonly schemaId: string
  readonly data: {
    readonly essentials: Readonly<Record<string, unknown>>
    readonly alertContext: { readonly condition: { readonly allOf: readonly Readonly<Record<string, unknown>>[] } }
    readonly customProperties: unknown
  }
}

async function openHook(): Promise<Hook> {
  const taken: Hook['taken'] = []
  const answers: number[] = []
  const server = createServer(async (request, response) => {
    taken.push({ path: request.url ?? '', body: JSON.parse(await textOf(request)) as Notified })
    const status = answers.shift() ?? 200
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken, answers }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

const group = '/subscriptions/s/resourceGroups/rg'
const actionGroup = `${group}/providers/Microsoft.Insights/actionGroups/on-call`
let made = 0

interface RuleOptions {
  readonly query?: string
  readonly condition?: object
  readonly more?: object
  readonly name?: string
}

async function putRule({ query = 'Syslog', condition = {}, more = {}, name = `rule-${++made}` }: RuleOptions = {}) {
  const first = { query, timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0, ...condition }
  const properties = {
    severity: 3,
    enabled: true,
    scopes: [home.resourceId],
    evaluationFrequency: 'PT5M',
    windowSize: 'PT5M',
    criteria: { allOf: [first] },
    ...more,
  }
  const id = `${group}/providers/Microsoft.Insights/scheduledQueryRules/${name}`
  return alerting.rules.put(id, { location: 'here', properties }, owner, by)
}

async function send(minutes: number, message: string, fields: object = {}): Promise<void> {
  const row = { TimeGenerated: at0(minutes * minute), SyslogMessage: message, Facility: 'auth', ...fields }
  await bench.send({ to: home, body: JSON.stringify(row), parameters: { table: 'Syslog' } })
}

/** Turns the clock to so many minutes after the rules were made, and a settled moment more. */
async function turn(minutes: number): Promise<void> {
  time = now + minutes * minute + 30_000
  await alerting.tick()
  await alerting.told()
}

async function alerts() {
  const mine = (await alerting.book.list()).filter(
    ({ body }) =>
      body.essentials.targetResourceName === home.name || body.essentials.targetResource.includes(home.name),
  )
  return mine.map(({ body }) => body)
}

const conditions = async () => (await alerts()).map(({ essentials }) => essentials.monitorCondition)

test('an import past the quarantine fires, one from it does not', async () => {
  const registry = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/acr'
  const query = `ContainerRegistryRepositoryEvents
| where OperationName == "importImage" and Repository startswith "live/"
| where MediaType !startswith strcat(_ResourceId, "/quarantine")`
  const importOf = async (minutes: number, tag: string, source: string) => {
    const record = {
      time: at0(minutes * minute),
      resourceId: registry.toUpperCase(),
      category: 'ContainerRegistryRepositoryEvents',
      operationName: 'importImage',
      properties: { repository: 'live/library/busybox', tag, mediaType: source },
    }
    await bench.send({ to: home, as: 'azure-diagnostics', body: JSON.stringify({ records: [record] }) })
  }
  await importOf(-1, '1.37.0', `${registry}/quarantine/library/busybox:1.37.0`)
  const every = { evaluationFrequency: 'PT10M', windowSize: 'PT10M', scopes: [registry] }
  await putRule({ query, more: every })
  await turn(0)
  expect(
    await alerting.book.list().then((all) => all.filter(({ body }) => body.essentials.targetResource === registry)),
  ).toEqual([])
  await importOf(4, 'SkippedQuarantine', 'docker.io/library/busybox:1.37.0')
  await importOf(5, '1.37.1', `${registry}/quarantine/library/busybox:1.37.1`)
  await turn(10)
  const [found, ...more] = (await alerting.book.list()).filter(
    ({ body }) => body.essentials.targetResource === registry,
  )
  expect(more).toEqual([])
  expect(found?.body.essentials).toMatchObject({ severity: 'Sev3', monitorCondition: 'Fired', alertState: 'New' })
  // Its link shows the offending row, and no other.
  const { context } = found?.body ?? {}
  const { allOf } = (context as Notified['data']['alertContext']).condition
  const link = new URL(String(allOf[0]?.linkToFilteredSearchResultsAPI))
  expect(await rowsOf(link)).toEqual([['SkippedQuarantine']])
})

async function rowsOf(link: URL): Promise<unknown[][]> {
  const [start = '', end = ''] = (link.searchParams.get('timespan') ?? '').split('/')
  const ticks = (text: string) => BigInt(Date.parse(text)) * 10_000n + 621_355_968_000_000_000n
  const resource = link.pathname.replace(/^\/v1|\/query$/g, '')
  const rows: unknown[][] = []
  const answer = queries.run({
    text: `${link.searchParams.get('query')}\n| project Tag`,
    workspaces: [home],
    ...(resource.startsWith('/subscriptions') ? { resourceScope: [resource.toLowerCase()] } : {}),
    timeRange: { start: ticks(start), end: ticks(end) },
    principal: owner,
    profile: 'api',
    client: { app: 'test', requestId: randomIds.guid(), target: '' },
  })
  for await (const part of answer) if (part.kind === 'rows') rows.push(...part.rows.map((row) => [...row]))
  return rows
}

test('an alert for each value, told when it fires and when it resolves', async () => {
  await resources.put(
    actionGroupKind,
    actionGroup,
    {
      location: 'Global',
      properties: {
        groupShortName: 'oncall',
        webhookReceivers: [{ name: 'pager', serviceUri: `${hook.address}/pager` }],
        emailReceivers: [{ name: 'mail', emailAddress: 'a@example.org' }],
      },
    },
    by,
  )
  await send(1, 'disk full', { Computer: 'a' })
  await send(2, 'disk full', { Computer: "b'\\" })
  const actions = { actionGroups: [actionGroup], customProperties: { team: 'storage' } }
  const dimensions = [{ name: 'Computer', operator: 'Include', values: ['*'] }]
  await putRule({ condition: { dimensions }, more: { actions, displayName: 'Disks' } })
  hook.answers.push(503, 200, 429)
  await turn(5)
  expect(hook.taken).toHaveLength(4)
  const bodies = new Map(hook.taken.map(({ body }) => [body.data.essentials.alertId, body]))
  expect(bodies.size).toBe(2)
  for (const { schemaId, data } of bodies.values()) {
    expect(schemaId).toBe('azureMonitorCommonAlertSchema')
    expect(data.essentials).toMatchObject({
      alertRule: 'Disks',
      severity: 'Sev3',
      signalType: 'Log',
      monitorCondition: 'Fired',
      monitoringService: 'Log Alerts V2',
      alertTargetIDs: [home.resourceId],
      firedDateTime: at0(5 * minute),
    })
    expect(data.customProperties).toEqual({ team: 'storage' })
    expect(data.alertContext.condition.allOf[0]).toMatchObject({ operator: 'GreaterThan', metricValue: 1 })
  }
  const [first] = await alerts()
  expect(first?.history.map(({ modificationEvent }) => modificationEvent)).toEqual(['AlertCreated', 'ActionsFailed'])
  expect(first?.history[1]?.comments).toMatch(/pager: HTTP 200; .*mail: not sent, no mail server/)
  hook.taken.length = 0
  await turn(20)
  expect(await conditions()).toEqual(['Resolved', 'Resolved'])
  const told = hook.taken.map(({ body }) => body.data.essentials)
  expect(told.map(({ monitorCondition, resolvedDateTime }) => [monitorCondition, resolvedDateTime])).toEqual(
    Array.from({ length: 2 }, () => ['Resolved', at0(20 * minute)]),
  )
})

test('a webhook that redirects or fails for good is not tried again', async () => {
  const properties = { groupShortName: 'x', webhookReceivers: [{ name: 'w', serviceUri: `${hook.address}/w` }] }
  await resources.put(actionGroupKind, actionGroup, { location: 'Global', properties }, by)
  await send(1, 'x')
  await putRule({ more: { actions: { actionGroups: [actionGroup] } } })
  hook.answers.push(302)
  await turn(5)
  expect(hook.taken.map(({ path }) => path)).toEqual(['/w'])
  expect((await alerts())[0]?.notifications).toEqual([{ condition: 'Fired', group: actionGroup, state: 'failed' }])
})

test('after a stop, missed runs are made up for with their own windows; nothing fires twice', async () => {
  const rule = await putRule()
  await turn(0)
  await send(3, 'x')
  await send(13, 'x')
  await alerting.stop()
  alerting = openFor(home)
  await turn(30)
  const found = await alerts()
  // Fired at 5, met again at 15, unmet at 20, 25 and 30.
  expect(
    found.map(({ essentials }) => [essentials.startDateTime, essentials.monitorConditionResolvedDateTime]),
  ).toEqual([[at0(5 * minute), at0(30 * minute)]])
  expect(found[0]?.history[0]?.comments).toMatch('made up for')
  alerting = openFor(home)
  await alerting.tick()
  expect(await alerts()).toEqual(found)
  const [known] = (await alerting.rules.list()).filter((one) => one.rule.id === rule.id)
  expect(known?.state).toMatchObject({ lastRun: now + 30 * minute, health: { state: 'Available' } })
})

test('a kill between two runs of a batch neither loses nor repeats: states and alerts are stored together', async () => {
  await putRule()
  await send(3, 'x')
  const failing: Store = {
    ...bench.store,
    value: (...given) => bench.store.value(...given),
    apply: async (changes) => {
      if (changes.some((change) => change.do === 'put' && change.kind.includes('alerts'))) throw new Error('killed')
      return bench.store.apply(changes)
    },
  }
  alerting = openFor(home, failing)
  await turn(5)
  expect(await alerts()).toEqual([])
  alerting = openFor(home)
  await alerting.tick()
  expect(await conditions()).toEqual(['Fired'])
})

test('a rule whose query fails says so, once, in Operation, and goes on when it can', async () => {
  await putRule({ query: 'Later_CL', more: { skipQueryValidation: true } })
  await turn(0)
  await turn(5)
  const health = async () =>
    (await alerting.rules.list()).filter(({ rule }) => rule.scope === home.resourceId)[0]?.state.health
  expect(await health()).toMatchObject({
    state: 'Semantic error',
    since: now,
    detail: expect.stringContaining('Later_CL'),
  })
  const said = await bench.rowsOf(home, 'Operation', 'OperationCategory, Detail')
  expect(said).toEqual([['Alerts', expect.stringMatching(/rule-\d+.*Semantic error/)]])
  await bench.send({ to: home, body: '{"A":1}', parameters: { table: 'Later_CL' } })
  await turn(10)
  expect(await health()).toMatchObject({ state: 'Available' })
})

test('the range of the query may be longer than the window that is judged', async () => {
  await send(-60, 'x')
  await putRule({ more: { overrideQueryTimeRange: 'P1D' }, query: 'Syslog | project TimeGenerated, SyslogMessage' })
  await putRule({ more: { overrideQueryTimeRange: 'P1D' }, query: 'Syslog | project SyslogMessage', name: 'whole' })
  await turn(0)
  expect((await alerts()).map(({ ruleName }) => ruleName)).toEqual(['whole'])
})

test('a mute silences actions and not alerts; answers are kept', async () => {
  await send(1, 'x')
  await send(6, 'x')
  await putRule({
    more: { autoMitigate: false, muteActionsDuration: 'PT1H', actions: { actionGroups: [actionGroup] } },
  })
  await turn(10)
  const found = (await alerts()).toSorted((a, b) => (a.essentials.startDateTime < b.essentials.startDateTime ? -1 : 1))
  expect(found.map(({ essentials: { actionStatus } }) => actionStatus.isSuppressed)).toEqual([false, true])
  expect(hook.taken).toHaveLength(1)
  const all = await alerting.book.list()
  const listed = alertsOf(all, home.resourceId, { severity: 'sev3', alertState: 'New' }, time)
  expect(listed).toHaveLength(2)
})

test('old alerts go after 30 days, open ones stay', async () => {
  await send(1, 'x')
  await putRule({ name: 'open' })
  await putRule({ name: 'stateless', more: { autoMitigate: false } })
  await turn(5)
  await putRule({ name: 'open', more: { enabled: false } })
  await putRule({ name: 'stateless', more: { autoMitigate: false, enabled: false } })
  expect(await alerts()).toHaveLength(2)
  await turn(31 * 24 * 60)
  expect((await alerts()).map(({ ruleName }) => ruleName)).toEqual(['open'])
})

test.each<[string, RuleOptions, RegExp]>([
  ['a query that does not bind', { query: 'Nothing' }, /query of the rule.*Nothing.*line 1, column 1/],
  ['a plug-in that reshapes', { query: 'Syslog | evaluate narrow()' }, /narrow/],
  ['take, every minute', { query: 'Syslog | take 5', more: { evaluationFrequency: 'PT1M' } }, /'take'/],
  ['a severity', { more: { severity: 5 } }, /severity.*5/],
  ['a frequency', { more: { evaluationFrequency: 'PT30S' } }, /evaluationFrequency.*PT30S/],
  ['a duration', { more: { windowSize: '5m' } }, /windowSize.*5m/],
  ['an override', { more: { overrideQueryTimeRange: 'P3D' } }, /overrideQueryTimeRange.*P2D/],
  ['an override within the window', { more: { overrideQueryTimeRange: 'PT1M' } }, /overrideQueryTimeRange/],
  [
    'no such workspace',
    { more: { scopes: ['/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/no'] } },
    /scopes.*no workspace/,
  ],
  ['two scopes', { more: { scopes: ['/subscriptions/s', '/subscriptions/t'] } }, /scopes.*2 entries/],
  [
    'a column of the measure',
    { condition: { timeAggregation: 'Average', metricMeasureColumn: 'V' } },
    /metricMeasureColumn.*'V'/,
  ],
  [
    'its type',
    { condition: { timeAggregation: 'Average', metricMeasureColumn: 'Facility' } },
    /metricMeasureColumn.*string/,
  ],
  ['no measure', { condition: { timeAggregation: 'Total' } }, /metricMeasureColumn.*missing/],
  [
    'a dimension',
    { condition: { dimensions: [{ name: 'V', operator: 'Include', values: ['*'] }] } },
    /dimensions.0.name.*'V'/,
  ],
  [
    'the type of a dimension',
    { condition: { dimensions: [{ name: 'TimeGenerated', operator: 'Include', values: ['*'] }] } },
    /datetime/,
  ],
  [
    'all values excluded',
    { condition: { dimensions: [{ name: 'Facility', operator: 'Exclude', values: ['*'] }] } },
    /excludes every/,
  ],
  [
    'periods',
    { condition: { failingPeriods: { numberOfEvaluationPeriods: 2, minFailingPeriodsToAlert: 3 } } },
    /minFailing.*3.*2/,
  ],
  ['an operator', { condition: { operator: 'NotEquals' } }, /NotEquals.*none of/],
  ['a learnt threshold', { condition: { criterionType: 'DynamicThresholdCriterion' } }, /criterionType.*learnt/],
  ['a mute that resolves', { more: { autoMitigate: true, muteActionsDuration: 'PT1H' } }, /muteActionsDuration/],
  ['a time to resolve', { more: { resolveConfiguration: { autoResolved: true } } }, /resolveConfiguration/],
  ['resolving once a day', { more: { autoMitigate: true, evaluationFrequency: 'P1D' } }, /autoMitigate/],
])('refused: %s', async (_what, options, reason) => {
  await send(0, 'x')
  await expect(putRule(options)).rejects.toThrow(reason)
})
