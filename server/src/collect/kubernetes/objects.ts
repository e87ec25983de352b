// What is kept of nodes, services, volumes, deployments and autoscalers. Pods and events have files of their own.
import type { Kind } from './api/mirror.ts'
import type { Labels, RawMetadata } from './metadata.ts'

export interface Condition {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime?: string
}

interface RawNode {
  readonly metadata?: RawMetadata
  readonly spec?: { readonly providerID?: string }
  readonly status?: {
    readonly conditions?: readonly Condition[]
    readonly nodeInfo?: Readonly<Record<string, string>>
    readonly capacity?: Labels
    readonly allocatable?: Labels
    readonly images?: readonly { readonly names?: readonly string[]; readonly sizeBytes?: number }[]
  }
}

export interface NodeImage {
  readonly names: readonly string[]
  readonly bytes: number
}

export interface Node {
  readonly name: string
  readonly createdAt: string
  readonly labels: Labels
  readonly providerId?: string
  readonly conditions: readonly Condition[]
  readonly kubeletVersion: string
  readonly kubeProxyVersion: string
  readonly osImage: string
  readonly runtime: string
  readonly capacity: Labels
  readonly allocatable: Labels
  readonly images: readonly NodeImage[]
}

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/ */
export const nodeKind: Kind<Node> = {
  resource: 'nodes',
  path: '/api/v1/nodes',
  keep: (object) => {
    const { metadata, spec, status } = object as RawNode
    if (!metadata?.name || !metadata.creationTimestamp) return undefined
    const {
      kubeletVersion = '',
      kubeProxyVersion = '',
      osImage = '',
      containerRuntimeVersion = '',
    } = status?.nodeInfo ?? {}
    return {
      name: metadata.name,
      createdAt: metadata.creationTimestamp,
      labels: metadata.labels ?? {},
      ...(spec?.providerID && { providerId: spec.providerID }),
      conditions: (status?.conditions ?? []).map(({ type, status, lastTransitionTime }) => ({
        type,
        status,
        ...(lastTransitionTime && { lastTransitionTime }),
      })),
      kubeletVersion,
      kubeProxyVersion,
      osImage,
      runtime: containerRuntimeVersion,
      capacity: status?.capacity ?? {},
      allocatable: status?.allocatable ?? {},
      images: (status?.images ?? []).map(({ names = [], sizeBytes = 0 }) => ({ names, bytes: sizeBytes })),
    }
  },
}

interface RawService {
  readonly metadata?: RawMetadata
  readonly spec?: { readonly type?: string; readonly clusterIP?: string; readonly selector?: Labels }
}

export interface Service {
  readonly name: string
  readonly namespace: string
  readonly type: string
  readonly clusterIp: string
  readonly selector: Labels
}

export const serviceKind: Kind<Service> = {
  resource: 'services',
  path: '/api/v1/services',
  keep: (object) => {
    const { metadata, spec } = object as RawService
    if (!metadata?.name || !metadata.namespace) return undefined
    return {
      name: metadata.name,
      namespace: metadata.namespace,
      type: spec?.type ?? '',
      clusterIp: spec?.clusterIP ?? '',
      selector: spec?.selector ?? {},
    }
  },
}

interface RawVolume {
  readonly metadata?: RawMetadata
  readonly spec?: {
    readonly capacity?: Labels
    readonly accessModes?: readonly string[]
    readonly storageClassName?: string
    readonly claimRef?: { readonly name?: string; readonly namespace?: string }
    readonly [source: string]: unknown
  }
  readonly status?: { readonly phase?: string }
}

export interface Volume {
  readonly name: string
  readonly createdAt: string
  readonly status: string
  readonly accessModes: readonly string[]
  readonly storageClass: string
  readonly capacity: string
  readonly claim?: { readonly name: string; readonly namespace: string }
  /** Which kind of storage is behind it, and what tells one of that kind from another. */
  readonly source?: { readonly type: string; readonly info: Labels }
}

