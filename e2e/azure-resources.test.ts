// @azure/arm-resources: groups, resources of any type, lists in pages, providers.
import { ResourceManagementClient } from '@azure/arm-resources'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AzureServer, all, startAzureServer, subscription } from './azure.ts'

let azure: AzureServer
let client: ResourceManagementClient

beforeAll(async () => {
  azure = await startAzureServer()
  client = new ResourceManagementClient(azure.credential, subscription, azure.options)
})
afterAll(async () => {
  expect(await azure.server.stop()).toBe(0)
})

test('groups', async () => {
  expect(await client.resourceGroups.createOrUpdate('g', { location: 'here' })).toMatchObject({
    name: 'g',
    location: 'here',
  })
  expect(await client.resourceGroups.checkExistence('g')).toMatchObject({ body: true })
  expect(await client.resourceGroups.update('g', { tags: { a: 'b' } })).toMatchObject({
    location: 'here',
    tags: { a: 'b' },
  })
  expect((await all(client.resourceGroups.list())).map(({ name }) => name)).toEqual(['conshelf', 'g'])
  expect(await all(client.resourceGroups.list({ top: 1 }))).toHaveLength(2)
  await client.resourceGroups.delete('g')
  await expect(client.resourceGroups.get('g')).rejects.toMatchObject({ name: 'RestError', statusCode: 404 })
})

test('resources of any type', async () => {
  const network = `/subscriptions/${subscription}/resourceGroups/g2/providers/Microsoft.Network/virtualNetworks/`
  for (const name of ['a', 'b', 'c'])
    await client.resources.createOrUpdateById(`${network}${name}`, '2023-01-01', {
      location: 'here',
      properties: { addressSpace: { addressPrefixes: ['10.0.0.0/8'] } },
    })
  expect(await client.resources.getById(`${network}a`, '2023-01-01')).toMatchObject({
    name: 'a',
    type: 'Microsoft.Network/virtualNetworks',
  })
  const filter = "resourceType eq 'Microsoft.Network/virtualNetworks'"
  expect((await all(client.resources.list({ filter, top: 2 }))).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  expect(await all(client.resources.listByResourceGroup('g2'))).toHaveLength(3)
  await client.resources.deleteById(`${network}a`, '2023-01-01')
  expect(await all(client.resources.listByResourceGroup('g2'))).toHaveLength(2)
  await expect(all(client.resources.list({ filter: "plan/name eq 'x'" }))).rejects.toMatchObject({
    statusCode: 400,
    code: 'InvalidParameter',
  })
})

test('providers', async () => {
  const known = await all(client.providers.list())
  expect(known.map(({ namespace }) => namespace)).toContain('Microsoft.OperationalInsights')
  expect(await client.providers.get('Microsoft.Insights')).toMatchObject({ registrationState: 'Registered' })
})
