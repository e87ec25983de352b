// @azure/arm-monitor: data collection rules and endpoints, their associations, diagnostic settings, metric and activity alerts.
import { MonitorClient } from '@azure/arm-monitor'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AzureServer, all, group, startAzureServer, subscription } from './azure.ts'

let azure: AzureServer
let client: MonitorClient
const cluster = `subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.ContainerService/managedClusters/aks`
const workspaceId = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.OperationalInsights/workspaces/default`

beforeAll(async () => {
  azure = await startAzureServer()
  client = new MonitorClient(azure.credential, subscription, azure.options)
})
afterAll(async () => {
  expect(await azure.server.stop()).toBe(0)
})

test('data collection rules, endpoints and associations', async () => {
  const endpoint = await client.dataCollectionEndpoints.create(group, 'e', { body: { location: 'local' } })
  expect(endpoint.logsIngestion?.endpoint).toBe(azure.server.url)
  const rule = await client.dataCollectionRules.create(group, 'r', {
    body: {
      location: 'local',
      destinations: { logAnalytics: [{ workspaceResourceId: workspaceId, name: 'here' }] },
      dataFlows: [{ streams: ['Microsoft-Syslog'], destinations: ['here'] }],
    },
  })
  expect(rule.immutableId).toMatch(/^dcr-[0-9a-f]{32}$/)
  const tagged = await client.dataCollectionRules.update(group, 'r', { body: { tags: { a: 'b' } } })
  expect(tagged).toMatchObject({ tags: { a: 'b' }, immutableId: rule.immutableId })
  await client.dataCollectionRuleAssociations.create(cluster, 'a', { body: { dataCollectionRuleId: rule.id ?? '' } })
  expect(await all(client.dataCollectionRuleAssociations.listByResource(cluster))).toMatchObject([{ name: 'a' }])
  await client.dataCollectionRules.delete(group, 'r')
  expect(await all(client.dataCollectionRules.listBySubscription())).toEqual([])
})

test('diagnostic settings', async () => {
  await client.diagnosticSettings.createOrUpdate(cluster, 'd', {
    workspaceId,
    logs: [{ category: 'guard', enabled: true }],
  })
  expect(await client.diagnosticSettings.get(cluster, 'd')).toMatchObject({ logs: [{ category: 'guard' }] })
  await client.diagnosticSettings.delete(cluster, 'd')
  await expect(client.diagnosticSettings.get(cluster, 'd')).rejects.toMatchObject({
    name: 'RestError',
    statusCode: 404,
    code: 'ResourceNotFound',
  })
})

test('alerts of metrics and of the activity log are kept', async () => {
  const metric = await client.metricAlerts.createOrUpdate(group, 'm', {
    location: 'global',
    severity: 3,
    enabled: true,
    scopes: [`/${cluster}`],
    evaluationFrequency: 'PT1M',
    windowSize: 'PT5M',
    criteria: { odataType: 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria', allOf: [] },
  })
  expect(metric).toMatchObject({ name: 'm', severity: 3 })
  await client.activityLogAlerts.createOrUpdate(group, 'a', {
    location: 'global',
    scopes: [`/subscriptions/${subscription}`],
    condition: { allOf: [{ field: 'category', equals: 'Recommendation' }] },
    actions: { actionGroups: [] },
  })
  expect(await client.activityLogAlerts.update(group, 'a', { enabled: false })).toMatchObject({ name: 'a' })
  expect(await all(client.activityLogAlerts.listByResourceGroup(group))).toMatchObject([{ name: 'a' }])
  await client.metricAlerts.delete(group, 'm')
  await client.metricAlerts.delete(group, 'm')
})
