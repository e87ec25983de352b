// What is kept of a pod: what rows are made of, and nothing else, so that thousands fit in little memory.
// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
import type { Kind } from './api/mirror.ts'
import type { Labels, RawMetadata } from './metadata.ts'

interface RawContainer {
  readonly name?: string
  readonly image?: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly ports?: readonly unknown[]
  readonly env?: readonly { readonly name?: string; readonly value?: string; readonly valueFrom?: unknown }[]
  readonly resources?: {
    readonly limits?: Readonly<Record<string, string>>
    readonly requests?: Readonly<Record<string, string>>
  }
}

export interface Process {
  readonly reason?: string
  readonly startedAt?: string
  readonly finishedAt?: string
  readonly exitCode?: number
}
type RawState = Readonly<Partial<Record<'waiting' | 'running' | 'terminated', Process>>>

interface RawStatus {
  readonly name?: string
  readonly containerID?: string
  readonly image?: string
  readonly imageID?: string
  readonly restartCount?: number
  readonly state?: RawState
  readonly lastState?: RawState
}

interface RawPod {
  readonly metadata?: RawMetadata
  readonly spec?: {
    readonly nodeName?: string
    readonly containers?: readonly RawContainer[]
    readonly initContainers?: readonly RawContainer[]
  }
  readonly status?: {
    readonly phase?: string
    readonly reason?: string
    readonly podIP?: string
    readonly startTime?: string
    readonly conditions?: readonly { readonly type?: string; readonly status?: string }[]
    readonly containerStatuses?: readonly RawStatus[]
    readonly initContainerStatuses?: readonly RawStatus[]
  }
}

export interface Resources {
  readonly cpu?: string
  readonly memory?: string
}

export interface ContainerSpec {
  readonly name: string
  readonly image: string
  /** JSON texts, as the columns have them. */
  readonly command: string
  readonly ports: string
  readonly environment: string
  readonly limits: Resources
  readonly requests: Resources
}

export type StateName = 'waiting' | 'running' | 'terminated'

export interface ContainerStatus {
  readonly name: string
  /** Without the runtime in front; empty before the first start. */
  readonly id: string
  readonly image: string
  readonly imageId: string
  readonly restarts: number
  readonly state: StateName
  readonly process: Process
  readonly last?: { readonly state: StateName; readonly process: Process }
}

export interface Pod {
  readonly uid: string
  readonly name: string
  readonly namespace: string
  readonly labels: Labels
  readonly node: string
  readonly status: string
  readonly isLost: boolean
  readonly ip: string
  readonly createdAt: string
  readonly startedAt?: string
  readonly controller?: { readonly kind: string; readonly name: string }
  readonly scrape?: ScrapeAnnotations
  readonly containers: readonly ContainerSpec[]
  readonly statuses: readonly ContainerStatus[]
}

/** Of a pod that asks for its metrics to be read. */
export interface ScrapeAnnotations {
  readonly scheme: string
  readonly port: string
  readonly path: string
}

export function podKind(options: { readonly environment: boolean; readonly node?: string }): Kind<Pod> {
  return {
    resource: 'pods',
    path: '/api/v1/pods',
    ...(options.node !== undefined && { selector: { fieldSelector: `spec.nodeName=${options.node}` } }),
    keep: (object) => podOf(object as RawPod, options.environment),
  }
}

