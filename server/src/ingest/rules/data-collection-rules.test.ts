// Rules are found without reading all of them, whatever becomes of them meanwhile.
import { expect, test } from 'vitest'
import { randomIds } from '../../core/ids.ts'
import type { DataCollectionRuleBody } from '../../resources/kinds/data-collection-rule.ts'
import { dataCollectionRuleKind } from '../../resources/kinds/data-collection-rule.ts'
import { openResources } from '../../resources/resource.ts'
import { openSqliteStore } from '../../store/sqlite.ts'
import { openDataCollectionRules } from './data-collection-rules.ts'

const by = { by: 'test' }
const idOf = (name: string) =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/dataCollectionRules/${name}`
const body: DataCollectionRuleBody = { location: 'local', properties: { streamDeclarations: {} } }

test('a rule is found by its immutable id: changed, deleted and made past this component too', async () => {
  const resources = openResources(openSqliteStore(':memory:'), { now: () => 0 })
  let lists = 0
  const rules = openDataCollectionRules({
    resources: {
      ...resources,
      list: (...args) => {
        lists++
        return resources.list(...args)
      },
    },
    ids: randomIds,
    workspaces: { find: () => undefined },
    tables: { definition: () => undefined },
    queries: { check: () => ({ diagnostics: [], columns: [] }) },
  })
  const [first, second] = [await rules.put(idOf('a'), body, by), await rules.put(idOf('b'), body, by)].map(
    (rule) => rule.body.properties.immutableId ?? '',
  ) as [string, string]
  for (let n = 0; n < 5; n++) expect((await rules.find(first.toUpperCase()))?.id).toBe(idOf('a'))
  expect((await rules.find(second))?.id).toBe(idOf('b'))
  expect(lists).toBe(1)

  const columns = [{ name: 'x', type: 'string' }]
  await rules.put(idOf('a'), { ...body, properties: { streamDeclarations: { 'Custom-s': { columns } } } }, by)
  expect((await rules.find(first))?.streams.get('Custom-s')).toEqual(columns)
  expect(lists).toBe(1)

  await resources.delete(idOf('a'))
  expect(await rules.find(first)).toBeUndefined()
  const again = await rules.put(idOf('a'), body, by)
  expect(again.body.properties.immutableId).not.toBe(first)
  expect(await rules.find(first)).toBeUndefined()
  expect((await rules.find(again.body.properties.immutableId ?? ''))?.id).toBe(idOf('a'))

  const immutableId = `dcr-${'0'.repeat(32)}`
  await resources.put(dataCollectionRuleKind, idOf('c'), { ...body, properties: { immutableId } }, by)
  expect((await rules.find(immutableId))?.id).toBe(idOf('c'))
})
