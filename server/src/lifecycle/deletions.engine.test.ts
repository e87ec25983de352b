import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LifecycleBench, openLifecycleBench } from '../../test/lifecycle-bench.ts'
import type { Workspace } from '../catalog/types.ts'
import { at0, hour } from '../ingest/testing.ts'
import type { DeletionFilter } from '../resources/kinds/deletion.ts'
import { openDeletions } from './deletions.ts'

let bench: LifecycleBench
let at: Workspace
beforeAll(async () => {
  bench = await openLifecycleBench()
  at = await bench.workspace()
  const people = ['ada', 'Ada', 'bob', 'eve']
  const line = (name: string, age: number) => ({
    table: 'ContainerLogV2',
    time: at0(-age * hour),
    fields: { PodName: name, LogMessage: { user: name, level: 'info', n: age }, Computer: 'n1' },
  })
  const rows = people.flatMap((name) => [1, 2, 24 * 85].map((age) => line(name, age)))
  await bench.ingest.append(at, rows)
  await bench.tables.declare(at, { name: 'ContainerLogV2', retentionDays: 4, totalRetentionDays: 100, by: 'test' })
})
afterAll(() => bench.close())

async function remove(...filters: DeletionFilter[]) {
  const deletions = openDeletions({ ...bench, workspaces: { list: () => [at] } })
  await deletions.begin(at, 'purge-1', { table: 'ContainerLogV2', filters, by: 'ada' })
  await deletions.stop()
  return (await deletions.find(at, 'purge-1'))?.body
}
const count = (where: string) => bench.ask(at, `ContainerLogV2 | where ${where} | count`, { reach: 'all' })

test('what a query shows is gone, also from promoted paths and from what queries reach no more', async () => {
  expect(await count('PodName == "bob"')).toEqual([[3]])
  expect(await remove({ column: 'PodName', operator: '==', value: 'bob' })).toMatchObject({
    state: 'completed',
    rows: 3,
  })
  expect(await count('PodName == "bob"')).toEqual([[0]])
  expect(await count('tostring(LogMessage) has "bob"')).toEqual([[0]])
  expect(await bench.rowsOf(at, 'ContainerLogV2', 'count()', "WHERE `LogMessage/` LIKE '%bob%'")).toEqual([['0']])
  expect(await count('true')).toEqual([[9]])
  const audit = 'Operation | where OperationKey == "Data purge" | project OperationStatus, Detail'
  expect(await bench.ask(at, audit)).toEqual([
    ['Info', expect.stringMatching(/^3 rows of ContainerLogV2 .* ada: .*bob/)],
  ])
})

test.each<[DeletionFilter[], number]>([
  [
    [
      { column: 'PodName', operator: '=~', value: 'ADA' },
      { column: 'TimeGenerated', operator: '<', value: at0(-hour * 48) },
    ],
    2,
  ],
  [[{ column: 'LogMessage', key: 'user', operator: 'in', value: ['ada', 'nobody'] }], 2],
  [[{ column: 'TimeGenerated', operator: 'between', value: [at0(-hour * 2), at0(-hour * 2)] }], 2],
  [[{ column: 'PodName', operator: '==', value: "x' or 1 == 1 //" }], 0],
])('filters %j', async (filters, rows) => {
  expect(await remove(...filters)).toMatchObject({ state: 'completed', rows })
})

test('what makes no sense is refused before anything happens', async () => {
  const deletions = openDeletions({ ...bench, workspaces: { list: () => [at] } })
  const begin = (table: string, ...filters: DeletionFilter[]) => deletions.begin(at, 'p', { table, filters, by: 'ada' })
  const filter = { column: 'PodName', operator: '==', value: 'x' }
  await expect(begin('Nope', filter)).rejects.toThrow(/no table 'Nope'/)
  await expect(begin('ContainerLogV2')).rejects.toThrow(/at least one/)
  await expect(begin('ContainerLogV2', { ...filter, column: 'Nope' })).rejects.toThrow(/no column 'Nope'/)
  await expect(begin('ContainerLogV2', { ...filter, operator: 'has' })).rejects.toThrow(/'has' is none of/)
  await expect(begin('ContainerLogV2', { ...filter, column: 'TimeGenerated' })).rejects.toThrow(/"x" is no datetime/)
  await deletions.stop()
})

test('what was left over when the server stopped is done when it starts', async () => {
  const left = openDeletions({ ...bench, workspaces: { list: () => [at] } })
  await left.stop()
  await left.begin(at, 'purge-2', {
    table: 'ContainerLogV2',
    filters: [{ column: 'PodName', operator: '==', value: 'eve' }],
    by: 'ada',
  })
  expect((await left.find(at, 'purge-2'))?.body.state).toBe('pending')
  const next = openDeletions({ ...bench, workspaces: { list: () => [at] } })
  await next.resume()
  await new Promise((resolve) => setTimeout(resolve, 10))
  await next.stop()
  expect((await next.find(at, 'purge-2'))?.body).toMatchObject({ state: 'completed' })
  expect(await count('PodName == "eve"')).toEqual([[0]])
})
