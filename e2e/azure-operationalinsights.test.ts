// @azure/arm-operationalinsights: workspaces, tables, saved searches, query packs and keys.
import { OperationalInsightsManagementClient } from '@azure/arm-operationalinsights'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AzureServer, all, group, startAzureServer, subscription } from './azure.ts'

let azure: AzureServer
let client: OperationalInsightsManagementClient

beforeAll(async () => {
  azure = await startAzureServer()
  client = new OperationalInsightsManagementClient(azure.credential, subscription, azure.options)
})
afterAll(async () => {
  expect(await azure.server.stop()).toBe(0)
})

test('workspaces and their keys', async () => {
  const made = await client.workspaces.createOrUpdate(group, 'second', { location: 'local' })
  expect(made).toMatchObject({ name: 'second', provisioningState: 'Succeeded' })
  expect((await all(client.workspaces.list())).map(({ name }) => name)).toEqual(['default', 'second'])
  expect(await client.workspaces.get(group, 'default')).toMatchObject({
    customerId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  expect((await client.sharedKeys.getSharedKeys(group, 'default')).primarySharedKey).toMatch(/==$/)
  await expect(client.workspaces.get(group, 'none')).rejects.toMatchObject({
    name: 'RestError',
    statusCode: 404,
    code: 'ResourceNotFound',
    message: expect.stringContaining('none'),
  })
})

test('custom tables', async () => {
  const columns = [
    { name: 'TimeGenerated', type: 'dateTime' },
    { name: 'Door', type: 'string' },
  ]
  await client.tables.createOrUpdate(group, 'default', 'Doors_CL', { schema: { name: 'Doors_CL', columns } })
  expect(await client.tables.get(group, 'default', 'Doors_CL')).toMatchObject({ schema: { tableType: 'CustomLog' } })
  expect((await all(client.tables.listByWorkspace(group, 'default'))).map(({ name }) => name)).toContain('Syslog')
  await expect(
    client.tables.createOrUpdate(group, 'default', 'Doors', { schema: { name: 'Doors', columns } }),
  ).rejects.toMatchObject({ statusCode: 400, message: expect.stringContaining('_CL') })
})

test('saved searches', async () => {
  const search = { category: 'Tests', displayName: 'S', query: 'print 1', version: 2 }
  expect(await client.savedSearches.createOrUpdate(group, 'default', 's', search)).toMatchObject({ query: 'print 1' })
  expect(await client.savedSearches.get(group, 'default', 's')).toMatchObject({ displayName: 'S' })
  expect(await client.savedSearches.listByWorkspace(group, 'default')).toMatchObject({ value: [{ name: 's' }] })
  await client.savedSearches.delete(group, 'default', 's')
  await expect(client.savedSearches.get(group, 'default', 's')).rejects.toMatchObject({ code: 'ResourceNotFound' })
})

test('query packs', async () => {
  await client.queryPacks.createOrUpdate(group, 'pack', { location: 'local' })
  for (const [id, displayName] of [
    ['3ab1e2d8-5b0e-4b0e-9b6b-0c1f4c9d3a11', 'A'],
    ['4ab1e2d8-5b0e-4b0e-9b6b-0c1f4c9d3a11', 'B'],
  ] as const)
    await client.queries.put(group, 'pack', id, {
      displayName,
      body: 'Heartbeat',
      related: { categories: [displayName.toLowerCase()] },
    })
  const named = (queries: readonly { readonly displayName?: string }[]) => queries.map(({ displayName }) => displayName)
  expect(named(await all(client.queries.list(group, 'pack', { top: 1 })))).toEqual(['A', 'B'])
  const found = await all(
    client.queries.listSearch(group, 'pack', { related: { categories: ['b'] } }, { includeBody: true }),
  )
  expect(found).toMatchObject([{ displayName: 'B', body: 'Heartbeat' }])
  await client.queries.delete(group, 'pack', '3ab1e2d8-5b0e-4b0e-9b6b-0c1f4c9d3a11')
  expect(named(await all(client.queries.list(group, 'pack')))).toEqual(['B'])
  expect((await all(client.queryPacks.list())).map(({ name }) => name)).toEqual(['pack'])
})

test('linked services and clusters are kept', async () => {
  const linked = {
    resourceId: `/subscriptions/${subscription}/resourceGroups/g/providers/Microsoft.Automation/automationAccounts/a`,
  }
  expect(await client.linkedServices.createOrUpdate(group, 'default', 'Automation', linked)).toMatchObject(linked)
  expect(await all(client.linkedServices.listByWorkspace(group, 'default'))).toMatchObject([{ name: 'Automation' }])
  expect(await client.clusters.createOrUpdate(group, 'c', { location: 'local' })).toMatchObject({ name: 'c' })
})