export const volumeKind: Kind<Volume> = {
  resource: 'persistentvolumes',
  path: '/api/v1/persistentvolumes',
  keep: (object) => {
    const { metadata, spec, status } = object as RawVolume
    if (!metadata?.name || !metadata.creationTimestamp) return undefined
    const { name, namespace } = spec?.claimRef ?? {}
    const source = sourceOf(spec ?? {})
    return {
      name: metadata.name,
      createdAt: metadata.creationTimestamp,
      status: status?.phase ?? '',
      accessModes: spec?.accessModes ?? [],
      storageClass: spec?.storageClassName ?? '',
      capacity: spec?.capacity?.storage ?? '',
      ...(name && namespace && { claim: { name, namespace } }),
      ...(source && { source }),
    }
  },
}

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-v1/ */
const volumeSources = [
  'awsElasticBlockStore',
  'azureDisk',
  'azureFile',
  'cephfs',
  'cinder',
  'csi',
  'fc',
  'flexVolume',
  'flocker',
  'gcePersistentDisk',
  'glusterfs',
  'hostPath',
  'iscsi',
  'local',
  'nfs',
  'photonPersistentDisk',
  'portworxVolume',
  'quobyte',
  'rbd',
  'scaleIO',
  'storageos',
  'vsphereVolume',
] as const

function sourceOf(spec: Readonly<Record<string, unknown>>): Volume['source'] {
  const type = volumeSources.find((name) => typeof spec[name] === 'object' && spec[name] !== null)
  if (type === undefined) return undefined
  const source = { ...(spec[type] as object) } as Readonly<Record<string, unknown>>
  const info = (columns: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(columns).flatMap(([column, field]) =>
        typeof source[field] === 'string' ? [[column, source[field]]] : [],
      ),
    )
  if (type === 'azureDisk') return { type, info: info({ DiskName: 'diskName', DiskUri: 'diskURI' }) }
  if (type === 'azureFile') return { type, info: info({ FileShareName: 'shareName' }) }
  if (type === 'csi') return { type, info: info({ driver: 'driver', volumeHandle: 'volumeHandle' }) }
  return { type, info: {} }
}

interface RawDeployment {
  readonly metadata?: RawMetadata
  readonly spec?: { readonly replicas?: number; readonly strategy?: { readonly type?: string } }
  readonly status?: {
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly updatedReplicas?: number
  }
}

export interface Deployment {
  readonly name: string
  readonly namespace: string
  readonly createdAt: string
  readonly strategy: string
  readonly replicas: number
  readonly ready: number
  readonly available: number
  readonly updated: number
}

export const deploymentKind: Kind<Deployment> = {
  resource: 'deployments',
  path: '/apis/apps/v1/deployments',
  keep: (object) => {
    const { metadata, spec, status } = object as RawDeployment
    if (!metadata?.name || !metadata.namespace || !metadata.creationTimestamp) return undefined
    return {
      name: metadata.name,
      namespace: metadata.namespace,
      createdAt: metadata.creationTimestamp,
      strategy: spec?.strategy?.type ?? '',
      replicas: spec?.replicas ?? 1,
      ready: status?.readyReplicas ?? 0,
      available: status?.availableReplicas ?? 0,
      updated: status?.updatedReplicas ?? 0,
    }
  },
}

interface RawAutoscaler {
  readonly metadata?: RawMetadata
  readonly spec?: {
    readonly minReplicas?: number
    readonly maxReplicas?: number
    readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string }
  }
  readonly status?: {
    readonly currentReplicas?: number
    readonly desiredReplicas?: number
    readonly lastScaleTime?: string
  }
}

export interface Autoscaler {
  readonly name: string
  readonly namespace: string
  readonly createdAt: string
  readonly target: { readonly kind: string; readonly name: string }
  readonly least: number
  readonly most: number
  readonly current: number
  readonly desired: number
  readonly scaledAt?: string
}

export const autoscalerKind: Kind<Autoscaler> = {
  resource: 'horizontalpodautoscalers',
  path: '/apis/autoscaling/v2/horizontalpodautoscalers',
  keep: (object) => {
    const { metadata, spec, status } = object as RawAutoscaler
    if (!metadata?.name || !metadata.namespace || !metadata.creationTimestamp) return undefined
    return {
      name: metadata.name,
      namespace: metadata.namespace,
      createdAt: metadata.creationTimestamp,
      target: { kind: spec?.scaleTargetRef?.kind ?? '', name: spec?.scaleTargetRef?.name ?? '' },
      least: spec?.minReplicas ?? 1,
      most: spec?.maxReplicas ?? 0,
      current: status?.currentReplicas ?? 0,
      desired: status?.desiredReplicas ?? 0,
      ...(status?.lastScaleTime && { scaledAt: status.lastScaleTime }),
    }
  },
}
