// InsightsMetrics: Prometheus metrics the agent scrapes, its own metrics of nodes and deployments, and the guest metrics of the
// jump boxes. https://learn.microsoft.com/azure/azure-monitor/reference/tables/insightsmetrics
import { type Metric, metricRow } from '../../container-insights/measurements.ts'
import { isRunning } from '../cluster/pods.ts'
import { workloads } from '../cluster/workloads.ts'
import type { Node } from '../environment.ts'
import { type Random, random } from '../random.ts'
import { busyMillis, dueThinned, hour, isoSeconds, minute, rhythm, type Slot } from '../time.ts'
import type { World } from '../world.ts'
import { measuredAt, tableSource, type WireRecord, wire } from './source.ts'

interface NodeMetric extends Metric {
  readonly computer: string
}

function metricOf(world: World, at: number, metric: NodeMetric): WireRecord {
  return wire(metricRow(measuredAt(world, at, metric.computer), metric))
}

function source(name: string, thinned: number, metrics: (world: World, at: number) => Iterable<NodeMetric>) {
  return tableSource(
    'cluster',
    'InsightsMetrics',
    function* (world, slot: Slot) {
      const at = dueThinned(slot, minute, thinned)
      if (at === undefined) return
      for (const metric of metrics(world, at)) yield metricOf(world, at, metric)
    },
    name,
  )
}

function* reboots(world: World, at: number): Generator<NodeMetric> {
  for (const pod of world.podsOf('cluster-baseline-settings/kured', at)) {
    if (!world.isReady(pod.node, at)) continue
    const tags = {
      address: pod.ip,
      node: pod.node.name,
      pod_name: pod.name,
      namespace: 'cluster-baseline-settings',
      scrapeUrl: `http://${pod.ip}:8080/metrics`,
    }
    const value = world.asksForReboot(pod.node, at) ? 1 : 0
    yield { computer: pod.node.name, namespace: 'prometheus', name: 'kured_reboot_required', value, tags }
  }
}

/** How many of a hundred requests get a status. */
const statusShares = { '200': 88, '304': 7, '403': 2, '404': 2.6, '500': 0.4 } as const
const ordinaryRate = 2.2

/** Counters since the pod started: they only grow, and start anew with it. */
function* ingressRequests(world: World, at: number): Generator<NodeMetric> {
  for (const pod of world.podsOf('ingress-nginx/ingress-nginx-controller', at)) {
    const age = Math.max(busyMillis(at) - busyMillis(pod.readyAt), 0) / minute
    const base = {
      address: pod.ip,
      controller_class: 'k8s.io/ingress-nginx',
      controller_pod: pod.name,
      host: 'bu0001a0005-00.aks-ingress.contoso.com',
      ingress: 'aspnetapp-ingress',
      namespace: 'a0005-i',
      method: 'GET',
      service: 'web-frontend',
    }
    for (const [status, share] of Object.entries(statusShares)) {
      const value = Math.floor((age * ordinaryRate * share) / 100)
      yield {
        computer: pod.node.name,
        namespace: 'prometheus',
        name: 'nginx_ingress_controller_requests',
        value,
        tags: { ...base, status },
      }
    }
  }
}

function* nodes(world: World, at: number): Generator<NodeMetric> {
  const r = random(world.environment.seed, 'disks', at)
  const pods = world.pods(at)
  for (const node of world.environment.nodes) {
    if (!world.isReady(node, at)) continue
    yield* disks(node, (at - world.epoch) / hour, r)
    // Counters begin anew with the node.
    const seconds = (at - world.bootedAt(node, at)) / 1000
    const row = (namespace: string, name: string, value: number, tags: NodeMetric['tags']): NodeMetric => ({
      computer: node.name,
      namespace: `container.azm.ms/${namespace}`,
      name,
      value,
      tags: { hostName: node.name, ...tags },
    })
    yield row('diskio', 'reads', Math.floor(seconds * 2.1), { name: 'sda' })
    yield row('diskio', 'writes', Math.floor(seconds * 11.7), { name: 'sda' })
    yield row('net', 'bytes_recv', Math.floor(seconds * 61_000), { interface: 'eth0' })
    yield row('net', 'bytes_sent', Math.floor(seconds * 38_000), { interface: 'eth0' })
    const running = pods.filter((pod) => pod.node === node && isRunning(pod, pod.containers[0]!, at)).length
    yield row('kubelet', 'kubelet_running_pods', running, {})
  }
}

