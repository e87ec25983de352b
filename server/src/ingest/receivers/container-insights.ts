// What the agent of Container insights posts: `{"DataType":"KUBE_NODE_INVENTORY_BLOB","IPName":…,"DataItems":[…]}`, or bare items with the
// parameter `dataType`. Parameter `cluster`: its ARM id. https://github.com/microsoft/Docker-Provider
import type { Column } from '@conshelf/kql'
import type { Content } from '../../content/content.ts'
import { parseExact } from '../json/exact.ts'
import { isFields, type JsonFields, type JsonRecord, readRecords } from '../json/records.ts'
import { type Decoded, type Json, MalformedBody, type Receiver, type TableRow } from '../types.ts'

const tables: Readonly<Record<string, string>> = {
  CONTAINER_INVENTORY_BLOB: 'ContainerInventory',
  CONTAINER_LOG_BLOB: 'ContainerLog',
  CONTAINER_NODE_INVENTORY_BLOB: 'ContainerNodeInventory',
  CONTAINERINSIGHTS_CONTAINERLOGV2: 'ContainerLogV2',
  INSIGHTS_METRICS_BLOB: 'InsightsMetrics',
  KUBE_EVENTS_BLOB: 'KubeEvents',
  KUBE_MON_AGENT_EVENTS_BLOB: 'KubeMonAgentEvents',
  KUBE_NODE_INVENTORY_BLOB: 'KubeNodeInventory',
  KUBE_POD_INVENTORY_BLOB: 'KubePodInventory',
  KUBE_PV_INVENTORY_BLOB: 'KubePVInventory',
  KUBE_SERVICES_BLOB: 'KubeServices',
  LINUX_PERF_BLOB: 'Perf',
}

export function containerInsights(content: () => Content): Receiver {
  return {
    name: 'container-insights',
    async *decode(body, { parameters }) {
      const types = new Set(parameters.dataType ? [parameters.dataType] : [])
      const onEnvelope = ({ DataType }: JsonFields) => types.add(String(DataType ?? ''))
      // The type stands beside the items, maybe behind them.
      const items: JsonRecord[] = []
      for await (const batch of readRecords(body, { member: 'DataItems', onEnvelope })) items.push(...batch)
      const table = tableOf(types)
      const columns = content().table(table)?.columns ?? []
      const names = new Map(columns.map(({ name }: Column) => [name.toLowerCase(), name]))
      yield items.flatMap((item) => rowsOf(item, table, names, parameters.cluster))
    },
  }
}

function tableOf(types: ReadonlySet<string>): string {
  const [type = '', ...more] = types
  if (more.length > 0) throw new MalformedBody(`one body has one DataType, not ${[...types].join(' and ')}`)
  const table = Object.hasOwn(tables, type) ? tables[type] : undefined
  if (table !== undefined) return table
  throw new MalformedBody(`DataType is one of ${Object.keys(tables).join(', ')}, not '${type}'`)
}

function rowsOf(
  item: JsonRecord,
  table: string,
  names: ReadonlyMap<string, string>,
  cluster: string | undefined,
): readonly Decoded[] {
  if ('rejected' in item) return [{ rejected: item.rejected, raw: item.text }]
  const { value, text } = item
  const own = Object.fromEntries(
    Object.entries(value).flatMap(([member, v]): [string, Json][] => {
      const column = names.get((otherNames[member] ?? member).toLowerCase())
      return column === undefined ? [] : [[column, v]]
    }),
  )
  const time = timeNames.map((name) => value[name]).find((one) => typeof one === 'string' && one !== '')
  const place = { ...(typeof time === 'string' && { time }), ...(cluster && { resourceId: cluster }) }
  const rowWith = (fields: JsonFields): TableRow => ({
    table,
    fields: { SourceSystem: 'Containers', ...own, ...fields },
    raw: text,
    misfits: 'leave out',
    ...place,
  })
  if (value.json_Collections === undefined) return [rowWith({})]
  const counters = countersOf(value.json_Collections)
  if (counters === undefined) return [{ rejected: 'json_Collections is no list of counters', raw: text }]
  return counters.map(({ CounterName = null, Value = null }) => rowWith({ CounterName, CounterValue: Value }))
}

/** What the agent calls otherwise than the table does. */
const otherNames: Readonly<Record<string, string>> = { Value: 'Val', LogEntryTimeOfCommand: 'TimeOfCommand' }

const timeNames = ['CollectionTime', 'Timestamp', 'LogEntryTimeStamp', 'TimeGenerated']

/** The counters of an object, as JSON in a text. */
function countersOf(value: Json): readonly JsonFields[] | undefined {
  try {
    const list = typeof value === 'string' ? parseExact(value) : value
    return Array.isArray(list) && list.every((one) => isFields(one)) ? list : undefined
  } catch {
    return undefined
  }
}
