// Azure's own client of Microsoft Sentinel over TLS.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SecurityInsights } from '@azure/arm-securityinsight'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RealServer, startRealServer } from './server.ts'

const token = 'secret'
const subscription = '00000000-0000-0000-0000-000000000000'
const at = ['conshelf', 'default'] as const

let server: RealServer
let client: SecurityInsights

beforeAll(async () => {
  server = await startRealServer({ args: ['--tls', 'self-signed', '--token', token, '--syslog', 'off'] })
  const folder = join(server.data, 'tls')
  const ca = readFileSync(join(folder, readdirSync(folder).find((name) => name.includes('cert')) ?? ''), 'utf8')
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) }
  client = new SecurityInsights(credential, subscription, {
    endpoint: server.url,
    tlsOptions: { ca },
    retryOptions: { maxRetries: 0 },
  } as ConstructorParameters<typeof SecurityInsights>[2])
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
})

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

const incident = (title: string, more: object = {}) => ({ title, severity: 'High', status: 'New', ...more })

test('incidents: made, listed in pages, changed, closed', async () => {
  for (const n of [1, 2, 3, 4, 5]) {
    const made = await client.incidents.createOrUpdate(...at, `incident-${n}`, incident(`number ${n}`))
    expect(made).toMatchObject({ incidentNumber: n, title: `number ${n}`, createdTimeUtc: expect.any(Date) })
  }
  const options = { filter: "properties/severity eq 'High'", orderby: 'properties/incidentNumber desc', top: 2 }
  const listed = await all(client.incidents.list(...at, options))
  expect(listed.map(({ incidentNumber }) => incidentNumber)).toEqual([5, 4, 3, 2, 1])
  const { etag } = await client.incidents.get(...at, 'incident-1')
  const closed = incident('number 1', { status: 'Closed', classification: 'Undetermined', etag })
  expect(await client.incidents.createOrUpdate(...at, 'incident-1', closed)).toMatchObject({ status: 'Closed' })
  await expect(client.incidents.createOrUpdate(...at, 'incident-1', closed)).rejects.toMatchObject({
    statusCode: 409,
    code: 'Conflict',
  })
  await client.incidentComments.createOrUpdate(...at, 'incident-2', 'c1', { message: 'seen' })
  expect(await all(client.incidentComments.list(...at, 'incident-2'))).toMatchObject([
    { message: 'seen', author: { name: 'owner' } },
  ])
  expect(await client.incidents.listAlerts(...at, 'incident-2')).toMatchObject({ value: [] })
  expect(await client.incidents.listEntities(...at, 'incident-2')).toMatchObject({ entities: [] })
  await client.incidents.delete(...at, 'incident-5')
  await expect(client.incidents.get(...at, 'incident-5')).rejects.toMatchObject({ statusCode: 404 })
})

test('a bookmark in an incident', async () => {
  const bookmark = await client.bookmarks.createOrUpdate(...at, 'b1', { displayName: 'B', query: 'print 1' })
  expect(bookmark).toMatchObject({ displayName: 'B', created: expect.any(Date) })
  await client.incidentRelations.createOrUpdate(...at, 'incident-2', 'r1', { relatedResourceId: bookmark.id ?? '' })
  expect(await client.incidents.listBookmarks(...at, 'incident-2')).toMatchObject({ value: [{ displayName: 'B' }] })
  expect(await all(client.incidentRelations.list(...at, 'incident-2'))).toHaveLength(1)
})

const scheduled = {
  kind: 'Scheduled' as const,
  displayName: 'Many refusals',
  enabled: false,
  query: 'Syslog | where SyslogMessage has "refused" | project TimeGenerated, HostName, HostIP',
  queryFrequency: 'PT1H',
  queryPeriod: 'PT1H',
  severity: 'Medium',
  triggerOperator: 'GreaterThan' as const,
  triggerThreshold: 0,
  suppressionDuration: 'PT1H',
  suppressionEnabled: false,
  tactics: ['CredentialAccess'],
  techniques: ['T1110'],
  eventGroupingSettings: { aggregationKind: 'AlertPerResult' },
  customDetails: { Host: 'HostName' },
  entityMappings: [{ entityType: 'IP', fieldMappings: [{ identifier: 'Address', columnName: 'HostIP' }] }],
  alertDetailsOverride: { alertDisplayNameFormat: 'Refused at {{HostName}}' },
  incidentConfiguration: {
    createIncident: true,
    groupingConfiguration: {
      enabled: true,
      reopenClosedIncident: false,
      lookbackDuration: 'PT5H',
      matchingMethod: 'AllEntities',
    },
  },
}

test('analytics rules come back as they were sent', async () => {
  expect(await client.alertRules.createOrUpdate(...at, 'rule-1', scheduled)).toMatchObject(scheduled)
  expect(await client.alertRules.get(...at, 'rule-1')).toMatchObject({
    ...scheduled,
    lastModifiedUtc: expect.any(Date),
  })
  const { queryFrequency: _f, queryPeriod: _p, triggerOperator: _o, triggerThreshold: _t, ...nearRealTime } = scheduled
  const nrt = { ...nearRealTime, kind: 'NRT' as const }
  expect(await client.alertRules.createOrUpdate(...at, 'rule-2', nrt)).toMatchObject(nrt)
  const fusion = {
    kind: 'Fusion' as const,
    enabled: true,
    alertRuleTemplateName: 'f71aba3d-28fb-450b-b192-4e76a83015c8',
  }
  expect(await client.alertRules.createOrUpdate(...at, 'rule-3', fusion)).toMatchObject(fusion)
  const microsoft = {
    kind: 'MicrosoftSecurityIncidentCreation' as const,
    displayName: 'Cloud Apps',
    enabled: true,
    productFilter: 'Microsoft Cloud App Security',
  }
  expect(await client.alertRules.createOrUpdate(...at, 'rule-4', microsoft)).toMatchObject(microsoft)
  expect((await all(client.alertRules.list(...at))).map(({ kind }) => kind)).toEqual([
    'Scheduled',
    'NRT',
    'Fusion',
    'MicrosoftSecurityIncidentCreation',
  ])
  expect(await all(client.alertRuleTemplates.list(...at))).toEqual([])
})

