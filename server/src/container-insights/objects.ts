// Rows that describe nodes, services, volumes and events of a cluster.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/kubenodeinventory and its neighbours
import type { ClusterColumns, SourceColumns, Timed } from './cluster.ts'

export interface KubeNodeInventoryRow extends Timed, ClusterColumns {
  readonly Computer: string
  readonly Labels: string
  readonly Status: string
  readonly KubernetesProviderID: string
  readonly LastTransitionTimeReady?: string
  readonly CreationTimeStamp: string
  readonly KubeletVersion: string
  readonly KubeProxyVersion: string
  readonly OperatingSystem: string
  readonly DockerVersion: string
}

/** The conditions that are true, such as `Ready` or `MemoryPressure,Ready`; empty for a node that cannot be reached. */
export function nodeStatus(conditions: readonly { readonly type: string; readonly status: string }[]): string {
  return conditions
    .filter(({ status }) => status === 'True')
    .map(({ type }) => type)
    .join(',')
}

/** Who provides a node: `azure`, `aws`; of `azure:///subscriptions/…` the part before the colon. */
export function providerName(providerId: string | undefined): string {
  return providerId?.split(':')[0] || 'onprem'
}

export interface ContainerNodeInventoryRow extends Timed, SourceColumns {
  readonly Computer: string
  readonly OperatingSystem: string
  /** The runtime with its version, whichever it is. */
  readonly DockerVersion: string
}

export interface KubeServicesRow extends Timed, ClusterColumns {
  readonly ServiceName: string
  readonly Namespace: string
  readonly ServiceType: string
  readonly ClusterIp: string
  readonly SelectorLabels: string
}

export interface KubePVInventoryRow extends Timed, ClusterColumns {
  readonly PVName: string
  readonly PVStatus: string
  readonly PVAccessModes: string
  readonly PVStorageClassName: string
  readonly PVCapacityBytes: number
  readonly PVCreationTimeStamp: string
  readonly PVCName?: string
  readonly PVCNamespace?: string
  readonly PVType?: string
  readonly PVTypeInfo: Readonly<Record<string, string>>
}

export interface KubeEventsRow extends Timed, ClusterColumns {
  readonly Computer: string
  readonly ObjectKind: string
  readonly Namespace: string
  readonly Name: string
  readonly Reason: string
  readonly Message: string
  readonly KubeEventType: string
  readonly SourceComponent: string
  readonly FirstSeen: string
  readonly LastSeen: string
  readonly Count: number
}

export interface KubeMonAgentEventsRow extends Timed, ClusterColumns {
  readonly Computer: string
  readonly Category: `container.azm.ms/${string}`
  readonly Level: 'Info' | 'Warning' | 'Error'
  readonly Message: string
  readonly Tags: string
}
