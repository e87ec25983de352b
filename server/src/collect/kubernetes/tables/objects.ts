// KubeNodeInventory, ContainerNodeInventory, KubeServices, KubePVInventory.
import { type Cluster, clusterColumns, sourceColumns, wrappedLabels } from '../../../container-insights/cluster.ts'
import {
  type ContainerNodeInventoryRow,
  type KubeNodeInventoryRow,
  type KubePVInventoryRow,
  type KubeServicesRow,
  nodeStatus,
  providerName,
} from '../../../container-insights/objects.ts'
import type { Node, Service, Volume } from '../objects.ts'
import { bytes } from '../quantity.ts'

export function nodeRow(cluster: Cluster, time: string, node: Node): KubeNodeInventoryRow {
  const changedAt = node.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime
  return {
    TimeGenerated: time,
    Computer: node.name,
    Labels: wrappedLabels(node.labels),
    Status: nodeStatus(node.conditions),
    KubernetesProviderID: providerName(node.providerId),
    ...(changedAt !== undefined && { LastTransitionTimeReady: changedAt }),
    CreationTimeStamp: node.createdAt,
    KubeletVersion: node.kubeletVersion,
    KubeProxyVersion: node.kubeProxyVersion,
    OperatingSystem: node.osImage,
    DockerVersion: runtimeVersion(node),
    ...clusterColumns(cluster),
  }
}

export function containerNodeRow(cluster: Cluster, time: string, node: Node): ContainerNodeInventoryRow {
  return {
    TimeGenerated: time,
    Computer: node.name,
    OperatingSystem: node.osImage,
    DockerVersion: runtimeVersion(node),
    ...sourceColumns(cluster),
  }
}

/** `docker://20.10` is told as `20.10`, other runtimes with their names. */
function runtimeVersion({ runtime }: Node): string {
  return runtime.replace(/^docker:\/\//i, '')
}

export function serviceRow(cluster: Cluster, time: string, service: Service): KubeServicesRow {
  return {
    TimeGenerated: time,
    ServiceName: service.name,
    Namespace: service.namespace,
    ServiceType: service.type,
    ClusterIp: service.clusterIp,
    SelectorLabels: wrappedLabels(service.selector),
    ...clusterColumns(cluster),
  }
}

export function volumeRow(cluster: Cluster, time: string, volume: Volume): KubePVInventoryRow {
  const { claim, source } = volume
  return {
    TimeGenerated: time,
    PVName: volume.name,
    PVStatus: volume.status,
    PVAccessModes: volume.accessModes.join(', '),
    PVStorageClassName: volume.storageClass,
    PVCapacityBytes: bytes(volume.capacity) ?? 0,
    PVCreationTimeStamp: volume.createdAt,
    ...(claim && { PVCName: claim.name, PVCNamespace: claim.namespace }),
    ...(source && { PVType: source.type }),
    PVTypeInfo: source?.info ?? {},
    ...clusterColumns(cluster),
  }
}