function podOf({ metadata, spec, status }: RawPod, withEnvironment: boolean): Pod | undefined {
  const { uid, name, namespace, creationTimestamp } = metadata ?? {}
  if (!uid || !name || !namespace || !creationTimestamp) return undefined
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller) ?? metadata?.ownerReferences?.[0]
  const isLost = status?.reason === 'NodeLost' && condition(status, 'Ready') === 'False'
  const scrape = scrapeOf(metadata?.annotations ?? {})
  return {
    uid: kubeletUid(uid, metadata?.annotations ?? {}),
    name,
    namespace,
    labels: metadata?.labels ?? {},
    node: spec?.nodeName ?? '',
    status: isLost ? 'Unknown' : metadata?.deletionTimestamp ? 'Terminating' : (status?.phase ?? 'Unknown'),
    isLost,
    ip: status?.podIP ?? '',
    createdAt: creationTimestamp,
    ...(status?.startTime && { startedAt: status.startTime }),
    ...(owner?.kind && { controller: { kind: owner.kind, name: owner.name ?? '' } }),
    ...(scrape && { scrape }),
    containers: [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].flatMap((raw) =>
      specOf(raw, withEnvironment),
    ),
    statuses: [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].flatMap(statusOf),
  }
}

/** A static pod goes by the hash of its file where the kubelet speaks of it, as in the counters of its containers. */
function kubeletUid(uid: string, annotations: Labels): string {
  return annotations['kubernetes.io/config.mirror'] ?? uid
}

function condition(status: RawPod['status'], type: string): string | undefined {
  return status?.conditions?.find((entry) => entry.type === type)?.status
}

/** The annotations that the agent reads, with its defaults. */
function scrapeOf(annotations: Labels): ScrapeAnnotations | undefined {
  if (annotations['prometheus.io/scrape'] !== 'true') return undefined
  const path = annotations['prometheus.io/path'] || '/metrics'
  return {
    scheme: annotations['prometheus.io/scheme'] === 'https' ? 'https' : 'http',
    port: annotations['prometheus.io/port'] || '9102',
    path: path.startsWith('/') ? path : `/${path}`,
  }
}

function specOf(raw: RawContainer, withEnvironment: boolean): ContainerSpec[] {
  if (!raw.name) return []
  const spec = {
    name: raw.name,
    image: raw.image ?? '',
    command: raw.command === undefined ? '' : JSON.stringify(raw.command),
    ports: raw.ports === undefined ? '' : JSON.stringify(raw.ports),
    environment: environmentOf(raw, withEnvironment),
    limits: resourcesOf(raw.resources?.limits),
    requests: resourcesOf(raw.resources?.requests),
  }
  return [spec]
}

/** Values of secrets and config maps are never read: such a variable has its name alone. */
function environmentOf({ env = [] }: RawContainer, isWanted: boolean): string {
  if (!isWanted) return JSON.stringify(['AZMON_CLUSTER_COLLECT_ENV_VAR=FALSE'])
  const isRefused = env.some(({ name, value }) => name === 'AZMON_COLLECT_ENV' && value?.toUpperCase() === 'FALSE')
  if (isRefused) return JSON.stringify(['AZMON_COLLECT_ENV=FALSE'])
  return JSON.stringify(env.map(({ name, value }) => `${name ?? ''}=${value ?? ''}`))
}

function resourcesOf(raw: Readonly<Record<string, string>> | undefined): Resources {
  const { cpu, memory } = raw ?? {}
  return { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) }
}

function statusOf(raw: RawStatus): ContainerStatus[] {
  if (!raw.name) return []
  const [state, process] = stateOf(raw.state) ?? ['waiting', {}]
  const last = stateOf(raw.lastState)
  const status = {
    name: raw.name,
    id: raw.containerID?.split('//')[1] ?? '',
    image: raw.image ?? '',
    imageId: raw.imageID ?? '',
    restarts: raw.restartCount ?? 0,
    state,
    process,
    ...(last && { last: { state: last[0], process: last[1] } }),
  }
  return [status]
}

function stateOf(raw: RawState | undefined): [StateName, Process] | undefined {
  for (const name of ['running', 'terminated', 'waiting'] as const) {
    const process = raw?.[name]
    if (process) {
      const { reason, startedAt, finishedAt, exitCode } = process
      return [
        name,
        {
          ...(reason && { reason }),
          ...(startedAt && { startedAt }),
          ...(finishedAt && { finishedAt }),
          ...(exitCode !== undefined && { exitCode }),
        },
      ]
    }
  }
  return undefined
}
