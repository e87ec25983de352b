// What the API server knows of capacity: Perf rows of nodes (capacity, allocatable) and containers (requests, limits), and
// InsightsMetrics of deployments, autoscalers and graphics processors.
import { type Cluster, containerInstance } from '../../../container-insights/cluster.ts'
import {
  type InsightsMetricsRow,
  type Metric,
  metricRow,
  type PerfRow,
  perfRow,
} from '../../../container-insights/measurements.ts'
import type { Autoscaler, Deployment, Node } from '../objects.ts'
import type { Pod } from '../pods.ts'
import { bytes, nanoCores, quantity } from '../quantity.ts'

/** Counter, its value, as far as it is known. */
type Counters = readonly (readonly [string, number | undefined])[]

export function* nodeCapacityRows(cluster: Cluster, time: string, nodes: Iterable<Node>): Generator<PerfRow> {
  for (const { name, capacity, allocatable } of nodes) {
    const counters: Counters = [
      ['cpuCapacityNanoCores', nanoCores(capacity.cpu)],
      ['memoryCapacityBytes', bytes(capacity.memory)],
      ['cpuAllocatableNanoCores', nanoCores(allocatable.cpu)],
      ['memoryAllocatableBytes', bytes(allocatable.memory)],
    ]
    for (const [counter, value] of counters) {
      if (value !== undefined) yield perfRow({ cluster, time, computer: name }, 'K8SNode', name, counter, value)
    }
  }
}

/** A container without a limit may use what its node has to give. */
export function* containerLimitRows(
  cluster: Cluster,
  time: string,
  pods: Iterable<Pod>,
  nodes: Iterable<Node>,
): Generator<PerfRow> {
  const allocatable = new Map([...nodes].map((node) => [node.name, node.allocatable]))
  for (const pod of pods) {
    if (pod.node === '') continue
    const most = allocatable.get(pod.node) ?? {}
    for (const { name, limits, requests } of pod.containers) {
      const counters: Counters = [
        ['cpuRequestNanoCores', nanoCores(requests.cpu)],
        ['memoryRequestBytes', bytes(requests.memory)],
        ['cpuLimitNanoCores', nanoCores(limits.cpu ?? most.cpu)],
        ['memoryLimitBytes', bytes(limits.memory ?? most.memory)],
      ]
      const instance = containerInstance(pod.uid, name)
      for (const [counter, value] of counters) {
        if (value !== undefined)
          yield perfRow({ cluster, time, computer: pod.node }, 'K8SContainer', instance, counter, value)
      }
    }
  }
}

const kubestate = 'container.azm.ms/kubestate'

/** `computer`: where the collector runs, as for the agent; a deployment has no node of its own. */
export function deploymentRow(
  cluster: Cluster,
  time: string,
  computer: string,
  deployment: Deployment,
): InsightsMetricsRow {
  const metric: Metric = {
    namespace: kubestate,
    name: 'kube_deployment_status_replicas_ready',
    value: deployment.ready,
    tags: {
      k8sNamespace: deployment.namespace,
      deployment: deployment.name,
      creationTime: deployment.createdAt,
      deploymentStrategy: deployment.strategy,
      spec_replicas: deployment.replicas,
      status_replicas_available: deployment.available,
      status_replicas_updated: deployment.updated,
    },
  }
  return metricRow({ cluster, time, computer }, metric)
}

export function autoscalerRow(
  cluster: Cluster,
  time: string,
  computer: string,
  scaler: Autoscaler,
): InsightsMetricsRow {
  const metric: Metric = {
    namespace: kubestate,
    name: 'kube_hpa_status_current_replicas',
    value: scaler.current,
    tags: {
      k8sNamespace: scaler.namespace,
      hpa: scaler.name,
      creationTime: scaler.createdAt,
      spec_min_replicas: scaler.least,
      spec_max_replicas: scaler.most,
      targetKind: scaler.target.kind,
      targetName: scaler.target.name,
      status_desired_replicas: scaler.desired,
      lastScaleTime: scaler.scaledAt,
    },
  }
  return metricRow({ cluster, time, computer }, metric)
}

export function* gpuRows(cluster: Cluster, time: string, nodes: Iterable<Node>): Generator<InsightsMetricsRow> {
  for (const node of nodes) {
    for (const gpuVendor of ['nvidia.com/gpu', 'amd.com/gpu']) {
      const amounts: Counters = [
        ['nodeGpuCapacity', quantity(node.capacity[gpuVendor])],
        ['nodeGpuAllocatable', quantity(node.allocatable[gpuVendor])],
      ]
      for (const [name, value] of amounts) {
        if (value === undefined) continue
        const metric: Metric = { namespace: 'container.azm.ms/gpu', name, value, tags: { gpuVendor } }
        yield metricRow({ cluster, time, computer: node.name }, metric)
      }
    }
  }
}