test.each<[string, object, RegExp]>([
  ['a query that does not bind', { query: 'Syslog\n| where Nope == 1' }, /query: line 2, column 9: .*Nope/],
  ['a search of everything', { query: 'search "x"' }, /query/],
  ['a period shorter than the frequency', { queryPeriod: 'PT30M' }, /queryPeriod: must not be shorter/],
  ['a frequency below five minutes', { queryFrequency: 'PT1M' }, /queryFrequency: must be between 5 minutes/],
  ['days every five minutes', { queryPeriod: 'P2D', queryFrequency: 'PT5M' }, /must be an hour or more/],
  ['a threshold', { triggerThreshold: 10_001 }, /triggerThreshold/],
  ['a tactic', { tactics: ['Magic'] }, /tactics\/0: 'Magic'/],
  ['a technique', { techniques: ['1110'] }, /techniques\/0/],
  ['an entity', { entityMappings: [{ entityType: 'Cat', fieldMappings: [] }] }, /'Cat' is no type of entity/],
  [
    'an identifier',
    { entityMappings: [{ entityType: 'IP', fieldMappings: [{ identifier: 'Name', columnName: 'HostIP' }] }] },
    /'Name' is none of Address/,
  ],
  [
    'a column of an entity',
    { entityMappings: [{ entityType: 'IP', fieldMappings: [{ identifier: 'Address', columnName: 'Nope' }] }] },
    /no column 'Nope'/,
  ],
  ['a column of a title', { alertDetailsOverride: { alertDisplayNameFormat: '{{Nope}}' } }, /no column 'Nope'/],
  ['a custom detail', { customDetails: { '1st': 'HostName' } }, /customDetails\/1st/],
  [
    'grouping by nothing',
    {
      incidentConfiguration: {
        createIncident: true,
        groupingConfiguration: { ...scheduled.incidentConfiguration.groupingConfiguration, matchingMethod: 'Selected' },
      },
    },
    /Selected needs at least one/,
  ],
  ['a severity', { severity: 'Huge' }, /'Huge' is none of Informational, Low, Medium, High/],
])('%s that cannot be is refused', async (_name, change, message) => {
  const rule = { ...scheduled, ...change } as typeof scheduled
  await expect(client.alertRules.createOrUpdate(...at, 'rule-9', rule)).rejects.toMatchObject({
    statusCode: 400,
    message: expect.stringMatching(message),
  })
})

test('actions, automation rules and watchlists', async () => {
  const logicAppResourceId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/tell'
  const action = { logicAppResourceId, triggerUri: 'https://example.org/x' }
  expect(await client.actions.createOrUpdate(...at, 'rule-1', 'a1', action)).toMatchObject({ workflowId: 'tell' })
  expect(await all(client.actions.listByAlertRule(...at, 'rule-1'))).toHaveLength(1)
  const automationRuleToUpsert = {
    displayName: 'Quiet',
    order: 1,
    triggeringLogic: { isEnabled: true, triggersOn: 'Incidents', triggersWhen: 'Created' },
    actions: [{ actionType: 'ModifyProperties' as const, order: 1, actionConfiguration: { severity: 'Low' } }],
  }
  expect(await client.automationRules.createOrUpdate(...at, 'auto-1', { automationRuleToUpsert })).toMatchObject({
    displayName: 'Quiet',
    actions: [{ actionConfiguration: { severity: 'Low' } }],
  })
  await client.automationRules.delete(...at, 'auto-1')
  const watchlist = { displayName: 'W', provider: 'me', source: 'w.csv', itemsSearchKey: 'A', rawContent: 'A,B\n1,2' }
  expect(await client.watchlists.createOrUpdate(...at, 'list-1', watchlist)).toMatchObject({ watchlistAlias: 'list-1' })
  expect(await all(client.watchlistItems.list(...at, 'list-1'))).toMatchObject([{ itemsKeyValue: { A: '1', B: '2' } }])
  await client.watchlists.delete(...at, 'list-1')
  expect(await all(client.watchlists.list(...at))).toEqual([])
})

test('onboarding, settings, connectors and metadata', async () => {
  const sentinelOnboardingStateParameter = { customerManagedKey: false }
  const onboarded = await client.sentinelOnboardingStates.create(...at, 'default', { sentinelOnboardingStateParameter })
  expect(onboarded).toMatchObject({ name: 'default', customerManagedKey: false })
  expect(await client.productSettings.update(...at, 'Anomalies', { kind: 'Anomalies' })).toMatchObject({
    kind: 'Anomalies',
  })
  expect(await all(client.dataConnectors.list(...at))).toEqual([])
  const metadata = { parentId: '/x', kind: 'AnalyticsRule', contentId: 'c' }
  expect(await client.metadata.create(...at, 'm1', metadata)).toMatchObject({ contentId: 'c' })
  await expect(client.entities.get(...at, 'none')).rejects.toMatchObject({ statusCode: 404 })
})
