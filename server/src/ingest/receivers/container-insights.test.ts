// What the agent of Container insights posts. https://github.com/microsoft/Docker-Provider
import { expect, test } from 'vitest'
import { MalformedBody } from '../types.ts'
import { receivers } from './index.ts'
import { decode, decodeRows } from './testing.ts'

const receiver = receivers['container-insights']
const time = '2026-03-01T10:00:00Z'
const body = (DataType: string, ...DataItems: object[]) =>
  JSON.stringify({ DataType, IPName: 'ContainerInsights', DataItems })
const cluster = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c'

test.each<[string, object, string, object]>([
  [
    'KUBE_NODE_INVENTORY_BLOB',
    { CollectionTime: time, Computer: 'n-1', Status: 'Ready', Labels: [{ a: 'b' }], Unknown: 1 },
    'KubeNodeInventory',
    { Computer: 'n-1', Status: 'Ready', Labels: [{ a: 'b' }] },
  ],
  [
    'INSIGHTS_METRICS_BLOB',
    { CollectionTime: time, Name: 'nodes', Value: 3, Namespace: 'ns' },
    'InsightsMetrics',
    { Name: 'nodes', Val: 3, Namespace: 'ns' },
  ],
  [
    'CONTAINER_LOG_BLOB',
    { LogEntryTimeStamp: time, LogEntry: 'text', LogEntrySource: 'stdout', LogEntryTimeOfCommand: time },
    'ContainerLog',
    { LogEntry: 'text', LogEntrySource: 'stdout', TimeOfCommand: time },
  ],
])('%s', async (type, item, table, fields) => {
  const [row] = await decodeRows(receiver, body(type, item), { cluster })
  expect(row).toMatchObject({ table, time, resourceId: cluster })
  expect(row?.fields).toEqual({ SourceSystem: 'Containers', ...fields })
})

test('each counter of an object is a row', async () => {
  const counters = [
    { CounterName: 'cpuUsageNanoCores', Value: 1.5 },
    { CounterName: 'memoryRssBytes', Value: 7291510784 },
  ]
  const item = { Timestamp: time, Computer: 'n-1', ObjectName: 'K8SNode', json_Collections: JSON.stringify(counters) }
  const rows = await decodeRows(receiver, body('LINUX_PERF_BLOB', item))
  expect(rows.map(({ table, fields }) => [table, fields.ObjectName, fields.CounterName, fields.CounterValue])).toEqual([
    ['Perf', 'K8SNode', 'cpuUsageNanoCores', 1.5],
    ['Perf', 'K8SNode', 'memoryRssBytes', 7291510784],
  ])
  const broken = { ...item, json_Collections: '{"a":1}' }
  expect(await decode(receiver, body('LINUX_PERF_BLOB', broken))).toMatchObject([
    { rejected: 'json_Collections is no list of counters' },
  ])
})

test('items without their envelope need the parameter, and the type has to be known', async () => {
  const items = JSON.stringify([{ CollectionTime: time, Computer: 'n-1' }])
  const rows = await decodeRows(receiver, items, { dataType: 'CONTAINER_NODE_INVENTORY_BLOB' })
  expect(rows.map(({ table }) => table)).toEqual(['ContainerNodeInventory'])
  await expect(decode(receiver, items)).rejects.toThrow(MalformedBody)
  await expect(decode(receiver, body('KUBE_NODES', {}))).rejects.toThrow("not 'KUBE_NODES'")
})
