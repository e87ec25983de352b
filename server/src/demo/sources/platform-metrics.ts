// Platform metrics of the resources whose diagnostic settings send AllMetrics, and the blob log of the flow log storage.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/azuremetrics
import type { Environment, WorkspaceName } from '../environment.ts'
import { random } from '../random.ts'
import { due, dueThinned, iso, iso7, minute, rhythm, type Slot, second } from '../time.ts'
import type { World } from '../world.ts'
import { securityGroups } from './network-security.ts'
import { diagnostic, diagnosticSource, type Source, type WireRecord } from './source.ts'

interface Metric {
  readonly resource: keyof Environment['ids']
  readonly name: string
  /** Usual total of a minute, or the value itself for a gauge. */
  readonly usual: number
  /** How many samples a minute has. */
  readonly count: number
  readonly busy?: boolean
}

const networking: readonly Metric[] = [
  { resource: 'firewall', name: 'ApplicationRuleHit', usual: 22, count: 4, busy: true },
  { resource: 'firewall', name: 'NetworkRuleHit', usual: 2, count: 4 },
  { resource: 'firewall', name: 'FirewallHealth', usual: 100, count: 1 },
  { resource: 'firewall', name: 'DataProcessed', usual: 4_800_000, count: 4, busy: true },
  { resource: 'firewall', name: 'SNATPortUtilization', usual: 3, count: 1, busy: true },
  { resource: 'firewall', name: 'Throughput', usual: 640_000, count: 1, busy: true },
  { resource: 'hubNetwork', name: 'IfUnderDDoSAttack', usual: 0, count: 1 },
  { resource: 'spokeNetwork', name: 'IfUnderDDoSAttack', usual: 0, count: 1 },
  { resource: 'flowStorage', name: 'Transactions', usual: 10, count: 10 },
  { resource: 'flowStorage', name: 'Ingress', usual: 96_000, count: 10, busy: true },
  { resource: 'flowStorage', name: 'SuccessE2ELatency', usual: 9, count: 10 },
]
const cluster: readonly Metric[] = [
  { resource: 'registry', name: 'TotalPullCount', usual: 0.4, count: 1 },
  { resource: 'registry', name: 'SuccessfulPullCount', usual: 0.4, count: 1 },
  { resource: 'registry', name: 'StorageUsed', usual: 1_912_340_480, count: 1 },
  { resource: 'vault', name: 'ServiceApiHit', usual: 2, count: 2 },
  { resource: 'vault', name: 'ServiceApiLatency', usual: 21, count: 2 },
  { resource: 'vault', name: 'Availability', usual: 100, count: 2 },
]

/** Gauges are not spread over their samples. */
const gauges = /Health|Utilization|Latency|Availability|Used|Throughput|Attack/

function metricRecord(world: World, metric: Metric, at: number, r: ReturnType<typeof random>): WireRecord {
  const value = metric.usual * (metric.busy === true ? rhythm(at) : 1)
  const steady = metric.usual === 0 || /Health|Availability|Used/.test(metric.name)
  const average = steady
    ? value
    : Number(r.around(gauges.test(metric.name) ? value : value / metric.count, value * 0.1).toFixed(3))
  return {
    time: iso7(at),
    resourceId: world.environment.ids[metric.resource].toUpperCase(),
    metricName: metric.name,
    timeGrain: 'PT1M',
    total: Number((average * metric.count).toFixed(3)),
    count: metric.count,
    minimum: steady ? average : Number((average * 0.6).toFixed(3)),
    maximum: steady ? average : Number((average * 1.5).toFixed(3)),
    average,
  }
}

function metricSource(workspace: WorkspaceName, metrics: readonly Metric[]): Source {
  return diagnosticSource(workspace, `platform-metrics-${workspace}`, function* (world, slot) {
    const at = dueThinned(slot, minute, 5 * minute)
    if (at === undefined) return
    const r = random(world.environment.seed, `metrics ${workspace}`, at)
    for (const metric of metrics) yield metricRecord(world, metric, at, r)
  })
}

/** Network Watcher appends to one blob for each security group; the log tells of every write. */
function* flowLogWrites(world: World, slot: Slot): Generator<WireRecord> {
  const at = due(slot, 5 * minute, 50 * second)
  if (at === undefined) return
  const { environment } = world
  const r = random(environment.seed, 'flow-storage', at)
  for (const [index, group] of securityGroups(environment).entries()) {
    const [date, time] = [iso(at).slice(0, 10).split('-'), iso(at).slice(11, 13)]
    const path = `insights-logs-networksecuritygroupflowevent/resourceId=${group.id.toUpperCase()}/y=${date[0]}/m=${date[1]}/d=${date[2]}/h=${time}/m=00/macAddress=000D3A${group.subnet.length}/PT1H.json`
    yield {
      ...diagnostic(
        `${environment.ids.flowStorage}/blobServices/default`,
        'StorageWrite',
        'PutBlockList',
        at + index * 150,
      ),
      operationVersion: '2021-08-06',
      schemaVersion: '1.0',
      statusCode: 201,
      statusText: 'Success',
      durationMs: r.int(6, 40),
      callerIpAddress: `10.0.0.${r.int(4, 9)}:${r.int(20_000, 60_000)}`,
      correlationId: r.guid(),
      identity: { type: 'TrustedAccess' },
      location: 'centralus',
      properties: {
        accountName: environment.names.flowStorage,
        userAgentHeader: 'Microsoft-NetworkWatcher/1.0',
        serviceType: 'blob',
        objectKey: `/${environment.names.flowStorage}/${path}`,
        serverLatencyMs: r.int(4, 30),
        requestHeaderSize: 611,
        requestBodySize: r.int(300, 9000),
        responseHeaderSize: 312,
        tlsVersion: 'TLS 1.2',
      },
      uri: `https://${environment.names.flowStorage}.blob.core.windows.net/${path}?comp=blocklist`,
      protocol: 'HTTPS',
      resourceType: 'Microsoft.Storage/storageAccounts/blobServices',
    }
  }
}

export const platformMetricSources = [
  metricSource('networking', networking),
  metricSource('cluster', cluster),
  diagnosticSource('networking', 'flow-log-writes', flowLogWrites),
]