const diskBytes = 133_003_395_072

/** The system disk fills over two days, until images are cleaned away. */
function* disks(node: Node, hours: number, r: Random): Generator<NodeMetric> {
  for (const [device, path, percent] of [
    ['sda1', '/', 31 + node.index * 3 + (hours % 48) * 0.11],
    ['sdb1', '/mnt', 2],
  ] as const) {
    const tags = { hostName: node.name, device, path, fstype: 'ext4', mode: 'rw' }
    const base = { computer: node.name, namespace: 'container.azm.ms/disk', tags }
    yield { ...base, name: 'used_percent', value: Number((percent + r.next() * 0.2).toFixed(4)) }
    yield { ...base, name: 'free', value: Math.round(diskBytes * (1 - percent / 100)) }
    yield { ...base, name: 'used', value: Math.round((diskBytes * percent) / 100) }
  }
}

const deployments = workloads.filter((workload) => workload.kind === 'Deployment')

function* deploymentState(world: World, at: number): Generator<NodeMetric> {
  const computer = world.podsOf('kube-system/ama-logs-rs', at)[0]?.node.name ?? ''
  for (const { namespace, name, replicas } of deployments) {
    const pods = world.podsOf(`${namespace}/${name}`, at)
    const ready = pods.filter((pod) => pod.readyAt <= at && isRunning(pod, pod.containers[0]!, at)).length
    const tags = {
      k8sNamespace: namespace,
      deployment: name,
      spec_replicas: replicas,
      status_replicas_available: Math.min(ready, replicas),
      deploymentStrategy: 'RollingUpdate',
    }
    yield {
      computer,
      namespace: 'container.azm.ms/kubestate',
      name: 'kube_deployment_status_replicas_ready',
      value: Math.min(ready, replicas),
      tags,
    }
  }
}

/** Guest metrics of virtual machines have an origin and names of their own. */
function* jumpBoxes(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, minute, 5 * minute)
  if (at === undefined) return
  const r = random(world.environment.seed, 'guest-metrics', at)
  for (const box of world.environment.jumpBoxes) {
    const row = (namespace: string, name: string, value: number, tags: WireRecord = {}): WireRecord => ({
      TimeGenerated: isoSeconds(at),
      Computer: box.name,
      Origin: 'vm.azm.ms',
      Namespace: namespace,
      Name: name,
      Val: Number(value.toFixed(4)),
      Tags: JSON.stringify(tags),
      SourceSystem: 'Insights',
      _ResourceId: box.resourceId.toLowerCase(),
    })
    const mount = { 'vm.azm.ms/mountId': '/', 'vm.azm.ms/diskSizeMB': 30_718 }
    yield row('Computer', 'Heartbeat', 1)
    yield row('Processor', 'UtilizationPercentage', r.around(3 * rhythm(at), 1.5), { 'vm.azm.ms/totalCpus': 2 })
    yield row('Memory', 'AvailableMB', r.around(6100, 90), { 'vm.azm.ms/memorySizeMB': 7961 })
    yield row('LogicalDisk', 'FreeSpacePercentage', 78.4 - r.next() * 0.1, mount)
    yield row('LogicalDisk', 'FreeSpaceMB', 24_080 - r.next() * 30, mount)
  }
}

export const insightsMetricsSources = [
  source('metrics-kured', 5 * minute, reboots),
  source('metrics-ingress', 5 * minute, ingressRequests),
  source('metrics-nodes', 15 * minute, nodes),
  source('metrics-deployments', 10 * minute, deploymentState),
  tableSource('cluster', 'InsightsMetrics', jumpBoxes, 'metrics-jump-boxes'),
]
