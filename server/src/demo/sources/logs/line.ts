// One line of a container's output as the agent sends it with schema v2 and Kubernetes metadata switched on.
// https://learn.microsoft.com/azure/azure-monitor/containers/container-insights-logs-schema
import { containerNamed, isRunning, type Pod, type PodContainer, stateOf } from '../../cluster/pods.ts'
import { iso7 } from '../../time.ts'
import type { World } from '../../world.ts'
import type { Wire, WireRecord } from '../source.ts'
import { containerRow } from '../source.ts'

export type LogLevel = 'critical' | 'error' | 'warning' | 'info' | 'debug' | 'unknown'

export interface Line {
  readonly at: number
  readonly pod: Pod
  /** Name of the container; absent: the pod's first. */
  readonly container?: string
  /** Text, or an object where the container writes JSON. */
  readonly message: Wire
  readonly level?: LogLevel
  readonly stderr?: boolean
}

export function logRow(world: World, line: Line): WireRecord | undefined {
  const container = line.container === undefined ? line.pod.containers[0]! : containerNamed(line.pod, line.container)
  const run = stateOf(line.pod, container, line.at).run
  if (run === undefined) return undefined
  return {
    TimeGenerated: iso7(line.at),
    Computer: line.pod.node.name,
    ContainerId: run.id,
    ContainerName: container.spec.name,
    PodName: line.pod.name,
    PodNamespace: line.pod.workload.namespace,
    LogMessage: line.message,
    LogSource: line.stderr === true ? 'stderr' : 'stdout',
    LogLevel: line.level ?? 'unknown',
    KubernetesMetadata: metadataOf(line.pod, container),
    ...containerRow(world.environment),
  }
}

const cache = new WeakMap<PodContainer, Wire>()
function metadataOf(pod: Pod, container: PodContainer): Wire {
  const known = cache.get(container)
  if (known !== undefined) return known
  const { image } = container
  const metadata = {
    image: image.image,
    imageID: image.digest,
    imageRepo: image.repository,
    imageTag: image.tag,
    podUid: pod.uid,
    podLabels: pod.workload.labels,
  }
  cache.set(container, metadata)
  return metadata
}

/** Pods of a workload whose first container runs at the time. */
export function runningPods(world: World, workload: string, time: number): readonly Pod[] {
  return world.podsOf(workload, time).filter((pod) => isRunning(pod, pod.containers[0]!, time))
}

/** The one pod of a workload that speaks for it: the newest that runs, or the newest. */
export function speaker(world: World, workload: string, time: number): Pod | undefined {
  return runningPods(world, workload, time).at(-1) ?? world.podsOf(workload, time).at(-1)
}
