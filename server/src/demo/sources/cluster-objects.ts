// Inventories of container insights beside pods: nodes, services, volumes, and the agent's own state.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/kubenodeinventory
import { wrappedLabels } from '../../container-insights/cluster.ts'
import {
  type ContainerNodeInventoryRow,
  type KubeMonAgentEventsRow,
  type KubeNodeInventoryRow,
  type KubePVInventoryRow,
  type KubeServicesRow,
  nodeStatus,
  providerName,
} from '../../container-insights/objects.ts'
import { stateOf } from '../cluster/pods.ts'
import { workloads } from '../cluster/workloads.ts'
import type { Node } from '../environment.ts'
import { subscriptionId } from '../environment.ts'
import { random } from '../random.ts'
import { day, due, dueThinned, hour, isoSeconds, minute, type Slot, second } from '../time.ts'
import type { World } from '../world.ts'
import { clusterRow, containerRow, tableSource, type WireRecord, wire } from './source.ts'

function nodeLabels(world: World, node: Node): string {
  const label = {
    agentpool: node.pool.name,
    'beta.kubernetes.io/instance-type': node.pool.size,
    'kubernetes.azure.com/cluster': world.environment.groups.nodes,
    'kubernetes.azure.com/mode': node.pool.mode.toLowerCase(),
    'kubernetes.azure.com/os-sku': 'Ubuntu',
    'kubernetes.azure.com/role': 'agent',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': node.name,
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': node.pool.size,
    ...(node.pool.scope === undefined ? {} : { 'pci-scope': node.pool.scope }),
    'topology.kubernetes.io/region': 'centralus',
    'topology.kubernetes.io/zone': node.zone,
  }
  return wrappedLabels(label)
}

function* nodes(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, minute, 5 * minute)
  if (at === undefined) return
  const { environment, epoch } = world
  for (const node of environment.nodes) {
    const isReady = world.isReady(node, at)
    const row: KubeNodeInventoryRow = {
      TimeGenerated: isoSeconds(at),
      Computer: node.name,
      Labels: nodeLabels(world, node),
      Status: nodeStatus([{ type: 'Ready', status: isReady ? 'True' : 'Unknown' }]),
      KubernetesProviderID: providerName('azure:///'),
      LastTransitionTimeReady: isoSeconds(world.bootedAt(node, at)),
      CreationTimeStamp: isoSeconds(epoch - 11 * day),
      KubeletVersion: 'v1.30.6',
      KubeProxyVersion: 'v1.30.6',
      OperatingSystem: 'Ubuntu 22.04.5 LTS',
      DockerVersion: 'containerd://1.7.23-1',
      ...clusterRow(environment),
    }
    yield wire(row)
  }
}

function* nodeContainers(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, 5 * minute, 30 * minute)
  if (at === undefined) return
  for (const node of world.environment.nodes) {
    const row: ContainerNodeInventoryRow = {
      TimeGenerated: isoSeconds(at),
      Computer: node.name,
      OperatingSystem: 'Ubuntu 22.04.5 LTS',
      DockerVersion: 'containerd://1.7.23-1',
      ...containerRow(world.environment),
    }
    yield wire(row)
  }
}

interface Service {
  readonly namespace: string
  readonly name: string
  readonly type: 'ClusterIP' | 'LoadBalancer'
  readonly selector: Readonly<Record<string, string>>
}

const services: readonly Service[] = [
  { namespace: 'default', name: 'kubernetes', type: 'ClusterIP', selector: {} },
  ...workloads
    .filter((workload) => workload.service !== undefined)
    .map(
      ({ namespace, service, labels }): Service => ({
        namespace,
        name: service!,
        type: namespace === 'ingress-nginx' ? 'LoadBalancer' : 'ClusterIP',
        selector: labels,
      }),
    ),
]

function* serviceRows(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, 5 * minute, 30 * minute)
  if (at === undefined) return
  for (const [index, service] of services.entries()) {
    const row: KubeServicesRow = {
      TimeGenerated: isoSeconds(at),
      ServiceName: service.name,
      Namespace: service.namespace,
      ServiceType: service.type,
      ClusterIp: `192.168.${Math.floor(index / 4)}.${1 + index * 7}`,
      SelectorLabels: wrappedLabels(service.selector),
      ...clusterRow(world.environment),
    }
    yield wire(row)
  }
}

/** The only claim of the cluster: the cache of Flux' source controller. */
function* volumes(world: World, slot: Slot): Generator<WireRecord> {
  const at = dueThinned(slot, 5 * minute, 15 * minute)
  if (at === undefined) return
  const { environment, epoch } = world
  const name = `pvc-${random(environment.seed, 'volume').guid()}`
  const row: KubePVInventoryRow = {
    TimeGenerated: isoSeconds(at),
    PVName: name,
    PVStatus: 'Bound',
    PVAccessModes: 'ReadWriteOnce',
    PVStorageClassName: 'managed-csi',
    PVCapacityBytes: 8_589_934_592,
    PVCreationTimeStamp: isoSeconds(epoch - 10 * day),
    PVCName: 'source-controller-cache',
    PVCNamespace: 'flux-system',
    PVType: 'csi',
    PVTypeInfo: {
      driver: 'disk.csi.azure.com',
      volumeHandle: `/subscriptions/${subscriptionId}/resourceGroups/${environment.groups.nodes}/providers/Microsoft.Compute/disks/${name}`,
    },
    ...clusterRow(environment),
  }
  yield wire(row)
}

/** The agent reports errors it has seen, or that there were none. */
function* agentEvents(world: World, slot: Slot): Generator<WireRecord> {
  const at = due(slot, hour, 2 * minute)
  if (at === undefined) return
  for (const [index, node] of world.environment.nodes.entries()) {
    const rebooted = world.bootedAt(node, at) > at - hour
    const pod = world.podsOf('kube-system/ama-logs', at).find((candidate) => candidate.node === node)
    const row: KubeMonAgentEventsRow = {
      TimeGenerated: isoSeconds(at + index * second),
      Computer: node.name,
      Category: 'container.azm.ms/configmap',
      Level: rebooted ? 'Warning' : 'Info',
      Message: rebooted ? 'The agent was started again after an interruption' : 'No errors',
      Tags: JSON.stringify({
        PodName: pod?.name ?? '',
        ContainerId: pod === undefined ? '' : (stateOf(pod, pod.containers[0]!, at).run?.id ?? ''),
        Count: 1,
      }),
      ...clusterRow(world.environment),
    }
    yield wire(row)
  }
}

export const clusterObjectSources = [
  tableSource('cluster', 'KubeNodeInventory', nodes),
  tableSource('cluster', 'ContainerNodeInventory', nodeContainers),
  tableSource('cluster', 'KubeServices', serviceRows),
  tableSource('cluster', 'KubePVInventory', volumes),
  tableSource('cluster', 'KubeMonAgentEvents', agentEvents),
]
