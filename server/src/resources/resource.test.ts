import { afterEach, expect, test } from 'vitest'
import { openSqliteStore } from '../store/sqlite.ts'
import { StoreConflict } from '../store/store.ts'
import { resourceKinds } from './kinds/index.ts'
import { tableId } from './kinds/table.ts'
import { InvalidResource, openResources } from './resource.ts'

const store = openSqliteStore(':memory:')
const resources = openResources(store, { now: () => 42 })
afterEach(async () => {
  for (const { id } of await store.list({})) await resources.delete(id)
})

const workspace = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/w'
const { table, workspace: workspaceKind } = resourceKinds

test('a resource comes back with its etag and who changed it when', async () => {
  const body = { name: 'App_CL', columns: [{ name: 'a_s', type: 'string' as const }] }
  const made = await resources.put(table, tableId(workspace, 'App_CL'), body, { by: 'ingestion' })
  expect(made).toMatchObject({ kind: 'table', body, changed: { at: 42, by: 'ingestion' } })
  expect(await resources.get(table, tableId(workspace, 'app_cl').toUpperCase())).toEqual(made)
  expect(await resources.list(table, workspace)).toEqual([made])
  expect(await resources.get(workspaceKind, made.id)).toBeUndefined()
})

test('a body that does not fit its kind is refused with its place', async () => {
  const body = { name: 'w', customerId: 'NOT-A-GUID' }
  const refused = resources.put(workspaceKind, workspace, body, { by: 'me' })
  await expect(refused).rejects.toThrow(InvalidResource)
  await expect(refused).rejects.toMatchObject({ path: '/customerId' })
  expect(await resources.list(workspaceKind)).toEqual([])
})

test('a change on top of a stale etag is a conflict', async () => {
  const id = tableId(workspace, 'App_CL')
  const body = { name: 'App_CL', columns: [] }
  const made = await resources.put(table, id, body, { by: 'a', match: 'absent' })
  await resources.put(table, id, body, { by: 'b', match: { etag: made.etag } })
  await expect(resources.put(table, id, body, { by: 'c', match: { etag: made.etag } })).rejects.toThrow(StoreConflict)
  await expect(resources.delete(id, { etag: made.etag })).rejects.toThrow(StoreConflict)
})
