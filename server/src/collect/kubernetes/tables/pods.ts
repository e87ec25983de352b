// KubePodInventory and ContainerInventory: a row for each container of a pod.
import { type Cluster, clusterColumns, sourceColumns, wrappedLabels } from '../../../container-insights/cluster.ts'
import {
  type ContainerFacts,
  type ContainerInventoryRow,
  containerColumns,
  containerState,
  type ImageColumns,
  type KubePodInventoryRow,
  runtimeName,
} from '../../../container-insights/pods.ts'
import type { Service } from '../objects.ts'
import type { ContainerSpec, ContainerStatus, Pod } from '../pods.ts'

export function* podRows(
  cluster: Cluster,
  time: string,
  pods: Iterable<Pod>,
  services: Iterable<Service>,
): Generator<KubePodInventoryRow> {
  const byNamespace = Map.groupBy(services, ({ namespace }) => namespace)
  const named = clusterColumns(cluster)
  for (const pod of pods) {
    const common = {
      TimeGenerated: time,
      ...named,
      Computer: pod.node,
      Name: pod.name,
      Namespace: pod.namespace,
      PodUid: pod.uid,
      PodLabel: wrappedLabels(pod.labels),
      PodStatus: pod.status,
      PodIp: pod.ip,
      PodCreationTimeStamp: pod.createdAt,
      ...(pod.startedAt !== undefined && { PodStartTime: pod.startedAt }),
      PodRestartCount: pod.statuses.reduce((sum, { restarts }) => sum + restarts, 0),
      ServiceName: serviceOf(pod, byNamespace.get(pod.namespace) ?? []),
      ControllerKind: pod.controller?.kind ?? '',
      ControllerName: pod.controller?.name ?? '',
    }
    if (pod.statuses.length === 0) yield common
    for (const status of pod.statuses) yield { ...common, ...containerColumns(factsOf(pod, status)) }
  }
}

/** The first service that selects the pod; one without a selector selects none. */
function serviceOf(pod: Pod, services: readonly Service[]): string {
  const found = services.find(({ selector }) => {
    const wanted = Object.entries(selector)
    return wanted.length > 0 && wanted.every(([name, value]) => pod.labels[name] === value)
  })
  return found?.name ?? ''
}

function factsOf(pod: Pod, { name, id, restarts, state, process, last }: ContainerStatus): ContainerFacts {
  const { reason, startedAt, finishedAt } = last?.process ?? {}
  return {
    podUid: pod.uid,
    name,
    id,
    status: pod.isLost ? 'Unknown' : state,
    reason: state === 'running' ? '' : (process.reason ?? ''),
    restarts,
    ...(state === 'running' && process.startedAt !== undefined && { startedAt: process.startedAt }),
    ...(last && reason && startedAt && finishedAt && { last: { state: last.state, reason, startedAt, finishedAt } }),
  }
}

export function* containerRows(cluster: Cluster, time: string, pods: Iterable<Pod>): Generator<ContainerInventoryRow> {
  for (const pod of pods) {
    const specs = new Map(pod.containers.map((spec) => [spec.name, spec]))
    for (const status of pod.statuses) yield containerRow(cluster, time, pod, status, specs.get(status.name))
  }
}

function containerRow(
  cluster: Cluster,
  time: string,
  pod: Pod,
  { name, id, image, imageId, restarts, state, process }: ContainerStatus,
  spec: ContainerSpec | undefined,
): ContainerInventoryRow {
  // A process that the kernel could not start has a negative code, which the runtime of old called 128.
  const code = process.exitCode ?? 0
  const exitCode = code < 0 ? 128 : code
  return {
    TimeGenerated: time,
    Computer: pod.node,
    ContainerID: id,
    Name: runtimeName({ container: name, pod: pod.name, namespace: pod.namespace, podUid: pod.uid, restarts }),
    ContainerHostname: pod.name,
    ...imageColumns(image || (spec?.image ?? ''), imageId),
    ContainerState: containerState(state, exitCode),
    Ports: spec?.ports ?? '',
    ExitCode: exitCode,
    EnvironmentVar: spec?.environment ?? '',
    Command: spec?.command ?? '',
    CreatedTime: pod.createdAt,
    ...(process.startedAt !== undefined && { StartedTime: process.startedAt }),
    ...(process.finishedAt !== undefined && { FinishedTime: process.finishedAt }),
    ...sourceColumns(cluster),
  }
}

/**
 * `registry/path/image:tag@digest` as columns: the repository is what stands before the first slash, the image the rest. A
 * port of the registry is no tag. https://kubernetes.io/docs/concepts/containers/images/#image-names
 */
export function imageColumns(name: string, id: string): ImageColumns {
  const [tagged = '', digest] = name.split('@')
  const slash = tagged.indexOf('/')
  const colon = tagged.lastIndexOf(':')
  const hasTag = colon > tagged.lastIndexOf('/')
  const path = hasTag ? tagged.slice(0, colon) : tagged
  return {
    ImageID: id === '' ? (digest ?? '') : id.slice(id.indexOf('@') + 1),
    Repository: slash < 0 ? '' : path.slice(0, slash),
    Image: slash < 0 ? path : path.slice(slash + 1),
    // A bare digest names no tag; a bare name means the latest.
    ImageTag: hasTag ? tagged.slice(colon + 1) : digest === undefined && path !== '' ? 'latest' : '',
  }
}
