// What a workload of the demo cluster is.
import type { PoolName } from '../environment.ts'
import type { ImagePath } from './images.ts'

export interface ContainerSpec {
  readonly name: string
  readonly image: ImagePath
  /** Usual use: millicores and MiB. */
  readonly cpu: number
  readonly memory: number
  readonly limits?: { readonly cpu: number; readonly memory: number }
  readonly ports?: readonly number[]
  readonly command?: string
}

export interface Workload {
  readonly namespace: string
  readonly name: string
  readonly kind: 'Deployment' | 'DaemonSet' | 'Job'
  /** DaemonSets have one pod on each node. */
  readonly replicas: number
  readonly pool: PoolName
  readonly labels: Readonly<Record<string, string>>
  readonly containers: readonly ContainerSpec[]
  readonly service?: string
}

export function workloadKey(workload: Pick<Workload, 'namespace' | 'name'>): string {
  return `${workload.namespace}/${workload.name}`
}

export function daemon(namespace: string, name: string, ...specs: readonly ContainerSpec[]): Workload {
  const labels = { app: name, 'kubernetes.azure.com/managedby': 'aks' }
  return { namespace, name, kind: 'DaemonSet', replicas: 0, pool: 'npsystem', labels, containers: specs }
}
